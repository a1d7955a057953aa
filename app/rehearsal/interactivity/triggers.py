"""Trigger ids: the right, for three seconds and once, to open a view for the person who acted."""

from dataclasses import dataclass

from app.rehearsal.ids import Ids
from app.rehearsal.slack_error import SlackError

LIFE_SECONDS = 3.0  # slack.md 1.5


@dataclass
class Trigger:
    """Whose it is, since when (Unix seconds), and in which view the person acted, None for elsewhere."""

    user: str
    at: float
    view: str | None
    used: bool = False


class Triggers:
    """Every trigger id that was handed out."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._made: dict[str, Trigger] = {}

    def new(self, user: str, now: float, view: str | None = None) -> str:
        """A fresh trigger id, in Slack's form: three parts with dots."""
        secret = self._ids.uuid().replace("-", "")
        trigger_id = f"{int(now * 1_000)}.{len(self._made) + 1:012d}.{secret}"
        self._made[trigger_id] = Trigger(user, now, view)
        return trigger_id

    def take(self, trigger_id: str, now: float) -> Trigger:
        """Use a trigger. Raises SlackError invalid_trigger_id, expired_trigger_id, exchanged_trigger_id."""
        trigger = self._made.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if now - trigger.at > LIFE_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
