"""Agent sessions: the lifecycle object of a thread that an agent works in (slack.md 1.2)."""

from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json

STATUSES = ("active", "processing", "suspended", "closed")


@dataclass
class Session:
    """One thread's session. `history` holds what was set, in order: at (Unix seconds), and status or title."""

    channel: str
    thread_ts: str
    status: str
    title: str
    initiator: str | None
    history: list[Json] = field(default_factory=list)

    def set_status(self, status: str, at: float) -> None:
        """Set one of STATUSES."""
        self.status = status
        self.history.append({"at": at, "status": status})

    def rename(self, title: str, at: float) -> None:
        """Give it another title."""
        self.title = title
        self.history.append({"at": at, "title": title})

    def shown(self) -> Json:
        """The session as the control API shows it."""
        return dict(vars(self))


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

    def shown(self) -> list[Json]:
        """All sessions as the control API shows them, oldest first."""
        return [session.shown() for session in self.known.values()]
