"""The passing line "… is thinking" under a thread, and the prompts that an agent suggests (slack.md 1.2)."""

from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json

# slack.md 2: gone after two minutes
LIFE_SECONDS = 120.0


@dataclass
class ThreadStatuses:
    """`standing` maps a thread to its status: status, loading_messages, at (Unix seconds). `history` keeps every
    change: channel, thread_ts, at, status, loading_messages, and `why` when Slack took it away (message, expired)."""

    standing: dict[tuple[str, str], Json] = field(default_factory=dict)
    prompts: dict[tuple[str, str | None], Json] = field(default_factory=dict)
    history: list[Json] = field(default_factory=list)

    def set(self, channel: str, thread_ts: str, status: str, loading_messages: list[str], at: float) -> None:
        """Show a status; an empty one takes it away."""
        told = {"status": status, "loading_messages": loading_messages, "at": at}
        self.history.append({"channel": channel, "thread_ts": thread_ts, **told})
        if status:
            self.standing[channel, thread_ts] = told
        else:
            self.standing.pop((channel, thread_ts), None)

    def clear(self, channel: str, thread_ts: str, at: float, why: str = "message") -> None:
        """Slack takes a status away, if there is one."""
        if self.standing.pop((channel, thread_ts), None):
            gone = {"status": "", "loading_messages": [], "at": at, "why": why}
            self.history.append({"channel": channel, "thread_ts": thread_ts, **gone})

    def expire(self, now: float) -> None:
        """Take away what is two minutes old."""
        for (channel, thread_ts), told in list(self.standing.items()):
            if now - told["at"] >= LIFE_SECONDS:
                self.clear(channel, thread_ts, told["at"] + LIFE_SECONDS, "expired")

    def shown(self) -> Json:
        """The statuses that stand, the prompts, and what came and went, as the control API shows them."""
        standing = [{"channel": place[0], "thread_ts": place[1], **told} for place, told in self.standing.items()]
        prompts = [{"channel": place[0], "thread_ts": place[1], **told} for place, told in self.prompts.items()]
        return {"shown": standing, "prompts": prompts, "history": self.history}
