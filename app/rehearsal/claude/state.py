"""What one server knows: its key, its speed, its cache, what was arranged, and every request with its reply."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.rehearsal.changes import Changes
from app.rehearsal.claude.faults import Faults
from app.rehearsal.claude.held_requests import Holds
from app.rehearsal.claude.paused_turns import PausedTurns
from app.rehearsal.claude.prompt_cache import PromptCache
from app.rehearsal.claude.queued_replies import QueuedReplies

DEFAULT_API_KEY = "sk-ant-rehearsal-0000"
"""The key that a fresh server takes. It opens nothing."""
REQUESTS_KEPT = 5_000
"""How many requests are remembered: memory of a long-lived server."""


@dataclass(slots=True)
class Exchanged:
    """One request and what came of it. `outcome`: pending, answered, refused, broken (by a fault), gone (client)."""

    number: int
    at: float
    path: str
    request_id: str
    headers: dict[str, str]
    body: Any = None
    status: int | None = None
    reply: Any = None
    origin: str | None = None  # queued, offline_model
    fault: str | None = None
    hold: str | None = None
    outcome: str = "pending"

    def shown(self) -> dict[str, Any]:
        """Return the exchange as the control API shows it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class State:
    """The mutable whole. Used from one event loop only."""

    clock: Callable[[], float]
    api_key: str = DEFAULT_API_KEY
    speed_ms: float = 0.0
    cache: PromptCache = field(default_factory=PromptCache)
    queued: QueuedReplies = field(default_factory=QueuedReplies)
    faults: Faults = field(default_factory=Faults)
    holds: Holds = field(default_factory=Holds)
    paused: PausedTurns = field(default_factory=PausedTurns)
    exchanged: deque[Exchanged] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    changes: Changes = field(default_factory=Changes)
    received: int = 0

    def open_exchange(self, path: str, headers: dict[str, str]) -> Exchanged:
        """Return the record of a request that just arrived, numbered from 1."""
        self.received += 1
        exchange = Exchanged(self.received, self.clock(), path, f"req_rehearsal{self.received:012d}", headers)
        self.exchanged.append(exchange)
        self.changes.note()
        return exchange

    def reset(self) -> None:
        """Forget everything but the clock and the numbers; whoever is held goes on."""
        for hold in self.holds.named.values():
            hold.released.set()
        self.api_key, self.speed_ms = DEFAULT_API_KEY, 0.0
        self.cache, self.queued, self.faults, self.holds = PromptCache(), QueuedReplies(), Faults(), Holds()
        self.paused = PausedTurns()
        self.exchanged.clear()
        self.changes.note()
