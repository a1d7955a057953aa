"""E23: what a Turn may cost is reserved before it starts and settled by whatever ends it; what has no room waits."""

from dataclasses import replace

import pytest

from agents.audit.events import Event
from agents.budgets.admitting import Sums
from agents.budgets.limits import Whose
from agents.budgets.periods import DAY_US
from agents.engine.advance import advance
from agents.engine.starting import start_at_once
from agents.engine.taking_up import take_up
from agents.journal import audit, runs, workspaces
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace
from agents.models import claude
from agents.planner.conversation import Asking
from agents.runs.life import Run, State
from agents.surface import PersonKind
from tests.given import budgets
from tests.given.engines import Engine
from tests.given.replies import hold_model, release_model, says, until_model_held
from tests.given.time import move
from tests.given.waiting import at_once, held_open, until_stuck
from tests.given.workers import LEASE, another_room, deliveries_of
from tests.given.workspaces import a_member

ADAM, OLIVIA = "U0ADAM00001", "U0OLIVIA001"
TEN_MINUTES = 600_000_000
CENT = 10_000
"""Millionths of a dollar."""


def trail(engine: Engine, run: Run, event: Event) -> list[str]:
    """Return the data of a Run's lines of one kind."""
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    return [line.data for line in lines if line.event == event.value]


def now(engine: Engine) -> int:
    return engine.journal.read(lambda tx: tx.now())


@pytest.mark.law("E23")
def test_where_nothing_limits_nothing_is_reserved_and_every_scope_counts_what_was_spent(engine: Engine) -> None:
    # given no budget, when two people ask in one channel
    says(engine.rehearsal, "Done.", times=2)
    asked = [engine.asks(user, "hello")[1] for user in ("ann", "ben")]
    engine.work()

    # then what their Turns cost counts for each of them, for the channel and for the workspace, to the last millionth
    ended = [engine.run(run.id) for run in asked]
    costs = [run.cost_micro_usd for run in ended]
    assert all(costs)
    assert [budgets.counted(engine, run, Whose.PERSON).spent for run in ended] == costs
    assert [budgets.counted(engine, run, Whose.MEMBER).spent for run in ended] == costs
    assert budgets.counted(engine, ended[0], Whose.CHANNEL).spent == sum(costs)
    assert budgets.counted(engine, ended[0], Whose.WORKSPACE).spent == sum(costs) == budgets.ledger(engine)
    assert budgets.counted(engine, ended[0], Whose.WORKSPACE).reserved == 0


@pytest.mark.law("E23")
@pytest.mark.failure_mode(66)
def test_while_a_turn_is_under_way_its_reservation_counts_and_its_end_settles_it(engine: Engine) -> None:
    # given a budget, and a model that has not answered yet
    budgets.of_channel(engine, "day_usd: 5")
    says(engine.rehearsal, "Done.")
    hold_model(engine.rehearsal)
    _, run = engine.asks("ann", "hello")
    with at_once() as pool:
        asking = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)

        # when it is looked at meanwhile, then what it may cost is reserved: the whole reply and an uncached prompt
        reserved = budgets.counted(engine, run).reserved
        assert reserved > 16 * CENT
        assert budgets.counted(engine, run).spent == 0
        release_model(engine.rehearsal)
        asking.result(30)

    # then what it cost took the reservation's place
    cost = engine.run(run.id).cost_micro_usd
    assert 0 < cost < reserved
    assert budgets.counted(engine, run) == Sums(cost, 0)


@pytest.mark.law("E23")
@pytest.mark.law("E7")
@pytest.mark.failure_mode(66)
def test_what_has_no_room_waits_tells_who_can_raise_it_and_goes_on_when_it_is_raised(engine: Engine) -> None:
    # given a channel that may spend ten cents a day, less than one Turn may cost, and an admin who was seen before
    budgets.of_channel(engine, "day_usd: 0.10")
    says(engine.rehearsal, "Done.")
    posted, run = engine.asks("ann", "hello")
    a_member(engine.journal, workspace_of(engine, run), ADAM, PersonKind.ADMIN)

    # when a worker comes
    engine.work()

    # then it waits without a Turn, at no cost in attempts, and is looked at again in ten minutes at the latest
    held = engine.run(run.id)
    assert (held.status, held.turns, held.attempts, held.lease_owner) == (State.WAITING, 0, 0, None)
    assert 0 < (held.due_at or 0) - now(engine) <= TEN_MINUTES
    assert trail(engine, run, Event.BUDGET_USED_UP)

    # then its thread names what is used up, by whose limit, and who can raise it; admins are told, met or not
    [told] = engine.answers(posted)
    assert "this channel's budget of US$ 0.10 a day is used up" in told
    assert "admin of this workspace" in told
    told_directly = {call["args"]["users"] for call in engine.rehearsal.calls("conversations.open")}
    assert told_directly == {ADAM, OLIVIA}

    # when it is raised, then it goes on by itself, once, and its thread says so
    budgets.of_channel(engine, "day_usd: 5")
    budgets.sweep(engine)
    engine.work()
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["There is money again; I went on.", "Done."]


@pytest.mark.law("E7")
def test_what_is_held_keeps_its_status_and_writes_nothing_on_the_trail_while_it_is_looked_at(engine: Engine) -> None:
    # given a Run that waits for money
    budgets.of_channel(engine, "day_usd: 0.10")
    posted, run = engine.asks("ann", "hello")
    engine.work()
    before = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))

    # when its time comes twice and nothing has changed
    for minutes in (11, 22):
        move(engine.journal.database.clock, minutes * 60)
        engine.work()

    # then it waits as before
    held = engine.run(run.id)
    assert (held.status, held.attempts, held.turns) == (State.WAITING, 0, 0)
    assert engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id)) == before
    assert len(engine.answers(posted)) == 1


@pytest.mark.law("E23")
def test_when_the_day_is_over_what_waited_for_it_goes_on_and_its_wait_is_no_work(engine: Engine) -> None:
    # given a channel whose day is used up but for a cent
    budgets.of_channel(engine, "day_usd: 1")
    says(engine.rehearsal, "Done.")
    _, run = engine.asks("ann", "hello")
    budgets.spent_before(engine, run, 99 * CENT)
    engine.work()
    held = engine.run(run.id)
    assert held.status is State.WAITING

    # when the next day begins, longer away than the [limits] minutes of one Run
    ends = (now(engine) // DAY_US + 1) * DAY_US
    move(engine.journal.database.clock, (ends - now(engine)) / 1_000_000 + 4_000)
    engine.work()

    # then it was answered: the wait counts for nothing
    ended = engine.run(run.id)
    assert ended.status is State.DONE
    assert ended.waited_us >= ends - (held.held_since or 0)


@pytest.mark.law("E23")
def test_what_others_have_reserved_is_waited_for_in_seconds_and_nobody_is_told(engine: Engine) -> None:
    # given a budget with room for one Turn and not for two, and one under way
    budgets.of_channel(engine, "day_usd: 0.25")
    says(engine.rehearsal, "Done.", times=2)
    hold_model(engine.rehearsal)
    engine.asks("ann", "hello")
    with at_once() as pool:
        asking = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)

        # when another is due
        posted, second = engine.asks("ben", "hello")
        assert advance(engine.room)

        # then it is looked at again within seconds, and says nothing
        held = engine.run(second.id)
        assert (held.status, held.turns, held.attempts) == (State.WORKING, 0, 0)
        assert 0 < (held.due_at or 0) - now(engine) <= 5_000_000
        assert deliveries_of(engine, second) == []
        release_model(engine.rehearsal)
        asking.result(30)

    # then it is answered once the first has cost less than it might have
    move(engine.journal.database.clock, 6)
    engine.work()
    assert engine.run(second.id).status is State.DONE
    assert engine.answers(posted) == ["Done."]


@pytest.mark.law("E2")
@pytest.mark.law("E23")
@pytest.mark.failure_mode(66)
def test_of_two_who_reserve_at_once_the_second_sees_what_the_first_has_reserved(postgres_engine: Engine) -> None:
    # given a budget with room for one Turn, and two Runs; surfaces were asked all they need
    engine = postgres_engine
    budgets.of_channel(engine, "day_usd: 0.25")
    says(engine.rehearsal, "Done.", times=2)
    first, second = (engine.asks(user, "hello")[1] for user in ("ann", "ben"))
    with at_once() as pool:
        # when one has reserved and has not committed, and another comes for the second
        held, beginning = held_open(pool, engine.journal, lambda tx: begin(engine, tx, first))
        coming = pool.submit(advance, engine.room)
        until_stuck(engine.journal, 1)
        held.let_go()

        # then it waits for the scope's row, sees the reservation, and starts nothing
        assert beginning.result() > 16 * CENT
        assert coming.result()
    kept = engine.run(second.id)
    assert (kept.status, kept.turns) == (State.WORKING, 0)
    assert budgets.counted(engine, first).reserved == beginning.result()


@pytest.mark.law("E23")
@pytest.mark.parametrize("kind", ["cut", "drop", "stall"])
def test_a_turn_of_which_no_end_was_heard_is_charged_its_reservation(
    engine: Engine, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a budget, and a model call that breaks off after it was sent; of a silent one that is known after a second
    monkeypatch.setattr(claude, "READ_SECONDS", 1.0)
    budgets.of_workspace(engine, "day_usd: 5")
    room = replace(engine.room, conduct=replace(engine.room.conduct, turn_seconds=1.0))
    engine.rehearsal.control("POST", "/claude/faults", {"kind": kind, "count": 2})

    # when it is made
    _, run = engine.asks("ann", "hello")
    advance(room)

    # then it counts as all that it might have cost, and nothing stays reserved
    charged = engine.run(run.id).cost_micro_usd
    assert charged > 16 * CENT
    assert budgets.counted(engine, run, Whose.WORKSPACE) == Sums(charged, 0)
    assert budgets.ledger(engine) == charged


@pytest.mark.law("E23")
def test_a_call_that_the_provider_turned_away_costs_nothing(engine: Engine) -> None:
    # given a budget, and a provider that is overloaded
    budgets.of_workspace(engine, "day_usd: 5")
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "overloaded", "count": 2})

    # when someone asks, then nothing was spent and nothing is reserved
    _, run = engine.asks("ann", "hello")
    engine.work()
    assert engine.run(run.id).status is State.WAITING
    assert budgets.counted(engine, run, Whose.WORKSPACE) == Sums(0, 0)


@pytest.mark.law("E23")
@pytest.mark.law("E3")
def test_the_true_usage_of_a_turn_that_others_ended_is_recorded_once(engine: Engine) -> None:
    # given a budget, and a worker whose Turn is under way
    budgets.of_workspace(engine, "day_usd: 5")
    says(engine.rehearsal, "Done.")
    hold_model(engine.rehearsal)
    posted, run = engine.asks("ann", "hello")
    with at_once() as pool:
        asking = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)

        # when someone stops the Run meanwhile
        engine.says("ann", "stop", thread=posted.ts)
        stopped = engine.run(run.id)

        # then it is charged what was reserved
        assert stopped.status is State.STOPPED
        assert budgets.counted(engine, run, Whose.WORKSPACE) == Sums(stopped.cost_micro_usd, 0)
        assert stopped.cost_micro_usd > 16 * CENT

        # when the reply comes after all
        release_model(engine.rehearsal)
        asking.result(30)

    # then what it really cost is charged in its place, once
    ended = engine.run(run.id)
    assert 0 < ended.cost_micro_usd < stopped.cost_micro_usd
    assert budgets.counted(engine, run, Whose.WORKSPACE) == Sums(ended.cost_micro_usd, 0)
    assert budgets.ledger(engine) == ended.cost_micro_usd
    assert len(trail(engine, run, Event.TURN_USAGE_CAME)) == 1


@pytest.mark.law("E23")
def test_a_worker_that_is_lost_leaves_its_reservation_as_spent_and_the_turn_is_made_again(engine: Engine) -> None:
    # given a budget, and a Turn whose worker is lost
    budgets.of_workspace(engine, "day_usd: 5")
    says(engine.rehearsal, "Done.", times=2)
    _, run = engine.asks("ann", "hello")
    began = begun_and_lost(engine, run)

    # when its lease has ended and another worker comes
    move(engine.journal.database.clock, 40)
    engine.work()

    # then both count: what the lost one might have cost, and what the other did
    ended = engine.run(run.id)
    assert ended.status is State.DONE
    assert ended.cost_micro_usd > began > 16 * CENT
    assert budgets.counted(engine, run, Whose.WORKSPACE) == Sums(ended.cost_micro_usd, 0)
    assert budgets.ledger(engine) == ended.cost_micro_usd


@pytest.mark.law("E23")
@pytest.mark.parametrize(("cents", "percent"), [(74, None), (75, 75), (94, 75), (95, 95)])
def test_those_who_can_raise_a_limit_are_told_at_three_quarters_and_near_its_end(
    engine: Engine, cents: int, percent: int | None
) -> None:
    # given a limit of 100 dollars a day of which so many hundredths are spent, and an admin who was seen before
    budgets.of_workspace(engine, "day_usd: 100")
    says(engine.rehearsal, "Done.", times=2)
    _, run = engine.asks("ann", "hello")
    a_member(engine.journal, workspace_of(engine, run), ADAM, PersonKind.ADMIN)
    budgets.spent_before(engine, run, cents * 100 * CENT)

    # when two requests are answered
    engine.work()
    engine.asks("ben", "hello")
    engine.work()

    # then each admin was told once, of the highest part that is reached, also the one who was never seen
    said = [str(call["args"]["text"]) for call in engine.rehearsal.calls("chat.postMessage") if "% used" in str(call)]
    assert [f"{percent} % used" in one for one in said] == ([] if percent is None else [True, True])


@pytest.mark.law("E7")
def test_a_request_beyond_the_rate_waits_in_the_queue_and_its_requester_is_told_once(engine: Engine) -> None:
    # given a channel in which one request an hour may begin
    budgets.of_channel(engine, "runs_an_hour: 1")
    says(engine.rehearsal, "Done.", times=2)
    engine.asks("ann", "hello")
    engine.work()

    # when another is asked for, twice looked at
    posted, second = engine.asks("ben", "hello")
    engine.work()
    held = engine.run(second.id)
    engine.journal.write(lambda tx: make_due(tx, second.id))
    engine.work()

    # then it is queued, due when an hour has passed since the first began, and its thread says so once
    assert (held.status, held.attempts, held.fence) == (State.QUEUED, 0, 0)
    assert 3_500_000_000 < (held.due_at or 0) - now(engine) <= 3_600_000_000
    [told] = engine.answers(posted)
    assert "one request in this channel may begin within an hour" in told

    # when the hour is over, then it is answered
    move(engine.journal.database.clock, 3_601)
    engine.work()
    assert engine.run(second.id).status is State.DONE


@pytest.mark.law("E7")
@pytest.mark.law("E2")
def test_a_rate_that_is_raised_lets_what_waited_begin(engine: Engine) -> None:
    # given one person who may begin one request an hour, and has
    budgets.of_workspace(engine, "person_runs_an_hour: 1")
    says(engine.rehearsal, "Done.", times=3)
    engine.asks("ann", "hello")
    engine.work()
    _, second = engine.asks("ann", "hello again")
    _, of_another = engine.asks("ben", "hello")
    engine.work()

    # then another person is not kept back by that
    assert engine.run(second.id).status is State.QUEUED
    assert engine.run(of_another.id).status is State.DONE

    # when there is no such limit any more, then the second goes on at the next look
    budgets.no_budget(engine)
    budgets.sweep(engine)
    engine.work()
    assert engine.run(second.id).status is State.DONE


def begun_and_lost(engine: Engine, run: Run) -> int:
    """Start a Turn as a worker that is never heard of again; return what was reserved for it."""
    return engine.journal.write(lambda tx: begin(engine, tx, run))


def begin(engine: Engine, tx: Transaction, run: Run) -> int:
    """Claim a Run and start its Turn as another process does; return what was reserved."""
    room = another_room(engine)
    before = runs.lock(tx, run.id)
    claimed = runs.claim(tx, run.id, room.claims.owner, int(LEASE * 1_000_000))
    assert before is not None
    assert claimed is not None
    standing = take_up(room, tx, before, claimed)
    assert standing is not None
    asking = start_at_once(room, tx, standing)
    assert isinstance(asking, Asking)
    return asking.turn.reserved_micro_usd


def make_due(tx: Transaction, run_id: str) -> None:
    runs.lock(tx, run_id)
    runs.make_due(tx, run_id)


def workspace_of(engine: Engine, run: Run) -> Workspace:
    [found] = [one for one in engine.journal.read(workspaces.every) if one.id == run.workspace_id]
    return found
