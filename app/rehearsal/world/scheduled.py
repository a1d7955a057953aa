"""Messages that wait for their time (chat.scheduleMessage)."""

from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json
from app.rehearsal.world.messages import Message


@dataclass
class Scheduled:
    """A message that stands nowhere yet. `post_at` and `created` are Unix seconds; its ts is made when it is posted."""

    id: str
    message: Message
    post_at: int
    created: int

    def shown(self) -> Json:
        """As chat.scheduledMessages.list shows it."""
        said = self.message
        shown: Json = {"id": self.id, "channel_id": said.channel, "post_at": self.post_at, "date_created": self.created}
        return shown | {"text": said.text}


@dataclass
class Schedule:
    """The messages that wait."""

    waiting: list[Scheduled] = field(default_factory=list)

    def take_due(self, now: float) -> list[Scheduled]:
        """The messages whose time has come, earliest first; they wait no more."""
        due = sorted((one for one in self.waiting if one.post_at <= now), key=lambda one: one.post_at)
        self.waiting = [one for one in self.waiting if one.post_at > now]
        return due
