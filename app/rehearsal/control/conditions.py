"""The conditions that the wait control knows."""

from collections.abc import Callable

from app.rehearsal.control.asked import Refused, only
from app.rehearsal.events.socket_mode import SocketMode
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.message_shapes import message_json

Look = Callable[[], tuple[bool, object]]


class Condition:
    """One condition, checked when made. `look()` says whether it holds and what is there."""

    def __init__(self, stage: Stage, asked: Json) -> None:
        """Raises Refused for an unknown condition or field."""
        self._stage = stage
        self._asked = dict(asked)
        kinds: dict[str, tuple[Look, tuple[str, ...]]] = {
            "bot_messages": (self._bot_messages, ("channel", "thread_ts", "at_least", "containing")),
            "calls": (self._calls, ("method", "channel", "outcome", "at_least")),
            "reaction": (self._reaction, ("channel", "ts", "name")),
            "no_reaction": (self._no_reaction, ("channel", "ts", "name")),
            "session": (self._session, ("channel", "thread_ts", "status")),
            "hold": (self._hold, ("name", "at_least")),
            "events": (self._events, ("state", "name", "at_least")),
            "events_settled": (self._events_settled, ()),
            "interactions": (self._interactions, ("kind", "state", "at_least")),
            "connections": (self._connections, ("at_least",)),
            "sessions_settled": (self._sessions_settled, ()),
            "posted": (self._posted, ("at_least",)),
        }
        kind = asked.get("for")
        if kind not in kinds:
            raise Refused(f"`for` must be one of {', '.join(kinds)}.")
        self.look, fields = kinds[kind]
        only(asked, "for", *fields)
        self._at_least = int(asked.get("at_least", 1))
        if asked.get("channel"):
            self._asked["channel"] = stage.world.channel(asked["channel"]).id

    def _bot_messages(self) -> tuple[bool, object]:
        stage, text = self._stage, self._asked.get("containing", "")
        found = [
            message_json(stage.world, one, stage.base_url, with_metadata=True)
            for one in stage.world.thread(self._asked["channel"], self._asked["thread_ts"])
            if one.bot_id == stage.world.app.bot_id and not one.deleted and text in f"{one.text} {one.blocks}"
        ]
        return len(found) >= self._at_least, found

    def _calls(self) -> tuple[bool, object]:
        asked = self._asked
        found = [*self._stage.calls.matching(asked.get("method"), asked.get("channel"), asked.get("outcome"))]
        return len(found) >= self._at_least, [one.shown() for one in found]

    def _reactions(self) -> list[str]:
        said = self._stage.world.message(self._asked["channel"], self._asked["ts"])
        return [name for name, users in said.reactions.items() if self._stage.bot_user in users]

    def _reaction(self) -> tuple[bool, object]:
        found = self._reactions()
        return self._asked["name"] in found, found

    def _no_reaction(self) -> tuple[bool, object]:
        found = self._reactions()
        return self._asked["name"] not in found, found

    def _session(self) -> tuple[bool, object]:
        session = self._stage.world.sessions.of(self._asked["channel"], self._asked["thread_ts"])
        status = session.status if session else None
        return status == self._asked["status"], status

    def _hold(self) -> tuple[bool, object]:
        hold = self._stage.holds.named[self._asked["name"]]
        return hold.arrived >= self._at_least, hold.shown()

    def _events(self) -> tuple[bool, object]:
        asked = self._asked
        found = [
            one.shown()
            for one in self._stage.deliveries.events
            if asked.get("state") in (None, one.state) and asked.get("name") in (None, one.name)
        ]
        return len(found) >= self._at_least, found

    def _events_settled(self) -> tuple[bool, object]:
        waiting = [one.id for one in self._stage.deliveries.events if one.state == "waiting"]
        return not waiting, waiting

    def _interactions(self) -> tuple[bool, object]:
        asked = self._asked
        found = [one.shown() for one in self._stage.interactions.of(asked.get("kind"), asked.get("state"))]
        return len(found) >= self._at_least, found

    def _connections(self) -> tuple[bool, object]:
        line = self._stage.deliveries.line
        number = len(line.connections) if isinstance(line, SocketMode) else 0
        return number >= self._at_least, number

    def _posted(self) -> tuple[bool, object]:
        number = self._stage.world.visible.posted_by(self._stage.bot_user)
        return number >= self._at_least, number

    def _sessions_settled(self) -> tuple[bool, object]:
        working = [one.thread_ts for one in self._stage.world.sessions.known.values() if one.status == "processing"]
        settled, _ = self._events_settled()
        return settled and not working, working
