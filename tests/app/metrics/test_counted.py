"""What was committed is counted, once; what was rolled back is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from agents.audit.events import Event
from agents.clock import Clock
from agents.journal.audit import Happened
from agents.journal.database import Database
from agents.journal.transaction import Journal, Transaction
from agents.messages import Press
from app.metrics.catalogue import KNOWN
from app.metrics.counted import Counting
from tests.given.asked import BEN, GUEST, asked, votes
from tests.given.engines import Engine, an_engine
from tests.given.plain_tools import Hand, equip
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.workers import LEASE, claimed
from tests.laws.test_approvals import proposed
from tools.contract import Effect


class Since:
    """What was added to this process's metrics since it was made."""

    def __init__(self) -> None:
        self._before = self._now()

    def __call__(self, name: str, **labels: str) -> float:
        """Return what a value has grown by; `name` as Prometheus reads it, so with `_total` or `_count`."""
        key = (name, tuple(sorted(labels.items())))
        return self._now().get(key, 0.0) - self._before.get(key, 0.0)

    def _now(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in REGISTRY.collect()
            for sample in family.samples
        }


@pytest.fixture
def engine(sqlite_url: str, clock: Clock, shared_rehearsal: RehearsalProcess, tmp_path: Path) -> Iterator[Engine]:
    """An engine whose journal is counted, as every process counts its own."""
    database = Database(sqlite_url, clock)
    made = an_engine(Journal(database, heard=Counting().count), shared_rehearsal, tmp_path / "home")
    yield made
    shared_rehearsal.control("DELETE", "/claude/faults")
    made.close()
    database.close()


def test_a_run_is_counted_with_all_that_it_took(engine: Engine) -> None:
    # given a request that takes two calls, of which policy denies one
    hand, since = Hand(), Since()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("not_there", "two"))
    says(engine.rehearsal, "Looked.")

    # when it is worked
    _, run = engine.asks("ann", "look")
    engine.work()

    # then it was counted, with its Turns, calls, messages, tokens and money
    model = engine.settings.model
    assert since("tagwork_runs_started_total") == 1
    assert since("tagwork_runs_ended_total", outcome="done") == 1
    assert since("tagwork_turns_total", outcome="complete") == 2
    assert since("tagwork_turn_seconds_count") == 2
    assert since("tagwork_tool_calls_total", outcome="succeeded") == 1
    assert since("tagwork_tool_calls_total", outcome="denied") == 1
    assert since("tagwork_tool_call_seconds_count", tool="look") == 1
    assert since("tagwork_deliveries_total", outcome="sent") >= 1
    kinds = ("input", "cache_read", "cache_write", "output")
    assert sum(since("tagwork_tokens_total", model=model, kind=kind) for kind in kinds) == engine.run(run.id).tokens
    cost = engine.run(run.id).cost_micro_usd / 1e6
    assert since("tagwork_cost_usd_total", model=model) == pytest.approx(cost)


def test_a_lost_lease_and_a_fault_of_the_model_are_counted(engine: Engine) -> None:
    # given a Run whose worker vanished, and a model that then has no room
    since = Since()
    _, run = engine.asks("ann", "hello")
    claimed(engine, run.id)
    move(engine.journal.database.clock, LEASE + 1)
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "rate_limit", "count": 2, "retry_after": 60})

    # when another takes it up
    engine.work()

    # then both can be seen
    assert since("tagwork_lease_losses_total", kind="run") == 1
    assert since("tagwork_runs_recovered_total") == 1
    assert since("tagwork_model_faults_total", kind="rate_limit") == 1
    assert since("tagwork_turns_total", outcome="broken") == 1


@pytest.mark.requirement("AUTHZ-28")
def test_what_people_said_is_counted_with_how_long_they_took(engine: Engine) -> None:
    # given a call that waited a minute for Ben's yes, after a guest had pressed
    hand, since = Hand(), Since()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)
    move(engine.journal.database.clock, 60)
    votes(engine, posted, run, Press.APPROVE, approval.id, user=GUEST)
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)

    # then both presses, its end and the time are counted
    assert since("tagwork_votes_total", outcome="kind") == 1
    assert since("tagwork_votes_total", outcome="counted") == 1
    assert since("tagwork_approvals_total", outcome="granted") == 1
    assert since("tagwork_approval_seconds_count", outcome="granted") == 1
    assert since("tagwork_approval_seconds_sum", outcome="granted") >= 60


def test_what_is_rolled_back_is_not_counted(engine: Engine) -> None:
    # given a transaction that says that a Run has ended, and then raises
    _, run = engine.asks("ann", "hello")
    since = Since()

    def ends(tx: Transaction) -> None:
        tx.record(run.workspace_id, Event.RUN_DONE, run_id=run.id, actor="app")
        raise ZeroDivisionError

    # when it is run, then nothing was counted
    with pytest.raises(ZeroDivisionError):
        engine.journal.write(ends)
    assert since("tagwork_runs_ended_total", outcome="done") == 0


def test_an_event_that_cannot_be_counted_stops_nobody() -> None:
    # given an event without its data, when it is counted, then nothing is raised, and those behind it are counted
    since = Since()
    broken = Happened("w", Event.TURN_STARTED, "r", "app", {})
    Counting().count([broken, Happened("w", Event.RUN_QUEUED, "r", "app", {})])
    assert since("tagwork_runs_started_total") == 1


def test_no_label_names_a_run_a_place_or_a_person() -> None:
    # given every metric, when its labels are read, then each is of a kind that has few values
    labels = {label for metric in KNOWN.values() for label in metric.labels}
    assert labels == {"kind", "method", "model", "outcome", "queue", "reason", "state", "tool", "urgency"}
