"""What people pressed, typed or filled in: delivered to the app once, never again, and how it was acknowledged."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.rehearsal.changes import Changes
from app.rehearsal.clock import Clock
from app.rehearsal.events.deliveries import Deliveries
from app.rehearsal.ids import Ids
from app.rehearsal.interactivity.response_urls import ResponseUrls
from app.rehearsal.interactivity.triggers import Triggers
from app.rehearsal.interactivity.views import Views
from app.rehearsal.json_shape import Json

# these wait for more than a bare acknowledgement (slack.md 1.5); that the others accept none is a "guess"
ANSWERED = frozenset({"command", "view_submission", "block_suggestion"})


@dataclass
class Interaction:
    """One of them. `kind` is the payload's type, or `command`. `state`: waiting, acknowledged, failed.

    `outcome` says how the attempt ended, `seconds` how long it took; `answer` is what came with the acknowledgement.
    """

    id: int
    kind: str
    user: str
    payload: Json
    at: float
    state: str = "waiting"
    outcome: str = "under_way"
    seconds: float = 0.0
    answer: Json | None = None

    def shown(self) -> Json:
        """The interaction as the control API shows it."""
        return dict(vars(self))


@dataclass
class Interactions:
    """All of one stage, and what they hand out: triggers, response URLs, views, and choices made in messages."""

    deliveries: Deliveries
    changes: Changes
    clock: Clock
    triggers: Triggers
    response_urls: ResponseUrls
    views: Views
    made: list[Interaction] = field(default_factory=list)
    # what each person has chosen in a message's menus, by channel, ts and person
    states: dict[tuple[str, str, str], dict[str, Json]] = field(default_factory=dict)
    # the options that the app offered last for a menu that asks for them, by person and action_id
    offered: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    @classmethod
    def begin(cls, deliveries: Deliveries, changes: Changes, clock: Clock, ids: Ids) -> "Interactions":
        """None made yet."""
        return cls(deliveries, changes, clock, Triggers(ids), ResponseUrls(ids), Views(ids))

    async def send(self, kind: str, user: str, payload: Json) -> Interaction:
        """Deliver it and wait for the acknowledgement, for as long as Slack would (3 s unless set otherwise)."""
        made = Interaction(len(self.made) + 1, kind, user, payload, self.clock.now())
        self.made.append(made)
        self.changes.note()
        envelope = "slash_commands" if kind == "command" else "interactive"
        outcome, made.seconds = await self.deliveries.interact(envelope, payload, kind in ANSWERED)
        made.state = "acknowledged" if outcome.acknowledged else "failed"
        made.outcome, made.answer = outcome.what, outcome.answer
        self.changes.note()
        return made

    def of(self, kind: str | None = None, state: str | None = None) -> Iterator[Interaction]:
        """Those of this kind and state, in order; None matches all."""
        for one in self.made:
            if kind in (None, one.kind) and state in (None, one.state):
                yield one
