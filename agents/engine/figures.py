"""How the whole Tagwork stands, in figures: what waits and for how long, what is worked on, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.budgets.periods import day_of
from agents.engine.owner import is_dead
from agents.journal import figures as counted
from agents.journal import processes, usage
from agents.journal.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of one moment.

    Attributes:
        due_age_seconds: by kind of row, how long the oldest due one without a lease has waited.
        runs: Runs that have not ended, by their state.
        leases: rows that somebody works on, by kind.
        workers: processes that said lately that they live, with their `threads` and those that are lost.
        sweeps: whether some process leads the sweeps.
        held_back: Runs that wait for a budget or a rate.
        spent_usd, reserved_usd: of all workspaces on this day of UTC, and of Turns under way, where a budget holds.
    """

    due_age_seconds: Mapping[str, float]
    runs: Mapping[str, float]
    leases: Mapping[str, float]
    workers: int
    threads: int
    threads_lost: int
    sweeps: bool
    held_back: int
    spent_usd: float
    reserved_usd: float


def figures(tx: Transaction) -> Figures:
    """Return the figures as they stand: a few statements, none of which reads what has ended."""
    spent, reserved = usage.today(tx, day_of(tx.now()))
    living = [one for one in processes.seen(tx) if one.lately and not is_dead(one.owner)]
    return Figures(
        due_age_seconds=counted.due_ages(tx),
        runs=counted.runs_by_state(tx),
        leases=counted.leased(tx),
        workers=len(living),
        threads=sum(one.slots for one in living),
        threads_lost=sum(one.lost_threads for one in living),
        sweeps=processes.leader(tx, "sweeper") is not None,
        held_back=usage.held_back(tx),
        spent_usd=spent / 1e6,
        reserved_usd=reserved / 1e6,
    )
