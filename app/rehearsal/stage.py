"""Everything that one Rehearsal process holds: the world, what was called, delivered, broken or held at its edge."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.rehearsal.calls import Calls
from app.rehearsal.changes import Changes
from app.rehearsal.events.deliveries import Deliveries
from app.rehearsal.faults import Faults
from app.rehearsal.holds import Holds
from app.rehearsal.interactivity.interactions import Interactions
from app.rehearsal.manifest import Manifest
from app.rehearsal.rate_limits import RateLimits
from app.rehearsal.world.web_pages import WebPage
from app.rehearsal.world.world import World


@dataclass
class Stage:
    """`base_url` is where this process serves, without a slash at its end; `start_over` puts a fresh stage in place."""

    world: World
    manifest: Manifest
    base_url: str
    changes: Changes
    deliveries: Deliveries
    holds: Holds
    interactions: Interactions
    calls: Calls = field(default_factory=Calls)
    faults: Faults = field(default_factory=Faults)
    limits: RateLimits = field(default_factory=RateLimits)
    pages: dict[str, WebPage] = field(default_factory=dict)
    link_tickets: set[str] = field(default_factory=set)
    start_over: Callable[[], Awaitable[None]] | None = None

    async def end(self) -> None:
        """Let everyone go who is held, stop delivering and cut the app's connections."""
        for hold in self.holds.named.values():
            hold.released.set()
        await self.deliveries.end()

    @property
    def bot_user(self) -> str:
        """The user id of the app under rehearsal."""
        return self.world.app.bot_user
