"""The small signs of work under way: the session's status with its Stop, the passing line, and reactions."""

from collections.abc import Callable
from contextlib import suppress

from agents.surface import CallFailed, Place, Refused
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.limits import STATUS_LINE
from app.slack.one_line import one_line

SIGN = "eyes"
"""The reaction that stands for the session's status where Slack takes none."""

HEARD = "ok_hand"
"""The reaction on a message that joined a Run: another one than SIGN, because it stays when the Run has ended."""

OF_THE_PLACE = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "thread_not_found", "message_not_found", "user_not_found"}
)
"""Refusals that say something about one place, and nothing about what this app, here, may do."""

ONCE_MORE = 2
"""How often a call is refused, for no reason of its place, until it is taken for one that this app, here, may not make.
Once may be Slack's own trouble, and a process that believed it would leave every sign standing that others set."""


class Signs:
    """Signs by one bot token. Every call may be repeated."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._without: set[str] = set()

    def show(self, place: Place, at: str, deadline: Deadline, reacts: Callable[[], None]) -> None:
        """Show that `at` is being worked on: as the session's status, else, once `reacts` has run, by a reaction."""
        try:
            worked = self._session(place, "processing", deadline)
        except CallFailed:
            worked = False
        if not worked:
            reacts()
            self.react(place, at, SIGN, deadline)

    def line(self, place: Place, words: str, deadline: Deadline) -> None:
        """Show a passing line; no words take it away. Where Slack has no such line, nothing is shown."""
        asked = {"channel_id": place.channel, "thread_ts": place.root, "status": one_line(words, STATUS_LINE)}
        self._unless_refused("assistant.threads.setStatus", asked, deadline)

    def clear(
        self, place: Place, at: str, deadline: Deadline, *, waits: bool, line: bool = True, reaction: bool = True
    ) -> None:
        """Take every sign away: `line` and `reaction` where they may stand, for each costs a call.

        What stood in the way is raised after the others were taken, where a sign may stay.
        """
        failed: CallFailed | None = None
        worked = False
        try:
            worked = self._session(place, "suspended" if waits else "active", deadline)
        except CallFailed as met:
            failed = met
        if line:
            # one that stays goes away by itself within two minutes
            with suppress(CallFailed):
                self.line(place, "", deadline)
        try:
            if reaction or not worked:
                self._unreact(place, at, deadline)
        except CallFailed as met:
            # the reaction stands only where the session did not work when the sign was shown
            failed = failed or (None if worked else met)
        if failed is not None:
            raise failed

    def react(self, place: Place, at: str, name: str, deadline: Deadline) -> None:
        """React to a message."""
        asked = {"channel": place.channel, "timestamp": at, "name": name}
        try:
            self._egress.call("reactions.add", asked, seconds=deadline)
        except Refused as no:
            if no.cause != "already_reacted":
                raise

    def _unreact(self, place: Place, at: str, deadline: Deadline) -> None:
        # another process may have fallen back to the reaction, so that only Slack knows whether one stands
        asked = {"channel": place.channel, "timestamp": at, "name": SIGN}
        try:
            self._egress.call("reactions.remove", asked, seconds=deadline)
        except Refused as no:
            if no.cause not in {"no_reaction", "message_not_found"}:
                raise

    def _session(self, place: Place, status: str, deadline: Deadline) -> bool:
        asked = {"channel_id": place.channel, "thread_ts": place.root, "status": status}
        return self._unless_refused("agents.sessions.setStatus", asked, deadline)

    def _unless_refused(self, method: str, asked: dict[str, str], deadline: Deadline) -> bool:
        if method in self._without:
            return False
        for _ in range(ONCE_MORE):
            try:
                self._egress.call(method, asked, seconds=deadline)
            except Refused as no:
                if no.cause in OF_THE_PLACE:
                    return False
            else:
                return True
        self._without.add(method)
        return False
