"""The unmodified Bolt app on a socket, and messages with things to press."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler

from tests.app.rehearsal.conftest import web_client
from tests.app.rehearsal.events.test_socket_mode import end
from tests.given.rehearsal import RehearsalProcess

Json = dict[str, Any]
SALES = "C0SALES0001"
ANN = "U0ANN000001"


@contextmanager
def bolt(rehearsal: RehearsalProcess, register: Callable[[App], object]) -> Iterator[list[Json]]:
    """A Bolt app with the listeners that `register` adds; out: the bodies that it heard. Events need no listener."""
    heard: list[Json] = []
    app = App(client=web_client(rehearsal), process_before_response=True)

    @app.use
    def keep(body: Json, next_: Callable[[], BoltResponse]) -> BoltResponse:
        heard.append(body)
        return next_()

    register(app)

    @app.event("message")
    def message() -> None:
        """Acknowledge only."""

    handler = SocketModeHandler(app, rehearsal.app_token)
    handler.client.connect()
    rehearsal.wait_for("connections")
    try:
        yield heard
    finally:
        end(rehearsal, handler.client)


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str, text: str = "Yes") -> Json:
    """A button."""
    return {"type": "button", "action_id": action_id, "value": value, "text": plain(text)}


def ask_in_thread(rehearsal: RehearsalProcess, *elements: Json, kind: str = "actions") -> tuple[str, str]:
    """The app posts these elements in a thread of Ann's; out: the thread's and the post's ts."""
    root = rehearsal.post("ann", "sales", "which one?", deliveries=[]).ts
    posted = web_client(rehearsal).chat_postMessage(
        channel=SALES,
        thread_ts=root,
        text="Which one?",
        blocks=[
            {"type": "section", "block_id": "ask", "text": plain("Which one?")},
            {"type": kind, "block_id": "choices", "elements": list(elements)},
        ],
    )
    return root, str(posted["ts"])
