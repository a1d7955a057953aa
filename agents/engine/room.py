"""What every part of the engine is given: the journal, the claims, the surface, the provider, the tools, the policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agents.boundaries import Crossing
from agents.clock import us
from agents.engine.hand import Hand
from agents.engine.lease import Claims
from agents.engine.pace import Pace
from agents.engine.poke import Poker, Queue
from agents.fairness import Shares
from agents.journal.transaction import Journal, Transaction
from agents.models.provider import Provider
from agents.policy.from_settings import FromSettings
from agents.posts import Receipt
from agents.runs.ceilings import Ceilings
from agents.surface import Surface
from agents.toolcalls.catalogue import Catalogue
from agents.web.fetching import Reach

MOST_ATTEMPTS = 5
"""Claims without a result after which a row is ended with its cause (E6)."""

BACKSTOP = us(600)
"""Due time of a Run that something else is expected to move: when it comes, `advance` counts again (E7)."""

CANDIDATES = 8
"""Rows a picker looks at before it gives up: enough that workers who pick at once do not all find one taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How Runs are conducted: what the settings say about models, limits and policy."""

    model: str
    effort: str
    max_tokens: int
    turn_seconds: float
    ceilings: Ceilings
    policy: FromSettings
    pace: Pace = field(default_factory=Pace)
    shares: Shares = field(default_factory=Shares)
    tool_settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reach: Reach = field(default_factory=Reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Everything one process's engine works with.

    Attributes:
        surface: the place of a team, by its id.
        judge: finds out who wrote an unjudged Input (agents/admission.py).
        draining: this process is going away and begins nothing new.
        shows_answers: whoever ends a Run shows its answer too, instead of poking for it.
    """

    journal: Journal
    claims: Claims
    surface: Callable[[str], Surface]
    provider: Provider
    catalogue: Catalogue
    poker: Poker
    conduct: Conduct
    judge: Callable[[str], Receipt | None] = lambda input_id: None
    draining: Callable[[], bool] = lambda: False
    shows_answers: bool = True

    @property
    def actor(self) -> str:
        """`worker:` and the process that acts."""
        return f"worker:{self.claims.owner}"

    @property
    def cross(self) -> Crossing:
        """What this process tells of each boundary."""
        return self.journal.cross

    @property
    def hand(self) -> Hand:
        """This process as one that acts on Runs."""
        return Hand(self.actor, self.poker)

    def poke_later(self, tx: Transaction, queue: Queue, hint: str = "") -> None:
        """Send a poke once the transaction is durable."""
        self.hand.poke_later(tx, queue, hint)
