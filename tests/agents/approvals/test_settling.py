"""E20 and E27: what people's word brings about, in the transaction that stores it, nothing where it came too late."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from agents.approvals import settling
from agents.approvals.life import Approval, State
from agents.audit.events import Event
from agents.deliveries.life import Kind
from agents.engine.hand import Hand as Acts
from agents.engine.poke import Queue
from agents.formats import ASKS
from agents.journal import audit, runs
from agents.journal.database import now
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Transaction
from agents.messages import Press
from agents.runs.life import Run
from agents.runs.life import State as RunState
from agents.toolcalls.life import State as CallState
from tests.given.asked import ADAM, BEN, asked, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import last_sent, says
from tests.given.time import move
from tests.given.workers import calls_of, deliveries_of
from tests.laws.test_approvals import DAY, proposed

LATE: list[Callable[[Acts, Transaction, Run, Approval], bool]] = [
    lambda hand, tx, run, approval: settling.grant(hand, tx, run, approval, by=ADAM, for_run=False),
    lambda hand, tx, run, approval: settling.refuse(hand, tx, run, approval, by=ADAM),
    lambda hand, tx, run, approval: settling.expire(hand, tx, run, approval),
]
"""Ways to settle an Approval."""


def done(engine: Engine, run: Run, act: Callable[[Acts, Transaction, Run], bool]) -> bool:
    """Do something under the Run's lock."""

    def work(tx: Transaction) -> bool:
        standing = runs.lock(tx, run.id)
        assert standing is not None
        return act(engine.room.hand, tx, standing)

    return engine.journal.write(work)


def grants(engine: Engine, run: Run, approval: Approval, *, for_run: bool = False) -> bool:
    return done(engine, run, lambda hand, tx, run: settling.grant(hand, tx, run, approval, by=BEN, for_run=for_run))


def lines(engine: Engine, run: Run, *events: Event) -> list[tuple[str, str, dict[str, Any]]]:
    """Lines of a Run's trail: event, actor, and what they say."""
    found = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    return [(one.event, one.actor, json.loads(one.data)) for one in found if one.event in events]


def signs(engine: Engine, run: Run) -> int:
    """How often people were shown whether the Run works."""
    return sum(one.kind is Kind.SIGN for one in deliveries_of(engine, run))


def test_a_yes_lets_the_call_run_at_once_and_names_on_the_trail_who_said_it(engine: Engine) -> None:
    # given a call that waits, which a worker had tried to begin before
    _, run = proposed(engine, Hand(), "hello")
    [approval], [call], before = asked(engine, run), calls_of(engine, run), signs(engine, run)
    with engine.journal.database.engine.begin() as connection:
        connection.execute(text("UPDATE tool_call SET attempts = 3, needs = 0 WHERE id = :id"), {"id": call.id})

    # when it is granted
    assert grants(engine, run, approval)

    # then it is due now, as one that nobody has tried, for workers that know what asks; a hint says so
    row = engine.journal.read(lambda tx: tx.row(select(CALLS, now().label("now")).where(CALLS.c.id == call.id)))
    assert row is not None
    assert (row["status"], row["attempts"], row["needs"]) == ("allowed", 0, ASKS)
    assert row["due_at"] <= row["now"]
    assert (Queue.EXECUTE, call.id) in engine.pokes.sent

    # and the Run works again, which its thread shows
    assert engine.run(run.id).status is RunState.WORKING
    assert signs(engine, run) == before + 1
    said = {"call": call.id, "tool": "post_it", "arguments": call.arguments_digest, "rule": "asks"}
    assert lines(engine, run, Event.CALL_ALLOWED) == [
        (Event.CALL_ALLOWED, f"person:{BEN}", said | {"approval": approval.id})
    ]
    [(_, actor, granted)] = lines(engine, run, Event.APPROVAL_GRANTED)
    assert (actor, granted["cause"], granted["for_run"]) == (f"person:{BEN}", f"person:{BEN}", False)
    [*_, (_, actor, works)] = lines(engine, run, Event.RUN_WORKING)
    assert (actor, works["worker"]) == (engine.room.actor, engine.room.actor)
    assert asked(engine, run)[0].for_run_until is None


def test_a_yes_for_the_run_holds_as_long_as_people_had_to_answer(engine: Engine) -> None:
    # given a call that waits, when it is granted for the rest of the Run, then that holds for its terms' time
    _, run = proposed(engine, Hand(), "hello")
    [approval] = asked(engine, run)
    before = engine.journal.read(lambda tx: tx.now())
    assert grants(engine, run, approval, for_run=True)
    after = engine.journal.read(lambda tx: tx.now())
    until = asked(engine, run)[0].for_run_until
    assert until is not None
    assert before <= until - DAY * 1_000_000 <= after


def test_a_second_yes_beside_a_running_call_shows_no_second_sign(engine: Engine) -> None:
    # given two calls that wait, when both are granted, then the Run was set to work once
    _, run = proposed(engine, Hand(), "hello", "bye")
    before = signs(engine, run)
    assert all(grants(engine, run, one) for one in asked(engine, run))
    assert signs(engine, run) == before + 1
    assert [one.status for one in calls_of(engine, run)] == [CallState.ALLOWED] * 2


@pytest.mark.law("E27")
@pytest.mark.parametrize(
    "late",
    LATE,
)
@pytest.mark.parametrize("first", [Press.APPROVE, Press.REFUSE])
def test_whoever_settles_what_is_settled_already_changes_nothing(
    engine: Engine, first: Press, late: Callable[[Acts, Transaction, Run, Approval], bool]
) -> None:
    # given a call that Ben has decided about, and someone who still believes that it waits
    posted, run = proposed(engine, Hand(), "hello")
    [stale] = asked(engine, run)
    votes(engine, posted, run, first, stale.id, user=BEN)
    before = asked(engine, run), calls_of(engine, run), engine.run(run.id)

    # when they settle it, then they hear that they came too late, and nothing has changed
    assert not done(engine, run, lambda hand, tx, run: late(hand, tx, run, stale))
    assert (asked(engine, run), calls_of(engine, run), engine.run(run.id)) == before


def _card_gone(hand: Acts, tx: Transaction, run: Run, approval: Approval) -> bool:
    settling.not_shown(hand, tx, run, str(approval.delivery_id), "is_archived")
    return True


@pytest.mark.law("E20")
@pytest.mark.parametrize("late", [*LATE, _card_gone])
def test_nobodys_word_touches_a_call_that_waits_no_more(
    engine: Engine, late: Callable[[Acts, Transaction, Run, Approval], bool], broken_on_purpose: None
) -> None:
    # given a call that somebody stopped by hand in its row
    _, run = proposed(engine, Hand(), "hello")
    with engine.journal.database.engine.begin() as connection:
        connection.execute(text("UPDATE tool_call SET status = 'stopped' WHERE run_id = :id"), {"id": run.id})

    # when it is granted, refused, expires or cannot be seen, then it stays stopped
    [approval] = asked(engine, run)
    assert done(engine, run, lambda hand, tx, run: late(hand, tx, run, approval))
    assert asked(engine, run)[0].status is not State.PENDING
    assert calls_of(engine, run)[0].status is CallState.STOPPED


@pytest.mark.law("E27")
def test_a_no_says_to_the_model_who_said_it_and_that_it_must_not_ask_again(engine: Engine) -> None:
    # given a call that waits, when Ben refuses it
    posted, run = proposed(engine, Hand(), "hello")
    votes(engine, posted, run, Press.REFUSE, asked(engine, run)[0].id, user=BEN)

    # then its reason names him, the trail too, and its card says so
    says(engine.rehearsal, "Then not.")
    engine.work()
    assert "denied: refused by ben. Do not propose the same again." in last_sent(engine.rehearsal)
    [(_, actor, said)] = lines(engine, run, Event.APPROVAL_REFUSED)
    assert (actor, said["cause"]) == (f"person:{BEN}", f"person:{BEN}")
    assert calls_of(engine, run)[0].rule == "refused"


@pytest.mark.law("E7")
@pytest.mark.requirement("AUTHZ-25")
def test_all_that_nobody_answered_expires_together_and_nothing_before_its_time(engine: Engine) -> None:
    # given two calls that wait
    posted, run = proposed(engine, Hand(), "hello", "bye")
    assert not done(engine, run, settling.expire_due)
    assert [one.status for one in asked(engine, run)] == [State.PENDING] * 2

    # when their time is over
    move(engine.journal.database.clock, DAY + 5)
    before = engine.journal.read(lambda tx: tx.now())
    assert done(engine, run, settling.expire_due)
    assert not done(engine, run, settling.expire_due)

    # then both are denied, by nobody's word, and the Run hears of both and ends
    assert [(one.status, one.cause) for one in asked(engine, run)] == [(State.EXPIRED, "expired")] * 2
    assert [(one.status, one.rule) for one in calls_of(engine, run)] == [(CallState.DENIED, "expired")] * 2
    assert [actor for _, actor, _ in lines(engine, run, Event.APPROVAL_EXPIRED)] == [engine.room.actor] * 2
    standing = engine.run(run.id)
    assert (standing.pending, standing.open) == (0, 0)
    assert standing.due_at is not None
    assert before <= standing.due_at <= engine.journal.read(lambda tx: tx.now())
    says(engine.rehearsal, "Nobody answered.")
    engine.work()
    why = "denied: nobody answered within 24 hours, so it was not done. Nobody refused it."
    assert last_sent(engine.rehearsal).count(why) == 2
    assert engine.run(run.id).status is RunState.DONE
    assert str(engine.messages(posted)[0]["blocks"]).count("Nobody answered within 24 hours.") == 2


@pytest.mark.law("E20")
def test_one_that_expires_alone_says_that_it_did(engine: Engine) -> None:
    # given a call whose time is over, when it expires, then whoever asks hears that something did
    _, run = proposed(engine, Hand(), "hello")
    move(engine.journal.database.clock, DAY + 5)
    assert done(engine, run, settling.expire_due)


@pytest.mark.law("E20")
def test_of_a_card_that_nobody_can_see_only_what_waits_is_given_up_and_the_model_hears_why(engine: Engine) -> None:
    # given a card of three, one of which Ben refused
    posted, run = proposed(engine, Hand(), "one", "two", "three")
    first, *_ = asked(engine, run)
    votes(engine, posted, run, Press.REFUSE, first.id, user=BEN)

    # when it turns out that nobody can see it
    def gone(hand: Acts, tx: Transaction, standing: Run) -> bool:
        settling.not_shown(hand, tx, standing, str(first.delivery_id), "is_archived")
        return True

    assert done(engine, run, gone)

    # then the others are taken back, nobody is said to have refused them, and the model hears why
    assert [(one.status, one.cause) for one in asked(engine, run)] == [
        (State.REFUSED, f"person:{BEN}"),
        *[(State.SUPERSEDED, "not shown")] * 2,
    ]
    assert [one.status for one in calls_of(engine, run)] == [CallState.DENIED, CallState.STOPPED, CallState.STOPPED]
    standing = engine.run(run.id)
    assert (standing.pending, standing.open) == (0, 0)
    says(engine.rehearsal, "I could not ask.")
    engine.work()
    assert last_sent(engine.rehearsal).count("the card could not be shown in the thread (is_archived).") == 2
    assert engine.run(run.id).status is RunState.DONE
