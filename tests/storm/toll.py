"""What storms cost people: how long they waited, what they saw twice for a while, what could not be shown or known."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, select

from agents.deliveries.life import DECORATIONS, State
from agents.journal.audit import EVENTS
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.threads import THREADS
from agents.journal.transaction import Transaction
from agents.runs.life import State as RunState
from tests.storm.judging import Played
from tests.storm.lane import Lane


@dataclass(slots=True)
class Toll:
    """Counted over many storms. `waits` in seconds, by Slack's clock, from a mention to its answer."""

    struck: Counter[str] = field(default_factory=Counter)
    deaths: int = 0
    waits: list[float] = field(default_factory=list)
    given_up: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return self.struck["process killed"]

    def add(self, other: "Toll") -> None:
        """Count another's as well."""
        self.struck += other.struck
        self.deaths += other.deaths
        self.waits += other.waits
        self.given_up += other.given_up
        self.unknown += other.unknown
        self.failed += other.failed

    def lines(self, shown: Sequence[str]) -> Iterator[str]:
        """Yield the table; `shown`: duplicates that people could see for a while, with their seconds."""
        yield f"{'troubles that struck':<34} {self.struck.total()}"
        for kind, often in sorted(self.struck.items()):
            yield f"  {kind:<32} {often}"
        yield f"{'processes that died':<34} {self.deaths}"
        if self.waits:
            ordered = sorted(self.waits)
            median, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
            yield f"{'seconds to the answer':<34} median {median:.1f}, p99 {late:.1f}, longest {ordered[-1]:.1f}"
        yield f"{'duplicates seen for a while':<34} {len(shown)}"
        yield from (f"  {line}" for line in shown)
        yield f"{'outcomes unknown, and told':<34} {self.unknown}"
        yield f"{'messages given up':<34} {self.given_up.total()}"
        yield from (f"  {often} x {cause}" for cause, often in self.given_up.most_common())
        yield f"{'runs failed, and told':<34} {self.failed.total()}"
        yield from (f"  {often} x {cause}" for cause, often in self.failed.most_common())


_GIVEN_UP = select(DELIVERIES.c.kind, DELIVERIES.c.cause).where(DELIVERIES.c.status == State.GIVEN_UP.value)
_UNKNOWN = select(func.count()).where(EVENTS.c.event == "tool_call:unknown")
_FAILED = (
    select(THREADS.c.root, RUNS.c.cause)
    .join(RUNS, RUNS.c.thread_id == THREADS.c.id)
    .where(RUNS.c.status == RunState.FAILED.value)
)
_SENT = (
    select(THREADS.c.root, DELIVERIES.c.posted_at, DELIVERIES.c.kind)
    .join(DELIVERIES, DELIVERIES.c.thread_id == THREADS.c.id)
    .where(and_(DELIVERIES.c.status == State.SENT.value, DELIVERIES.c.posted_at.is_not(None)))
)


def failed(tx: Transaction) -> dict[str, str]:
    """Return the causes of the Runs that failed, by the ts of their thread."""
    return {str(row["root"]): str(row["cause"]) for row in tx.rows(_FAILED)}


def toll_of(lane: Lane, played: Sequence[Played]) -> Toll:
    """Return what one storm cost, without its troubles."""
    toll = Toll(deaths=lane.deaths)
    toll.unknown = lane.journal.read(lambda tx: int(tx.value(_UNKNOWN)))
    toll.given_up.update(lane.journal.read(lambda tx: [f"{row['kind']}: {row['cause']}" for row in tx.rows(_GIVEN_UP)]))
    toll.failed.update(lane.journal.read(failed).values())
    for one in played:
        texts = [text for texts in one.reference.seen(one.tag) for text in texts]
        entries = lane.rehearsal.visible(one.posted.channel, one.posted.ts)
        times = [float(entry["at"]) for entry in entries if any(text in str(entry.get("text")) for text in texts)]
        if times:
            toll.waits.append(min(times) - float(one.posted.ts))
    return toll


def mismatched(lane: Lane, played: Sequence[Played]) -> Iterator[tuple[str, str, Played]]:
    """Yield ("lost" or "doubled", what, which) where what stands in a thread is not what the journal says was sent."""
    known: dict[str, dict[str, str]] = {}
    for root, ts, kind in lane.journal.read(
        lambda tx: [(str(row["root"]), str(row["posted_at"]), str(row["kind"])) for row in tx.rows(_SENT)]
    ):
        known.setdefault(root, {})[ts] = kind
    for one in played:
        of = known.get(one.posted.ts, {})
        thread = lane.rehearsal.thread(one.posted.channel, one.posted.ts)
        standing = {str(message["ts"]) for message in thread if message["by_app"] and not message["deleted"]}
        for ts in sorted(standing - set(of)):
            yield "doubled", f"a message at {ts} that no Delivery knows", one
        for ts in sorted(set(of) - standing):
            if of[ts] not in DECORATIONS:
                yield "lost", f"{of[ts]} at {ts} counts as sent and does not stand", one
