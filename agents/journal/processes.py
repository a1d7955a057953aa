"""Processes: which workers live, how many slots they have, and which process sweeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, literal, or_, select, union, union_all, update
from sqlmodel import Field, SQLModel

from agents.clock import us
from agents.journal.claimable import CLAIMABLE
from agents.journal.database import now
from agents.journal.runs import RUNS
from agents.journal.schema import count, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore

SEEN_WITHIN = us(30)
"""A worker that was not seen for this long counts as gone: three of its beats."""


class WorkerRow(SQLModel, table=True):
    """One live worker process, as it last said."""

    __tablename__ = "worker"
    owner: str = Field(primary_key=True, max_length=200)
    slots: int = count()
    lost_threads: int = count()
    seen_at: int = moment()


class LeaderRow(SQLModel, table=True):
    """Who may do what only one process does."""

    __tablename__ = "leader"
    name: str = Field(primary_key=True, max_length=64)
    owner: str | None = word(null=True, length=200)
    until: int = moment()
    fence: int = count()


WORKERS = table_of(WorkerRow)
LEADERS = table_of(LeaderRow)

_SLOTS = select(func.coalesce(func.sum(WORKERS.c.slots), 0)).where(WORKERS.c.seen_at > now() - SEEN_WITHIN)
_LEAD = (
    update(LEADERS)
    .where(
        LEADERS.c.name == bindparam("of"),
        or_(LEADERS.c.owner == bindparam("me"), LEADERS.c.until < now(), LEADERS.c.until > now() + us(3600)),
    )
    .values(owner=bindparam("me"), until=now() + bindparam("term"), fence=LEADERS.c.fence + 1)
)
_GONE = delete(WORKERS).where(WORKERS.c.seen_at < now() - 10 * SEEN_WITHIN)
_LEADER = select(LEADERS.c.owner).where(LEADERS.c.name == bindparam("of"), LEADERS.c.until > now())
_LEADERS = select(LEADERS.c.owner).where(LEADERS.c.until > now(), LEADERS.c.owner.is_not(None))
_END_TERM = update(LEADERS).where(LEADERS.c.name == bindparam("of"), LEADERS.c.owner == bindparam("me")).values(until=0)
_SEEN = select(WORKERS, (now() - WORKERS.c.seen_at).label("ago")).order_by(WORKERS.c.owner)
_HELD = union_all(
    *(
        select(table.c.lease_owner.label("owner"), literal(kind).label("kind"), RUNS.c.number)
        .select_from(RUNS if table is RUNS else table.join(RUNS, RUNS.c.id == table.c.run_id))
        .where(claimable, table.c.lease_until > now())
        for kind, (table, claimable) in CLAIMABLE.items()
    ),
)
_OWNERS = union(
    select(WORKERS.c.owner.label("owner")),
    *(
        select(table.c.lease_owner).where(claimable, table.c.lease_until > now())
        for table, claimable in CLAIMABLE.values()
    ),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One worker, as it last said. `ago` is how long that is, in microseconds."""

    owner: str
    slots: int
    lost_threads: int
    ago: int

    @property
    def lately(self) -> bool:
        """Whether that is short enough to count as living."""
        return self.ago <= SEEN_WITHIN


def say_alive(tx: Transaction, owner: str, *, slots: int, lost_threads: int) -> None:
    """Note that a worker lives and how many slots it has."""
    values = {"slots": slots, "lost_threads": lost_threads, "seen_at": now()}
    if not insert_or_ignore(tx, WORKERS, {"owner": owner, **values}):
        tx.run(update(WORKERS).where(WORKERS.c.owner == owner).values(**values))


def say_gone(tx: Transaction, owner: str) -> None:
    """Note that a process has ended: it is no worker any more, and leads nothing."""
    tx.run(delete(WORKERS).where(WORKERS.c.owner == owner))
    tx.run(update(LEADERS).where(LEADERS.c.owner == owner).values(until=0))


def live_slots(tx: Transaction) -> int:
    """Return the slots of all workers that were seen lately."""
    return int(tx.value(_SLOTS))


def live_owners(tx: Transaction) -> set[str]:
    """Return every process that holds a lease now, and every worker that has a row."""
    return {str(row["owner"]) for row in tx.rows(_OWNERS)}


def named(tx: Transaction) -> set[str]:
    """Return every process that the journal names as alive: who holds a lease, has a worker's row, or leads."""
    return live_owners(tx) | {str(row["owner"]) for row in tx.rows(_LEADERS)}


def held(tx: Transaction) -> Sequence[tuple[str, str, int]]:
    """Return who works on what now: the owner, the kind of row (run, tool_call, delivery), and its Run's number."""
    return [(row["owner"], row["kind"], row["number"]) for row in tx.rows(_HELD)]


def seen(tx: Transaction) -> Sequence[Seen]:
    """Return every worker that has a row, also those that have been silent for a while."""
    return [Seen(row["owner"], row["slots"], row["lost_threads"], row["ago"]) for row in tx.rows(_SEEN)]


def forget_gone(tx: Transaction) -> None:
    """Drop the rows of workers that were not seen for a long time."""
    tx.run(_GONE)


def lead(tx: Transaction, name: str, me: str, term_us: int) -> bool:
    """Become or stay the leader of `name` for `term_us`. False: another process leads."""
    insert_or_ignore(tx, LEADERS, {"name": name, "owner": None, "until": 0, "fence": 0})
    return tx.run(_LEAD, {"of": name, "me": me, "term": term_us}) == 1


def leader(tx: Transaction, name: str) -> str | None:
    """Return who leads now."""
    found = tx.value(_LEADER, {"of": name})
    return None if found is None else str(found)


def end_term(tx: Transaction, name: str, me: str) -> None:
    """Give leadership back, so that another process need not wait for the term's end."""
    tx.run(_END_TERM, {"of": name, "me": me})
