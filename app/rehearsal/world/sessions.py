"""Agent sessions: the lifecycle object of a thread that an agent works in (slack.md 1.2)."""

from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json

STATUSES = ("active", "processing", "suspended", "closed")
# captured from Slack: date_status_processing_expire is an hour after the status was set
PROCESSING_SECONDS = 3_600


@dataclass
class Session:
    """One thread's session. `processing_until` (Unix seconds) is when `processing` ends by itself.

    `history` holds what was set, in order: at (Unix seconds), and status or title; `why` where Slack did it.
    """

    channel: str
    thread_ts: str
    status: str
    title: str
    initiator: str | None
    processing_until: float | None = None
    history: list[Json] = field(default_factory=list)

    def set_status(self, status: str, at: float, **why: str) -> None:
        """Set one of STATUSES."""
        self.status = status
        self.processing_until = at + PROCESSING_SECONDS if status == "processing" else None
        self.history.append({"at": at, "status": status, **why})

    def rename(self, title: str, at: float) -> None:
        """Give it another title."""
        self.title = title
        self.history.append({"at": at, "title": title})

    def shown(self) -> Json:
        """The session as the control API shows it."""
        return dict(vars(self))

    def on_root(self, bot_user: str) -> Json:
        """What the root of its thread carries of it, in histories and events (captured from Slack)."""
        shown: Json = {"status": self.status, "agent_bot_user_ids": [bot_user], "title": self.title}
        if self.processing_until is not None:
            shown["date_status_processing_expire"] = int(self.processing_until)
        return shown


@dataclass
class Sessions:
    """The sessions of a workspace by channel and thread."""

    known: dict[tuple[str, str], Session] = field(default_factory=dict)

    def of(self, channel: str, thread_ts: str) -> Session | None:
        """The session of this thread, if there is one."""
        return self.known.get((channel, thread_ts))

    def set_status(
        self, channel: str, thread_ts: str, status: str, at: float, title: str = "", initiator: str | None = None
    ) -> Session:
        """Set the status; makes the session when the thread has none, the only time title and initiator count."""
        session = self.of(channel, thread_ts)
        if session is None:
            session = self.known[channel, thread_ts] = Session(channel, thread_ts, status, title, initiator)
        session.set_status(status, at)
        return session

    def expired(self, now: float) -> list[Session]:
        """The sessions whose `processing` has lasted too long."""
        return [one for one in self.known.values() if one.processing_until is not None and one.processing_until <= now]

    def shown(self) -> list[Json]:
        """All sessions as the control API shows them, oldest first."""
        return [session.shown() for session in self.known.values()]
