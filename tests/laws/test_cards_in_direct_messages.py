"""E21 and E27: people are asked in their direct messages, each card is one message, and all of them settle together."""

import json
from dataclasses import replace

import pytest

from agents.approvals.life import State
from agents.audit.events import Event
from agents.deliveries.life import Delivery, Kind
from agents.deliveries.life import State as DeliveryState
from agents.engine.sweeper import find_sweeps
from agents.journal import audit
from agents.messages import Press
from agents.policy.document import Approvers
from agents.posts import Receipt
from agents.pressing import Click
from agents.runs.life import Run
from agents.runs.life import State as RunState
from tests.agents.test_pressing import whispers
from tests.given.asked import ADAM, ANN, BEN, DIRECTLY, GUEST, OWN, READS, asked, asking, rule_for, rules_in
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.rehearsal import Json, Posted
from tests.given.replies import proposes, says, uses
from tests.given.steering import actions_in
from tests.given.time import move
from tests.given.workers import LEASE, deliveries_of, lost_while_sending
from tools.contract import Effect

OF_BOTH = Approvers(people=(ANN, BEN), admins=False)
SECRET = "the board meets on Friday"


def asked_directly(engine: Engine, hand: Hand, *what: str, approvers: Approvers = OF_BOTH) -> tuple[Posted, Run]:
    """A Run whose calls ask, of people who are asked in their direct messages; what is due was worked."""
    tool = hand.tool("post_it", Effect.ACT)
    asking(engine, tool, approvers=approvers)
    rules_in(engine.journal, rule_for(tool, approvers=approvers), OWN, READS, settings=DIRECTLY)
    proposes(engine.rehearsal, *(("post_it", {"what": one}) for one in what), saying=SECRET)
    posted, run = engine.asks("ann", "post it")
    engine.work()
    return posted, engine.run(run.id)


def copies(engine: Engine, run: Run) -> dict[str, Delivery]:
    """The copies of a Run's cards, by whom they are for."""
    return {str(one.user_id): one for one in deliveries_of(engine, run) if one.kind is Kind.COPY}


def direct(engine: Engine, person: str) -> str:
    """The channel of someone's direct messages with us."""
    team = engine.rehearsal.team_id
    return engine.room.surface(team).open_direct(team, person, seconds=5)


def message_in(engine: Engine, copy: Delivery) -> Json:
    """A copy as its person sees it."""
    found = [one for one in engine.rehearsal.history(str(copy.stands_in)) if one["ts"] == copy.posted_at]
    return found[0]


def pressed(engine: Engine, copy: Delivery, what: Press, value: str, **forged: str) -> Receipt:
    """Have the person of a copy press one of its buttons."""
    click = Click(
        app_id=engine.rehearsal.app_id,
        team_id=engine.rehearsal.team_id,
        channel=str(copy.stands_in),
        root=str(copy.posted_at),
        at=str(copy.posted_at),
        action_ts="1.000000",
        value=value,
        user_id=str(copy.user_id),
        press=what,
    )
    return engine.intake.pressed(replace(click, **forged))  # type: ignore[arg-type]


@pytest.mark.law("E27")
def test_each_who_may_is_asked_directly_and_the_thread_says_who(engine: Engine) -> None:
    # given a call of which Ann and Ben are asked in their direct messages
    posted, run = asked_directly(engine, Hand(), "hello")

    # then each has one card with what would run, where it was asked and by whom, and without the model's own words
    [approval], found = asked(engine, run), copies(engine, run)
    assert set(found) == {ANN, BEN}
    for copy in found.values():
        shown = json.dumps(message_in(engine, copy)["blocks"])
        assert "hello" in shown
        assert approval.binding in shown
        assert "ann asked for it in" in shown
        assert posted.channel in shown
        assert SECRET not in shown
        assert [one for one in actions_in(message_in(engine, copy)["blocks"]) if "approve:" in one]

    # and the thread says who was asked, has no values and no buttons
    card = next(one for one in engine.messages(posted) if "may I use" in str(one["blocks"]))
    assert "I asked ann and ben in a direct message." in str(card["blocks"])
    assert "hello" not in str(card["blocks"])
    assert actions_in(card["blocks"]) == []
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    [line] = [one for one in lines if one.event == Event.APPROVAL_ASKED_DIRECTLY]
    assert json.loads(line.data)["people"] == [ANN, BEN]


@pytest.mark.law("E27")
def test_the_first_word_settles_every_copy_and_a_later_press_is_answered_where_it_was_made(engine: Engine) -> None:
    # given two who were asked directly
    hand = Hand()
    posted, run = asked_directly(engine, hand, "hello")
    [approval], found = asked(engine, run), copies(engine, run)

    # when Ben says yes in his
    says(engine.rehearsal, "Posted.")
    pressed(engine, found[BEN], Press.APPROVE, approval.id)
    engine.work()

    # then it ran once, and both cards and the thread's say who said so, without buttons
    assert hand.done == ["hello"]
    assert engine.run(run.id).status is RunState.DONE
    thread = [one for one in engine.messages(posted) if "post_it" in str(one["blocks"])]
    for message in [message_in(engine, found[ANN]), message_in(engine, found[BEN]), thread[0]]:
        assert "Approved by ben." in str(message["blocks"])
        assert actions_in(message["blocks"]) == []

    # when Ann presses what her screen still showed
    pressed(engine, found[ANN], Press.REFUSE, approval.id)
    engine.work()

    # then she alone is told, in her direct messages, and nothing changes
    assert whispers(engine) == [(ANN, "This was already approved by ben.")]
    [told] = engine.rehearsal.calls("chat.postEphemeral")
    assert (told["args"]["channel"], told["args"]["user"]) == (found[ANN].stands_in, ANN)
    assert asked(engine, run)[0].status is State.GRANTED


@pytest.mark.law("E27")
@pytest.mark.parametrize(
    "forged",
    [{"user_id": GUEST}, {"user_id": ADAM}, {"channel": "D0OTHER0001"}, {"at": "1.000001", "root": "1.000001"}],
)
def test_a_press_that_does_not_come_from_ones_own_copy_does_nothing(engine: Engine, forged: dict[str, str]) -> None:
    # given a copy in Ben's direct messages
    hand = Hand()
    _, run = asked_directly(engine, hand, "hello")
    [approval] = asked(engine, run)

    # when its button comes from someone else, another conversation or another message
    pressed(engine, copies(engine, run)[BEN], Press.APPROVE, approval.id, **forged)
    engine.work()

    # then nothing counts, and nothing ran
    assert (hand.done, asked(engine, run)[0].status) == ([], State.PENDING)


def test_a_quorum_is_counted_over_all_copies_and_each_shows_who_said_yes(engine: Engine) -> None:
    # given a call that two must agree to
    hand = Hand()
    _, run = asked_directly(engine, hand, "hello", approvers=Approvers(people=(ANN, BEN), admins=False, quorum=2))
    [approval], found = asked(engine, run), copies(engine, run)

    # when one has, then it waits, and the other sees that
    pressed(engine, found[ANN], Press.APPROVE, approval.id)
    engine.work()
    assert hand.done == []
    assert "ann said yes; 1 more must." in str(message_in(engine, found[BEN])["blocks"])

    # when both have, then it runs
    says(engine.rehearsal, "Posted.")
    pressed(engine, found[BEN], Press.APPROVE, approval.id)
    engine.work()
    assert hand.done == ["hello"]


@pytest.mark.law("E21")
@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
def test_one_whose_direct_messages_refuse_is_left_out_and_the_others_still_stand(engine: Engine, method: str) -> None:
    # given that Slack does not let us write to one of two
    refused = {"channel": direct(engine, ANN)} if method == "chat.postMessage" else {}
    engine.rehearsal.fault("error", method, error="channel_not_found", **refused)
    posted, run = asked_directly(engine, Hand(), "hello")

    # then the other is asked, and the thread says so
    found = copies(engine, run)
    states = sorted(one.status.value for one in found.values())
    assert states == [DeliveryState.GIVEN_UP.value, DeliveryState.SENT.value]
    [stands] = [one for one in found.values() if one.status is DeliveryState.SENT]
    card = next(one for one in engine.messages(posted) if "may I use" in str(one["blocks"]))
    name = {ANN: "ann", BEN: "ben"}[str(stands.user_id)]
    assert f"I asked {name} in a direct message." in str(card["blocks"])
    assert asked(engine, run)[0].status is State.PENDING


@pytest.mark.law("E21")
def test_where_nobody_can_be_reached_directly_the_thread_asks(engine: Engine) -> None:
    # given that Slack opens nobody's direct messages
    engine.rehearsal.fault("error", "conversations.open", error="user_disabled", times=2)
    posted, run = asked_directly(engine, Hand(), "hello")

    # then the card in the thread has values and buttons, and a line says that it asks there
    card = next(one for one in engine.messages(posted) if "may I use" in str(one["blocks"]))
    assert "hello" in str(card["blocks"])
    assert [one for one in actions_in(card["blocks"]) if "approve:" in one]
    assert [one for one in engine.answers(posted) if "so I ask here" in one]
    assert asked(engine, run)[0].status is State.PENDING


def test_admins_are_asked_directly_also_where_nobody_met_them(engine: Engine) -> None:
    # given a call that only admins may approve, of whom none ever came by
    _, run = asked_directly(engine, Hand(), "hello", approvers=Approvers())

    # then Slack named them, and each has a card
    assert set(copies(engine, run)) == {ADAM, "U0OLIVIA001"}


def test_where_nobody_is_known_the_thread_asks_at_once(engine: Engine) -> None:
    # given a call that only admins may approve, none of whom Slack can name
    posted, run = asked_directly(engine, Hand(), "hello", approvers=Approvers(groups=("S0NOBODY001",), admins=False))

    # then nobody has a copy, and the card in the thread asks
    assert copies(engine, run) == {}
    [card] = engine.messages(posted)
    assert [one for one in actions_in(card["blocks"]) if "approve:" in one]


@pytest.mark.law("E21")
@pytest.mark.failure_mode(24)
@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_a_copy_whose_outcome_is_unknown_is_looked_up_and_stands_once(engine: Engine, fault: str) -> None:
    # given that the connection breaks while Ben's copy is posted
    engine.rehearsal.fault(fault, "chat.postMessage", channel=direct(engine, BEN), seconds=0.1)
    _, run = asked_directly(engine, Hand(), "hello")
    assert copies(engine, run)[BEN].status is DeliveryState.SENDING

    # when it is looked up, and is believed absent where two looks miss it
    for seconds in (10, 20, 30):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then it stands in his direct messages once
    copy = copies(engine, run)[BEN]
    assert copy.status is DeliveryState.SENT
    assert len(engine.rehearsal.history(str(copy.stands_in))) == 1
    assert actions_in(message_in(engine, copy)["blocks"])


@pytest.mark.law("E21")
def test_what_is_settled_before_a_copy_went_out_is_not_sent(engine: Engine) -> None:
    # given copies that wait for Slack, one of them held by a worker that is then lost
    engine.rehearsal.fault("ratelimited", "conversations.open", times=2, seconds=30)
    posted, run = asked_directly(engine, Hand(), "hello")
    move(engine.journal.database.clock, 31)
    lost_while_sending(engine, copies(engine, run)[BEN].id)

    # when the Run is stopped before they went out
    engine.says("ann", "stop", thread=posted.ts)
    assert engine.run(run.id).status is RunState.STOPPED
    for seconds in (LEASE + 60, LEASE + 90, LEASE + 120):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then nobody is asked any more
    for copy in copies(engine, run).values():
        assert (copy.status, copy.cause) == (DeliveryState.GIVEN_UP, "settled before it was asked")
    assert asked(engine, run)[0].status is State.SUPERSEDED
    assert not [one for one in engine.rehearsal.calls("chat.postMessage") if one["args"]["channel"].startswith("D")]


@pytest.mark.law("E21")
def test_a_card_that_is_shown_again_asks_nobody_twice(engine: Engine) -> None:
    # given a card that Slack did not take when its copies were planned already
    engine.rehearsal.fault("ratelimited", "chat.postMessage", channel="C0SALES0001", seconds=30)
    posted, run = asked_directly(engine, Hand(), "hello")
    assert set(copies(engine, run)) == {ANN, BEN}

    # when it is shown again
    move(engine.journal.database.clock, 31)
    engine.work()

    # then each still has one, and the thread says who was asked
    assert sorted(str(one.user_id) for one in deliveries_of(engine, run) if one.kind is Kind.COPY) == [ANN, BEN]
    assert "I asked ann and ben in a direct message." in str(engine.messages(posted)[-1]["blocks"])


def test_reminders_lead_to_the_card_in_ones_direct_messages(engine: Engine) -> None:
    # given two who were asked directly
    _, run = asked_directly(engine, Hand(), "hello")
    found = copies(engine, run)

    # when half of the time is over
    move(engine.journal.database.clock, 12 * 3_600 + 5)
    next(one for one in find_sweeps() if one.name == "approvals").begin()(engine.room)
    engine.work()

    # then each reminder links to their own card
    for person, copy in found.items():
        said = [one for one in engine.rehearsal.history(str(copy.stands_in)) if "waits for a yes" in str(one)]
        assert len(said) == 1, person
        assert str(copy.posted_at).replace(".", "") in str(said[0])


def test_a_call_that_joins_a_card_stands_on_every_copy_and_its_people_hear_of_it(engine: Engine) -> None:
    # given a call that waits, and one more of the same tool that the model proposes after an Input
    posted, run = asked_directly(engine, Hand(), "hello")
    uses(engine.rehearsal, ("post_it", "goodbye"))
    engine.says("ann", "and say goodbye", thread=posted.ts)
    engine.work()

    # then both copies show both calls, and a line below says so
    for copy in copies(engine, run).values():
        assert "goodbye" in str(message_in(engine, copy)["blocks"])
        lines = [one for one in engine.rehearsal.history(str(copy.stands_in)) if "I also ask about another" in str(one)]
        assert len(lines) == 1


def test_the_whole_values_of_a_copy_are_shown_to_its_person_and_to_nobody_else(engine: Engine) -> None:
    # given a value that no card shows whole, in Ben's direct messages
    long = "x" * 5_000
    _, run = asked_directly(engine, Hand(), long)
    [approval], copy = asked(engine, run), copies(engine, run)[BEN]
    click = Click(
        app_id=engine.rehearsal.app_id,
        team_id=engine.rehearsal.team_id,
        channel=str(copy.stands_in),
        root=str(copy.posted_at),
        at=str(copy.posted_at),
        value=approval.id,
        user_id=BEN,
        press=Press.SHOW,
    )

    # when Ben, and someone who pretends to be there, want to see it
    # then only Ben does
    assert "".join(page for _, page in engine.intake.whole(click)) == long
    assert engine.intake.whole(replace(click, user_id=GUEST)) == ()
