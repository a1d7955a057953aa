"""E21: a card is one message, edited in place; what it says is made when it is sent; its last edit always goes out."""

import pytest

from agents.deliveries.life import Kind
from agents.deliveries.life import State as DeliveryState
from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.plan import cards
from agents.plan.pace import PAUSE
from agents.runs.life import Run, State
from agents.surface import Place
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.plans import QUICK, look, plan, statuses, with_plans
from tests.given.rehearsal import Posted
from tests.given.replies import proposes, says, uses
from tests.given.time import move
from tests.given.workers import LEASE, calls_of, deliveries_of, lost_while_sending

POST, UPDATE = "chat.postMessage", "chat.update"


def begun(engine: Engine, hand: Hand) -> tuple[Posted, Run]:
    """Return a Run whose plan stands, with two looks that may begin at once."""
    with_plans(engine, hand)
    proposes(
        engine.rehearsal,
        plan("Read the sales", "Read the targets", "Sum up", step_3=[1, 2]),
        look("sales", 1),
        look("targets", 2),
        saying="I read both first.",
    )
    says(engine.rehearsal, "North is behind.")
    posted, run = engine.asks("ann", "compare")
    advance(engine.room)
    return posted, run


def tasks(engine: Engine, posted: Posted) -> list[str]:
    """Return the statuses that the card shows."""
    (card,) = engine.cards(posted)
    return [task["status"] for task in card["tasks"]]


def sent_all(engine: Engine) -> None:
    """Send whatever may be sent now."""
    while deliver(engine.room):
        pass


@pytest.mark.law("E21")
def test_a_plan_is_one_message_that_ticks_and_ends_with_how_it_went(engine: Engine) -> None:
    # given a plan with two looks in the same reply: they wait for no one
    posted, run = begun(engine, Hand())
    first, second = [call for call in calls_of(engine, run) if call.tool != "lay_out_plan"]
    sent_all(engine)
    assert tasks(engine, posted) == ["pending", "pending", "pending"]
    assert "I read both first." in str(engine.messages(posted)[0]["blocks"])

    # when one ends, and later the other, and the answer comes
    assert execute(engine.room, first.id)
    sent_all(engine)
    ticked = tasks(engine, posted)
    move(engine.journal.database.clock, PAUSE)
    assert execute(engine.room, second.id)
    engine.work()

    # then the same message ticked each time, and at the end says how it went
    assert ticked == ["complete", "pending", "pending"]
    assert tasks(engine, posted) == ["complete", "complete", "complete"]
    assert engine.cards(posted)[0]["title"].startswith("Done in")
    assert "actions" not in [block["type"] for block in engine.messages(posted)[0]["blocks"]]
    assert len([one for one in deliveries_of(engine, run) if one.kind is Kind.CARD]) == 1
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E21")
def test_a_step_works_from_when_its_call_begins_until_it_ends(engine: Engine) -> None:
    # given a plan, and a look that tells what the card would say while it runs
    seen: list[list[str]] = []
    hand = Hand(does=lambda what: seen.append(statuses(engine, engine.run(run.id))))
    posted, run = begun(engine, hand)
    engine.work()

    # then each look saw its own Step at work
    assert seen == [["working", "planned", "planned"], ["done", "working", "planned"]]
    assert tasks(engine, posted) == ["complete", "complete", "complete"]


@pytest.mark.law("E21")
@pytest.mark.failure_mode(24)
def test_edits_of_a_card_keep_their_pace_and_the_last_one_needs_none(engine: Engine) -> None:
    # given a card that was just edited
    posted, run = begun(engine, Hand())
    first, second = [call for call in calls_of(engine, run) if call.tool != "lay_out_plan"]
    sent_all(engine)
    assert execute(engine.room, first.id)
    sent_all(engine)

    # when the next Step ends at once
    assert execute(engine.room, second.id)
    sent_all(engine)

    # then people read of it after the pause, and of the Run's end without any
    assert tasks(engine, posted) == ["complete", "pending", "pending"]
    engine.work()
    assert tasks(engine, posted) == ["complete", "complete", "complete"]
    edits = [one for one in deliveries_of(engine, run) if one.kind is Kind.EDIT]
    assert all(one.status is DeliveryState.SENT for one in edits)


@pytest.mark.law("E21")
@pytest.mark.failure_mode(22)
@pytest.mark.failure_mode(23)
def test_a_card_that_slack_does_not_take_holds_up_no_answer(engine: Engine) -> None:
    # given a workspace that has no budget for edits
    posted, run = begun(engine, Hand())
    sent_all(engine)
    engine.rehearsal.fault("ratelimited", UPDATE, seconds=20, times=50)

    # when the Run ends
    engine.work()

    # then its answer stands, and the card says so once there is budget again
    assert engine.answers(posted) == ["North is behind."]
    assert engine.run(run.id).status is State.DONE
    engine.rehearsal.clear_faults()
    move(engine.journal.database.clock, 60)
    engine.work()
    assert engine.cards(posted)[0]["title"].startswith("Done in")


@pytest.mark.law("E21")
@pytest.mark.failure_mode(18)
def test_a_card_that_could_not_be_shown_before_its_run_ended_is_given_up(engine: Engine) -> None:
    # given a card that is asked to wait
    posted, run = begun(engine, Hand())
    engine.rehearsal.fault("ratelimited", POST, seconds=5)
    deliver(engine.room)

    # when the Run ends before it may be shown
    move(engine.journal.database.clock, 0.5)
    for call in calls_of(engine, run):
        execute(engine.room, call.id)
    advance(engine.room)
    move(engine.journal.database.clock, 10)
    engine.work()

    # then people read the answer alone
    (card,) = [one for one in deliveries_of(engine, run) if one.kind is Kind.CARD]
    assert card.status is DeliveryState.GIVEN_UP
    assert engine.cards(posted) == []
    assert engine.answers(posted) == ["North is behind."]


@pytest.mark.law("E21")
def test_a_card_whose_sender_was_lost_is_found_again_and_says_how_things_stand_then(engine: Engine) -> None:
    # given a card that arrived, and whose sender was lost before it could say so
    posted, run = begun(engine, Hand())
    (card,) = [one for one in deliveries_of(engine, run) if one.kind is Kind.CARD]
    lost_while_sending(engine, card.id)
    place = Place(engine.rehearsal.team_id, posted.channel, posted.ts)
    message = engine.journal.read(lambda tx: cards.shows(tx, engine.run(run.id)))
    engine.room.surface("").post(place, message, card.id, seconds=5)

    # when the Run goes on, and others take the card over
    for call in calls_of(engine, run):
        execute(engine.room, call.id)
    for seconds in (LEASE + 12, LEASE + 18, LEASE + 25):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then there is one card, and it says how the Run ended
    assert tasks(engine, posted) == ["complete", "complete", "complete"]
    assert engine.cards(posted)[0]["title"].startswith("Done in")


@pytest.mark.law("E21")
def test_a_request_of_one_call_shows_no_plan(engine: Engine) -> None:
    # given a model that looks once
    with_plans(engine, Hand())
    uses(engine.rehearsal, (QUICK, "sales"))
    says(engine.rehearsal, "90 sold.")
    posted, _ = engine.asks("ann", "how many?")

    # when it is answered
    engine.work()

    # then nothing stands in the thread but the answer
    assert len(engine.messages(posted)) == 1


def test_a_plan_laid_out_anew_takes_the_place_of_the_old_one_on_the_same_card(engine: Engine) -> None:
    # given a plan of which the first Step is done
    posted, run = begun(engine, Hand())
    first, second = [call for call in calls_of(engine, run) if call.tool != "lay_out_plan"]
    engine.rehearsal.control("DELETE", "/claude/replies")
    proposes(engine.rehearsal, plan("Read the sales", "Read the wiki", done=(1,)), look("wiki", 2, name=QUICK))
    says(engine.rehearsal, "South is behind.")
    execute(engine.room, first.id)
    execute(engine.room, second.id)

    # when the model lays out another
    engine.work()

    # then the card has its lines; what was done beside them stays, and what nobody wants is gone
    (card,) = engine.cards(posted)
    assert {task["title"] for task in card["tasks"]} == {"Read the sales", "Read the targets", "Read the wiki"}
    assert "Sum up" not in str(card)
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E14")
@pytest.mark.failure_mode(37)
def test_a_stop_says_what_was_done_and_what_was_not(engine: Engine) -> None:
    # given a plan of which the first Step is done
    posted, run = begun(engine, Hand())
    first, second = [call for call in calls_of(engine, run) if call.tool != "lay_out_plan"]
    sent_all(engine)
    assert execute(engine.room, first.id)

    # when someone stops it, and a worker comes for what had not begun
    _, receipt = engine.says("ann", "stop", thread=posted.ts, addressed=False)
    engine.judged(receipt)
    engine.work()

    # then the thread and the card say so, nothing more was done, and the card can stop nothing any more
    (last,) = engine.answers(posted)
    assert "Done so far: Read the sales. Not done: Read the targets; Sum up." in last
    assert engine.cards(posted)[0]["title"].startswith("Stopped by")
    assert "actions" not in [block["type"] for block in engine.messages(posted)[0]["blocks"]]
    assert [call.status.value for call in calls_of(engine, run) if call.id == second.id] == ["stopped"]


@pytest.mark.law("E21")
@pytest.mark.failure_mode(24)
def test_edits_grow_rarer_while_slack_has_no_budget_for_them(engine: Engine) -> None:
    # given a card whose first edit has to wait
    posted, run = begun(engine, Hand())
    first, second = [call for call in calls_of(engine, run) if call.tool != "lay_out_plan"]
    sent_all(engine)
    engine.rehearsal.fault("ratelimited", UPDATE, seconds=1)
    assert execute(engine.room, first.id)
    sent_all(engine)
    # an edit leaves what Slack has room for again to answers first
    move(engine.journal.database.clock, 10)
    sent_all(engine)
    assert tasks(engine, posted) == ["complete", "pending", "pending"]

    # when the next Step ends
    assert execute(engine.room, second.id)

    # then its edit comes after twice the pause
    before = engine.journal.read(lambda tx: tx.now())
    (planned,) = [
        one for one in deliveries_of(engine, run) if one.kind is Kind.EDIT and one.status is DeliveryState.PLANNED
    ]
    assert planned.due_at is not None
    assert PAUSE < (planned.due_at - before) / 1_000_000 <= 2 * PAUSE
