"""An engine over a real journal, with Rehearsal as its Slack and its Claude, driven step by step by the test itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.engine.poke import Poke
from agents.engine.room import Room
from agents.intake import Intake
from agents.journal import runs, toolcalls
from agents.journal.transaction import Journal
from agents.posts import Author, Channel, Post, Receipt
from agents.runs.life import Run
from agents.toolcalls.life import ToolCall
from app import wiring
from app.settings import Settings, load
from app.wiring import InSlack
from tests.given.pokes import Pokes
from tests.given.rehearsal import FileToPost, Json, Posted, RehearsalProcess
from tests.given.said import is_card, words_of
from tools.contract import Attachment


@dataclass
class Engine:
    """Everything of a Tagwork in one process but its transports: the test is the socket, and the test is the worker."""

    rehearsal: RehearsalProcess
    journal: Journal
    settings: Settings
    place: InSlack
    room: Room
    intake: Intake
    pokes: Pokes

    def close(self) -> None:
        """Close what it has opened; the journal is whoever's who gave it."""
        self.room.claims.close()
        self.place.egress.close()
        self.room.provider.close()

    def says(
        self,
        user: str,
        text: str,
        *,
        channel: str = "sales",
        thread: str | None = None,
        files: Sequence[FileToPost] = (),
        addressed: bool = True,
    ) -> tuple[Posted, Receipt]:
        """Have a person post for real in Rehearsal, and hand what Slack would deliver to intake."""
        posted = self.rehearsal.post(user, channel, text, thread_ts=thread, files=list(files))
        receipt = self.intake.receive(self.post_of(posted, text, user=user, addressed=addressed))
        return posted, receipt

    def post_of(self, posted: Posted, text: str, *, user: str = "ann", addressed: bool = True) -> Post:
        """Return the Post of a message in Rehearsal."""
        found = next(
            one
            for one in self.rehearsal.thread(posted.channel, posted.thread_ts or posted.ts)
            if one["ts"] == posted.ts
        )
        return Post(
            app_id=self.rehearsal.app_id,
            team_id=self.rehearsal.team_id,
            channel=posted.channel,
            channel_kind=Channel.PUBLIC,
            ts=posted.ts,
            root=posted.thread_ts or posted.ts,
            author=Author(str(found["user"]), self.rehearsal.team_id),
            text=text,
            addressed=addressed,
            files=tuple(
                Attachment(str(file["id"]), str(file["name"]), str(file["mimetype"]), int(file["size"]))
                for file in found.get("files", ())
            ),
        )

    def judged(self, receipt: Receipt) -> Receipt:
        """Ask Rehearsal who wrote an Input that is unjudged; return what it became."""
        found = self.room.judge(receipt.input_id) if receipt.became.value == "unjudged" else receipt
        assert found is not None
        return found

    def asks(self, user: str, text: str, **more: Any) -> tuple[Posted, Run]:
        """Have a person ask for something; return the message and the Run that it became."""
        posted, receipt = self.says(user, text, **more)
        return posted, self.run(self.judged(receipt).run_id)

    def run(self, run_id: str) -> Run:
        """Return a Run as it stands."""
        found = self.journal.read(lambda tx: runs.by_id(tx, run_id))
        assert found is not None
        return found

    def calls(self, run_id: str) -> list[ToolCall]:
        """Return the ToolCalls of a Run."""
        return list(self.journal.read(lambda tx: toolcalls.of_run(tx, run_id)))

    def work(self, most: int = 50) -> None:
        """Work like a worker until nothing is due, or `most` rows were worked."""
        works: list[Callable[[Room], Poke | bool]] = [advance, execute, deliver]
        for _ in range(most):
            worked = [work(self.room) for work in works]
            if not any(worked):
                return
        raise AssertionError(f"more than {most} rows were worked")

    def answers(self, posted: Posted) -> list[str]:
        """Return the words of our own messages in a thread that people can see now, without cards and footers."""
        return [words_of(one) for one in self.messages(posted) if not is_card(one)]

    def cards(self, posted: Posted) -> list[Json]:
        """Return the plan cards in a thread that people can see now, each as its plan block."""
        return [
            next(block for block in one["blocks"] if block["type"] == "plan")
            for one in self.messages(posted)
            if is_card(one)
        ]

    def messages(self, posted: Posted) -> list[Json]:
        """Return our own messages in a thread that people can see now."""
        thread = self.rehearsal.thread(posted.channel, posted.thread_ts or posted.ts)
        return [one for one in thread if one["by_app"] and not one["deleted"]]


def an_engine(
    journal: Journal, rehearsal: RehearsalProcess, home: Path, *, journal_url: str = "", **settings: str
) -> Engine:
    """Return an engine as a worker builds it. Settings are given by their environment names without TAGWORK_.

    Its calls of Slack are told to the journal's own crossing.
    """
    environ = {
        **rehearsal.environment(),
        "SLACK_SIGNING_SECRET": rehearsal.signing_secret,
        "TAGWORK_HOME": str(home),
        "TAGWORK_CLOCK__OFFSET_FILE": str(home.parent / "clock-offset"),
        # as wide as Rehearsal's own limits are stretched
        "TAGWORK_SLACK__CALL_BUDGET": "1000",
        **{f"TAGWORK_{name}": value for name, value in settings.items()},
    }
    loaded = load(environ)
    place = wiring.in_slack(loaded, cross=journal.cross)
    wiring.register_workspace(journal, place.us)
    pokes = Pokes()
    # tests look at Deliveries between the Turn that plans them and the worker that sends them
    room = replace(wiring.room_of(loaded, journal, place, pokes), shows_answers=False)
    intake = wiring.intake_of(loaded, journal, place.us, pokes, lambda post, input_id: None)
    return Engine(rehearsal, journal, loaded, place, room, intake, pokes)
