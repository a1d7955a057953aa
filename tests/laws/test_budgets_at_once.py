"""E23: however many Runs come at once, and whatever happens to their Turns, a limit is overrun by no more than a Turn
that is under way costs beyond what was reserved for it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agents.budgets.admitting import Busy, Sums, UsedUp, admitted
from agents.budgets.limits import Limit, Whose
from agents.budgets.periods import Period
from agents.clock import Clock
from agents.fairness import Scope
from agents.journal import scopes, spending
from agents.journal.database import Database
from agents.journal.spending import Spender
from agents.journal.transaction import Journal, Transaction
from agents.policy.scopes import Scope as Whom
from agents.runs.life import Run, State
from tests.given import budgets
from tests.given.engines import Engine
from tests.given.replies import says
from tests.given.waiting import until
from tests.given.workspaces import a_workspace

ROOT = Path(__file__).parents[2]
RUNS = 100
CENT = 10_000
TODAY = 20_000


@pytest.mark.law("E23")
@pytest.mark.failure_mode(66)
def test_a_hundred_runs_at_once_on_two_processes_overrun_a_budget_by_no_more_than_a_turn(
    postgres_engine: Engine, tmp_path: Path
) -> None:
    # given a channel that may spend 40 cents a day: room for two Turns at once, and in all for some of a hundred Runs
    engine = postgres_engine
    budgets.of_channel(engine, "day_usd: 0.40")
    says(engine.rehearsal, "word " * 600, times=RUNS)
    asked = [engine.asks("ann" if at % 2 else "ben", f"hello {at}")[1] for at in range(RUNS)]

    # when two worker processes take them all up
    workers = [a_worker(engine, tmp_path / f"home{at}") for at in range(2)]
    until(lambda: not undecided(engine, asked), "every run is answered or waits for money", 100)
    for worker in workers:
        worker.terminate()
        worker.wait(20)

    # then many were answered and the rest wait, nothing is left reserved, and not more than the limit was spent
    ended = [engine.run(run.id) for run in asked]
    sums = budgets.counted(engine, asked[0])
    done = sum(run.status is State.DONE for run in ended)
    assert 2 < done < RUNS
    assert sum(run.status is State.WAITING and run.held_since is not None for run in ended) == RUNS - done
    assert sums.reserved == 0
    assert sums.spent == sum(run.cost_micro_usd for run in ended) == budgets.ledger(engine)
    assert 20 * CENT < sums.spent <= 40 * CENT


def undecided(engine: Engine, asked: Sequence[Run]) -> list[Run]:
    return [run for run in asked if engine.run(run.id).status in {State.QUEUED, State.WORKING}]


def a_worker(engine: Engine, home: Path) -> "subprocess.Popen[bytes]":
    """Start a worker process that advances Runs on many threads until it is ended."""
    environment = {
        **os.environ,
        **engine.rehearsal.environment(),
        "SLACK_SIGNING_SECRET": engine.rehearsal.signing_secret,
        "PYTHONPATH": str(ROOT),
        "TAGWORK_HOME": str(home),
        "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
    }
    return subprocess.Popen([sys.executable, "-m", "tests.laws.worker_of_many"], env=environment, cwd=ROOT)


LIMITS = (
    Limit(Whom.CHANNEL, Whose.CHANNEL, Period.DAY, 100),
    Limit(Whom.WORKSPACE, Whose.PERSON, Period.DAY, 80),
    Limit(Whom.WORKSPACE, Whose.WORKSPACE, Period.MONTH, 150),
)


class Money(RuleBasedStateMachine):
    """Turns of several people in several channels start, end in every way, and some cost more than was thought."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = shutil.copy(os.environ["TEST_SQLITE_TEMPLATE"], f"{self.folder.name}/journal.db")
        self.database = Database(f"sqlite:///{path}", Clock())
        self.journal = Journal(self.database)
        self.workspace = a_workspace(self.journal).id
        self.under_way: list[tuple[Spender, int, int]] = []
        self.unsettled: list[tuple[Spender, int, int]] = []
        self.costs: list[tuple[Spender, int, int]] = []
        self.over = 0

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(channel=st.sampled_from("AB"), person=st.sampled_from("XYZ"), needs=st.integers(1, 60), day=st.integers(0, 1))
    def start(self, channel: str, person: str, needs: int, day: int) -> None:
        spender = Spender(self.workspace, channel, person)

        def reserve(tx: Transaction) -> bool:
            scopes.lock(tx, Scope(*(self.workspace, channel, person)))
            sums = spending.sums(tx, spender, TODAY, TODAY + day)
            against = admitted(LIMITS, lambda one: sums.get((one.whose, one.period is Period.MONTH), Sums()), needs)
            assert against is None or isinstance(against, Busy | UsedUp)
            if against is None:
                spending.add(tx, spender, TODAY + day, reserved=needs)
            return against is None

        if self.journal.write(reserve):
            self.under_way.append((spender, TODAY + day, needs))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 99), cost=st.integers(0, 70))
    def complete(self, which: int, cost: int) -> None:
        spender, day, needs = self.under_way.pop(which % len(self.under_way))
        self.journal.write(lambda tx: spending.add(tx, spender, day, spent=cost, reserved=-needs))
        self.costs.append((spender, day, cost))
        self.over += max(0, cost - needs)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 99))
    def break_off(self, which: int) -> None:
        spender, day, needs = self.under_way.pop(which % len(self.under_way))
        self.journal.write(lambda tx: spending.add(tx, spender, day, spent=needs, reserved=-needs))
        self.unsettled.append((spender, day, needs))

    @precondition(lambda self: self.unsettled)
    @rule(which=st.integers(0, 99), cost=st.integers(0, 70))
    def usage_comes(self, which: int, cost: int) -> None:
        spender, day, charged = self.unsettled.pop(which % len(self.unsettled))
        self.journal.write(lambda tx: spending.add(tx, spender, day, spent=cost - charged))
        self.costs.append((spender, day, cost))
        self.over += max(0, cost - charged)

    @invariant()
    def rows_are_what_the_turns_say_and_no_limit_is_overrun_but_by_what_was_underestimated(self) -> None:
        for channel in "AB":
            for person in "XYZ":
                self._is_right(Spender(self.workspace, channel, person))

    def _is_right(self, spender: Spender) -> None:
        for day in (TODAY, TODAY + 1):
            sums = self.journal.read(lambda tx, day=day: spending.sums(tx, spender, TODAY, day))  # type: ignore[misc]
            for limit in LIMITS:
                month = limit.period is Period.MONTH
                found = sums.get((limit.whose, month), Sums())
                of_id = spender.of_ids()[limit.whose]

                def counts(one: tuple[Spender, int, int], of_id: str = of_id, limit: Limit = limit) -> bool:
                    same = one[0].of_ids()[limit.whose] == of_id
                    return same and (TODAY <= one[1] <= day if limit.period is Period.MONTH else one[1] == day)  # noqa: B023

                assert found.spent == sum(one[2] for one in (*self.costs, *self.unsettled) if counts(one))
                assert found.reserved == sum(one[2] for one in self.under_way if counts(one))
                if not month:
                    assert found.spent + found.reserved <= limit.micro_usd + self.over


Money.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestMoney = pytest.mark.law("E23")(Money.TestCase)
