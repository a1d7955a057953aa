"""What the demo waits for, read off a thread as people see it: only what code writes, never a model's words. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.rehearse.element_looks import Pressable, pressables
from app.rehearse.watching import View

ANSWER, STOP, WHY = "tagwork:answer:", "tagwork:stop:", "tagwork:why:"
APPROVE, SAVE = "tagwork:approve:", "tagwork:save:"
"""How the action_id of a button of each kind begins."""
WAITS = "Waiting for your answer"
"""The card's last line while a Question is open."""
FAILED = re.compile(r"\(#\d+\)\W*$")
"""How the words end by which a Run that failed says so: with its number."""


def plans(view: View) -> Iterator[Mapping[str, Any]]:
    """Yield the plan of every card in the thread, oldest first."""
    for message in view.of_app:
        yield from (block for block in message.get("blocks") or () if block["type"] == "plan")


def statuses(view: View) -> list[str]:
    """Return the status of each line of the newest card."""
    newest = [*plans(view)][-1:]
    return [task["status"] for plan in newest for task in plan["tasks"]]


def button(view: View, kind: str) -> tuple[str, Pressable] | None:
    """Return the newest button of a kind, and the ts of its message."""
    return newest(view.of_app, kind)


def newest(messages: Sequence[Mapping[str, Any]], kind: str) -> tuple[str, Pressable] | None:
    """Return the newest button of a kind in messages, the oldest first, and the ts of its message."""
    for message in reversed(messages):
        for one in pressables(message.get("blocks") or ()):
            if one.action_id.startswith(kind):
                return str(message["ts"]), one
    return None


def asks(view: View) -> bool:
    """Whether a Question waits for a button, and the card, where there is one, says so."""
    return button(view, ANSWER) is not None and (not statuses(view) or WAITS in _words(view))


def waits_for_a_yes(view: View) -> bool:
    """Whether a call waits on a card for someone's yes."""
    return button(view, APPROVE) is not None


def is_under_way(view: View) -> bool:
    """Whether one line of the card is done and another one being worked on."""
    return {"complete", "in_progress"} <= set(statuses(view))


def is_answered(view: View) -> bool:
    """Whether the answer is there."""
    return button(view, WHY) is not None


def has_ended(view: View) -> bool:
    """Whether the answer or the reason why there is none is there, and nothing goes on any more."""
    return is_over(view) and (is_answered(view) or any(FAILED.search(str(one.get("text"))) for one in view.of_app))


def is_over(view: View) -> bool:
    """Whether the app has said something, and nothing goes on any more."""
    waits = any(button(view, kind) for kind in (STOP, ANSWER, APPROVE))
    return not waits and not view.is_working and bool(view.of_app)


def has_said_more(view: View) -> bool:
    """Whether the app has said more than its card does."""
    return any(all(block["type"] != "plan" for block in message.get("blocks") or ()) for message in view.of_app)


def is_acknowledged(view: View, ts: str) -> bool:
    """Whether the app has reacted to a message."""
    return any(
        view.bot in reaction["users"]
        for message in view.messages
        if str(message["ts"]) == ts
        for reaction in message.get("reactions", ())
    )


def _words(view: View) -> str:
    return " ".join(str(message.get("blocks", "")) for message in view.of_app)
