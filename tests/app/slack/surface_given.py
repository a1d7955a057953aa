"""Our surface on a Rehearsal of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.surface import Place
from app.slack.egress import Egress
from app.slack.identity import Identity
from app.slack.start_check import check_tokens
from app.slack.surface import SlackSurface
from tests.given.rehearsal import MANIFEST, Json, RehearsalProcess

ANN = "U0ANN000001"


@dataclass(frozen=True)
class Stage:
    """Rehearsal, and our surface on it."""

    rehearsal: RehearsalProcess
    surface: SlackSurface
    us: Identity

    def thread(self, text: str = "hello", *, channel: str = "sales") -> Place:
        """Let Ann begin a thread; return where it stands."""
        posted = self.rehearsal.post("ann", channel, text)
        return Place(self.us.team_id, posted.channel, posted.ts)

    def last(self, place: Place) -> Json:
        """Return the thread's last message."""
        return self.rehearsal.thread(place.channel, place.root)[-1]

    def unfurled(self, place: Place) -> list[str]:
        """Return every address that Slack would have fetched for what was shown in the thread."""
        shown = self.rehearsal.visible(place.channel, place.root)
        return [address for entry in shown if entry["bot_id"] for address in entry.get("unfurled", [])]


@contextmanager
def on_stage(*, manifest: Path = MANIFEST) -> Iterator[Stage]:
    """Start a Rehearsal with room for many calls, and our surface on it."""
    with RehearsalProcess.start(manifest=manifest) as rehearsal:
        rehearsal.limits(100)
        egress = Egress(rehearsal.bot_token, rehearsal.slack_api_url)
        us = check_tokens(egress, bot_token=rehearsal.bot_token, app_token=rehearsal.app_token)
        yield Stage(rehearsal, SlackSurface(egress, us), us)
        egress.close()
