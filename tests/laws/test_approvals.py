"""E20 and E27: a call that asks waits without a worker, and runs once people who may have said yes to exactly it."""

import json

import pytest

from agents import explaining
from agents.approvals import cards
from agents.approvals.life import State
from agents.audit.events import Event
from agents.deliveries.life import Kind
from agents.engine.advance import advance
from agents.errors import NotFound
from agents.journal import audit
from agents.messages import Press
from agents.policy.document import Approvers
from agents.policy.settings import Settings
from agents.runs.life import Run
from agents.runs.life import State as RunState
from agents.surface import Place
from agents.toolcalls.life import State as CallState
from tests.agents.test_pressing import whispers
from tests.given.asked import (
    ADAM,
    ANN,
    ANYONE,
    BEN,
    GONE,
    GUEST,
    STRANGER,
    UNSET,
    asked,
    asking,
    at_most,
    press,
    votes,
)
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.rehearsal import Posted
from tests.given.replies import last_sent, says, sent, uses
from tests.given.steering import actions_in
from tests.given.time import move
from tests.given.workers import LEASE, calls_of, deliveries_of, lost_while_sending
from tools.contract import Effect

DAY = 24 * 3_600


def tells(engine: Engine, run: Run) -> list[tuple[str, str]]:
    """The events of a Run that are about Approvals and votes: each with who did it."""
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    return [(one.event, one.actor) for one in lines if one.event.startswith(("approval:", "vote:"))]


def proposed(
    engine: Engine, hand: Hand, *what: str, approvers: Approvers | None = None, settings: Settings = UNSET
) -> tuple[Posted, Run]:
    """A Run whose model proposed these calls of a tool that asks; what is due was worked."""
    tool = hand.tool("post_it", Effect.ACT)
    asking(engine, tool, approvers=approvers or ANYONE, settings=settings)
    uses(engine.rehearsal, *(("post_it", one) for one in what))
    posted, run = engine.asks("ann", "post it")
    engine.work()
    return posted, engine.run(run.id)


@pytest.mark.law("E20")
@pytest.mark.failure_mode(52)
def test_a_call_that_asks_waits_on_a_card_and_holds_no_worker_however_long(engine: Engine) -> None:
    # given a model that proposes a call that asks
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")

    # when most of a day passes, and workers look at whatever is due
    move(engine.journal.database.clock, DAY - 60)
    engine.work()

    # then nothing ran, nobody holds anything, and its card stands with the id that was stored before it
    assert hand.done == []
    [call], [approval] = calls_of(engine, run), asked(engine, run)
    assert (call.status, call.lease_owner, call.due_at) == (CallState.ASKED, None, None)
    assert approval.status is State.PENDING
    standing = engine.run(run.id)
    assert (standing.status, standing.pending, standing.open, standing.lease_owner) == (RunState.WAITING, 1, 1, None)
    [message] = engine.messages(posted)
    assert "hello" in str(message["blocks"])
    assert approval.binding in str(message["blocks"])
    assert f'"{approval.id}"' in json.dumps(message["blocks"])
    assert len(sent(engine.rehearsal)) == 1


@pytest.mark.law("E27")
@pytest.mark.failure_mode(51)
def test_a_yes_of_someone_who_may_lets_exactly_this_call_run_once(engine: Engine) -> None:
    # given a call that waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)

    # when Ben says yes: stored at once, judged by a worker
    says(engine.rehearsal, "Posted.")
    press(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    assert (hand.done, asked(engine, run)[0].status) == ([], State.PENDING)
    engine.work()

    # then it ran once, the card says who said so and has no buttons, and the trail names Ben
    assert hand.done == ["hello"]
    assert engine.run(run.id).status is RunState.DONE
    card, answer = engine.messages(posted)
    assert "Approved by ben." in str(card["blocks"])
    assert actions_in(card["blocks"]) == []
    assert "Posted." in answer["text"]
    why = engine.journal.read(lambda tx: explaining.why(tx, engine.run(run.id)))
    assert "post_it: ask by rule asks; approved by ben; succeeded" in why
    assert tells(engine, run) == [
        (Event.APPROVAL_PENDING, engine.room.actor),
        (Event.VOTE_COUNTED, f"person:{BEN}"),
        (Event.APPROVAL_GRANTED, f"person:{BEN}"),
    ]


@pytest.mark.law("E27")
@pytest.mark.failure_mode(48)
@pytest.mark.parametrize("user", [BEN, GUEST, STRANGER, GONE])
@pytest.mark.requirement("AUTHZ-22")
@pytest.mark.requirement("AUTHZ-24")
@pytest.mark.parity("Approvals", "match")
def test_a_press_of_someone_who_may_not_changes_nothing_and_is_answered_to_them_alone(
    engine: Engine, user: str
) -> None:
    # given a call that only admins may approve
    hand = Hand()
    posted, run = proposed(engine, hand, "hello", approvers=Approvers())
    [approval] = asked(engine, run)

    # when someone else presses Approve, and Refuse
    for what in (Press.APPROVE, Press.REFUSE):
        press(engine, posted, run, what, approval.id, user=user)
    engine.work()

    # then it still waits, they alone are told, and both presses stand on the trail
    assert (hand.done, asked(engine, run)[0].status) == ([], State.PENDING)
    assert [one for one, _ in whispers(engine)] == [user, user]
    assert tells(engine, run)[1:] == [(Event.VOTE_REFUSED, f"person:{user}")] * 2
    assert engine.run(run.id).status is RunState.WAITING

    # and an admin's yes still lets it run
    votes(engine, posted, run, Press.APPROVE, approval.id, user=ADAM)
    assert hand.done == ["hello"]


@pytest.mark.law("E27")
def test_a_no_denies_it_and_the_model_hears_who_said_so(engine: Engine) -> None:
    # given a call that waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)

    # when Ben says no
    says(engine.rehearsal, "Then I won't.")
    votes(engine, posted, run, Press.REFUSE, approval.id, user=BEN)
    engine.work()

    # then it never ran, and everybody reads who refused it
    assert hand.done == []
    [call] = calls_of(engine, run)
    assert (call.status, call.rule) == (CallState.DENIED, "refused")
    assert "refused by ben" in last_sent(engine.rehearsal)
    assert "Refused by ben." in str(engine.messages(posted)[0]["blocks"])
    assert engine.run(run.id).status is RunState.DONE


@pytest.mark.law("E7")
@pytest.mark.failure_mode(55)
@pytest.mark.failure_mode(57)
@pytest.mark.requirement("AUTHZ-25")
@pytest.mark.parity("Approvals", "beat")
def test_what_nobody_answers_expires_and_is_never_called_refused(engine: Engine) -> None:
    # given a call that waits, and a Run that is due when its time is over at the latest
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)
    move(engine.journal.database.clock, DAY - 30)
    engine.work()
    due_at = engine.run(run.id).due_at
    assert due_at is not None
    assert due_at <= approval.expires_at + 1_000_000

    # when its time is over
    says(engine.rehearsal, "Nobody answered.")
    move(engine.journal.database.clock, DAY + 5)
    engine.work()

    # then it is denied with its own reason, and a late press says that it came too late
    assert asked(engine, run)[0].status is State.EXPIRED
    [call] = calls_of(engine, run)
    assert (call.status, call.rule) == (CallState.DENIED, "expired")
    assert "nobody answered within 24 hours" in last_sent(engine.rehearsal)
    assert "refused by" not in last_sent(engine.rehearsal)
    assert "Nobody answered within 24 hours." in str(engine.messages(posted)[0]["blocks"])
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    assert hand.done == []
    assert [words.partition(":")[0] for _, words in whispers(engine)] == ["Its time is over"]


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-25")
def test_a_yes_that_comes_after_its_time_and_before_anyone_looked_is_too_late(engine: Engine) -> None:
    # given a call whose time is over, and no worker has looked since
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)
    move(engine.journal.database.clock, DAY + 5)

    # when Ben says yes and that is judged first
    says(engine.rehearsal, "Nobody answered.")
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    engine.work()

    # then it expired
    assert hand.done == []
    assert asked(engine, run)[0].status is State.EXPIRED
    assert "Its time is over" in whispers(engine)[0][1]


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-24")
@pytest.mark.parity("Approvals", "beat")
def test_a_quorum_is_of_different_people(engine: Engine) -> None:
    # given a call that two must approve
    hand = Hand()
    posted, run = proposed(engine, hand, "hello", approvers=Approvers(people=(ANN, BEN), quorum=2))
    [approval] = asked(engine, run)

    # when Ben says yes twice, then nothing runs, and the card says what is missing
    for _ in range(2):
        votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    engine.work()
    assert hand.done == []
    assert "ben said yes; 1 more must." in str(engine.messages(posted)[0]["blocks"])
    assert [words for _, words in whispers(engine)] == ["You have already said yes; 1 more people must."]

    # when Ann does too, then it runs
    votes(engine, posted, run, Press.APPROVE, approval.id, user=ANN)
    assert hand.done == ["hello"]


@pytest.mark.law("E27")
@pytest.mark.failure_mode(60)
@pytest.mark.parametrize(
    "forged",
    [
        {"value": "01a20f9c9c5d7e07b139730ea30b0a2e"},
        {"value": ""},
        {"at": "1795546116.999999"},
        {"channel": "C0GENERAL01"},
        {"root": "1795540000.000001"},
    ],
)
@pytest.mark.requirement("AUTHZ-22")
def test_a_press_that_does_not_fit_its_card_does_nothing(engine: Engine, forged: dict[str, str]) -> None:
    # given a call that waits, and another thread of ours
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)

    # when a press names another message, place or Approval
    votes(engine, posted, run, Press.APPROVE, **{"value": approval.id, "user": BEN, **forged})
    engine.work()

    # then nothing happened but that its presser was told
    assert (hand.done, asked(engine, run)[0].status) == ([], State.PENDING)
    [(user, words)] = whispers(engine)
    assert user == BEN
    assert "not one of mine" in words


@pytest.mark.law("E27")
@pytest.mark.failure_mode(60)
@pytest.mark.requirement("AUTHZ-22")
@pytest.mark.parametrize("forged", [{"team_id": "T0OTHERTEAM"}, {"app_id": "A0OTHERAPP1"}])
def test_a_press_in_the_name_of_another_workspace_or_app_is_not_taken(engine: Engine, forged: dict[str, str]) -> None:
    # given a call that waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)

    # when a press that names it comes from where nothing of ours is installed, then nothing of it is kept
    with pytest.raises(NotFound, match="no installation"):
        press(engine, posted, run, Press.APPROVE, approval.id, user=BEN, **forged)  # type: ignore[arg-type]
    engine.work()
    assert (hand.done, asked(engine, run)[0].status) == ([], State.PENDING)
    assert [event for event, _ in tells(engine, run)] == [Event.APPROVAL_PENDING]


@pytest.mark.law("E27")
def test_the_same_press_that_comes_again_is_one_vote(engine: Engine) -> None:
    # given a call that two must approve
    hand = Hand()
    posted, run = proposed(engine, hand, "hello", approvers=Approvers(people=(ANN, BEN), quorum=2))
    [approval] = asked(engine, run)

    # when Ben's press is replayed
    for _ in range(3):
        votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN, action_ts="77.000000")

    # then it stands once, and nobody is told anything
    assert hand.done == []
    assert whispers(engine) == []
    assert [event for event, _ in tells(engine, run)].count(Event.VOTE_COUNTED) == 1


@pytest.mark.law("E14")
@pytest.mark.law("E27")
def test_a_press_after_stop_says_so(engine: Engine) -> None:
    # given a call that waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)

    # when Ann stops the Run, and Ben presses Approve
    _, receipt = engine.says("ann", "stop", thread=posted.ts, addressed=False)
    engine.judged(receipt)
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    engine.work()

    # then it never ran, the card says that it was stopped, and Ben is told
    assert hand.done == []
    assert asked(engine, run)[0].status is State.SUPERSEDED
    assert [one.status for one in calls_of(engine, run)] == [CallState.STOPPED]
    card = engine.messages(posted)[0]
    assert "The request was stopped." in str(card["blocks"])
    assert actions_in(card["blocks"]) == []
    assert whispers(engine)[0][0] == BEN
    assert "stopped" in whispers(engine)[0][1]


@pytest.mark.law("E21")
@pytest.mark.failure_mode(53)
def test_a_card_whose_sender_died_before_it_could_say_so_is_the_one_that_is_pressed(engine: Engine) -> None:
    # given a call that asks, whose card arrived in the thread and whose sender was lost before it wrote that down
    hand = Hand()
    asking(engine, hand.tool("post_it", Effect.ACT))
    uses(engine.rehearsal, ("post_it", "hello"))
    posted, run = engine.asks("ann", "post it")
    advance(engine.room)
    [before] = asked(engine, run)
    [card] = [one for one in deliveries_of(engine, run) if one.kind is Kind.APPROVAL]
    lost_while_sending(engine, card.id)
    shown = engine.journal.read(lambda tx: cards.says(tx, engine.run(run.id), card))
    assert shown is not None
    engine.room.surface("").post(Place(engine.rehearsal.team_id, posted.channel, posted.ts), shown, card.id, seconds=5)

    # when others take the card over
    for seconds in (LEASE + 12, LEASE + 18, LEASE + 25):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then nothing was asked a second time: the card that stands is the one, under the id that was stored before it
    [message] = engine.messages(posted)
    assert [one.id for one in asked(engine, run)] == [before.id]
    assert f'"{before.id}"' in json.dumps(message["blocks"])
    says(engine.rehearsal, "Posted.")
    votes(engine, posted, run, Press.APPROVE, before.id, user=BEN)
    engine.work()
    assert hand.done == ["hello"]


@pytest.mark.law("E27")
@pytest.mark.failure_mode(54)
def test_several_calls_stand_on_one_card_and_settle_independently(engine: Engine) -> None:
    # given two calls with one tool
    hand = Hand()
    posted, run = proposed(engine, hand, "hello", "bye")
    first, second = asked(engine, run)
    assert first.delivery_id == second.delivery_id
    assert len(engine.messages(posted)) == 1

    # when Ben refuses one
    votes(engine, posted, run, Press.REFUSE, first.id, user=BEN)
    engine.work()

    # then the other still has its buttons, and can be approved
    card = engine.messages(posted)[0]
    assert "Refused by ben." in str(card["blocks"])
    assert first.id not in json.dumps(card["blocks"])
    assert json.dumps(card["blocks"]).count(second.id) == 3
    says(engine.rehearsal, "One of two.")
    votes(engine, posted, run, Press.APPROVE, second.id, user=BEN)
    engine.work()
    assert hand.done == ["bye"]
    assert engine.run(run.id).status is RunState.DONE


@pytest.mark.law("E27")
def test_one_press_says_yes_to_all_that_are_shown_and_to_no_other(engine: Engine) -> None:
    # given three calls on one card
    hand = Hand()
    posted, run = proposed(engine, hand, "one", "two", "three")
    ids = [one.id for one in asked(engine, run)]
    card = json.dumps(engine.messages(posted)[0]["blocks"])
    assert ",".join(ids) in card

    # when Ben approves all that he was shown
    says(engine.rehearsal, "All three.")
    votes(engine, posted, run, Press.APPROVE_ALL, ",".join(ids), user=BEN)
    engine.work()

    # then each ran once
    assert sorted(hand.done) == ["one", "three", "two"]
    assert [one.status for one in asked(engine, run)] == [State.GRANTED] * 3
    assert engine.run(run.id).status is RunState.DONE


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-22")
def test_a_press_on_all_that_comes_after_others_is_told_what_became_of_each(engine: Engine) -> None:
    # given two calls on one card, of which Ann approved one and Ben refused the other
    posted, run = proposed(engine, Hand(), "one", "two")
    first, second = (one.id for one in asked(engine, run))
    votes(engine, posted, run, Press.APPROVE, first, user=ANN)
    votes(engine, posted, run, Press.REFUSE, second, user=BEN)

    # when Adam's press on both is judged, then he alone reads of each who had decided it
    votes(engine, posted, run, Press.APPROVE_ALL, f"{first},{second}", user=ADAM)
    assert sorted(whispers(engine)) == [
        (ADAM, "This was already approved by ann."),
        (ADAM, "This was already refused by ben."),
    ]


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-26")
def test_a_run_asks_for_three_at_most_and_says_so_of_the_fourth(engine: Engine) -> None:
    # given a model that proposes five, two of them the same
    hand = Hand()
    _, run = proposed(engine, hand, "one", "one", "two", "three", "four")

    # then three wait, and each of the others was denied with its reason
    assert [(call.status, call.rule) for call in calls_of(engine, run)] == [
        (CallState.ASKED, "asks"),
        (CallState.DENIED, "asked-already"),
        (CallState.ASKED, "asks"),
        (CallState.ASKED, "asks"),
        (CallState.DENIED, "too-many-asked"),
    ]


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-26")
def test_whoever_said_yes_as_often_as_one_may_within_the_hour_says_it_no_more_for_now(engine: Engine) -> None:
    # given a workspace in which one person may say yes twice an hour, and three calls that wait
    hand = Hand()
    posted, run = proposed(engine, hand, "one", "two", "three", settings=at_most(2))
    ids = [one.id for one in asked(engine, run)]

    # when Ben says yes to one, and twenty minutes later to the others
    votes(engine, posted, run, Press.APPROVE, ids[0], user=BEN)
    move(engine.journal.database.clock, 20 * 60)
    for one in ids[1:]:
        votes(engine, posted, run, Press.APPROVE, one, user=BEN)
    engine.work()

    # then the third yes does not count: its card still asks, he alone is told what to do, and it stands on the trail
    assert sorted(hand.done) == ["one", "two"]
    assert [one.status for one in asked(engine, run)] == [State.GRANTED, State.GRANTED, State.PENDING]
    assert json.dumps(engine.messages(posted)[0]["blocks"]).count(ids[2]) == 3
    [(user, words)] = whispers(engine)
    told, _, wait = words.partition(" in ")
    assert (user, told) == (
        BEN,
        "You have said yes as often as one person may within an hour here, which is 2: someone else who may can say "
        "yes, or you again",
    )
    # a machine that is busy takes some of them
    assert wait.removesuffix(" minutes.") in {str(minutes) for minutes in range(30, 41)}
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    *counted, refused = [one for one in lines if one.event.startswith("vote:")]
    data = json.loads(refused.data)
    assert (refused.event, refused.actor) == (Event.VOTE_REFUSED, f"person:{BEN}")
    assert data == {"vote": data["vote"], "approval": ids[2], "choice": "yes", "why": "often"}
    assert [set(json.loads(one.data)) for one in counted] == [{"vote", "approval", "choice"}] * 2

    # when the hour since his first yes is over, then he may again
    says(engine.rehearsal, "All three.")
    move(engine.journal.database.clock, 61 * 60)
    votes(engine, posted, run, Press.APPROVE, ids[2], user=BEN)
    engine.work()
    assert sorted(hand.done) == ["one", "three", "two"]
    assert engine.run(run.id).status is RunState.DONE


@pytest.mark.law("E20")
@pytest.mark.requirement("AUTHZ-26")
def test_what_was_refused_is_not_asked_again_in_this_run(engine: Engine) -> None:
    # given a call that Ben refused, and a model that proposes it again
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    uses(engine.rehearsal, ("post_it", "hello"), ("post_it", "bye"))
    votes(engine, posted, run, Press.REFUSE, asked(engine, run)[0].id, user=BEN)
    engine.work()

    # then only the other asks
    again, other = calls_of(engine, run)[1:]
    assert (again.status, again.rule) == (CallState.DENIED, "refused-before")
    assert other.status is CallState.ASKED


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-23")
def test_words_and_marks_approve_nothing(engine: Engine) -> None:
    # given a call that waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")

    # when people write that they approve, and the model is told so
    says(engine.rehearsal, "I wait for a press.", times=2)
    for words in ("approve", "yes, approved"):
        _, receipt = engine.says("ben", words, thread=posted.ts, addressed=False)
        engine.judged(receipt)
        engine.work()

    # then nothing was approved
    assert hand.done == []
    assert asked(engine, run)[0].status is State.PENDING


@pytest.mark.law("E20")
def test_a_card_that_nobody_can_see_is_waited_for_by_nobody(engine: Engine) -> None:
    # given a Run that asks in a channel that was archived meanwhile
    hand = Hand()
    asking(engine, hand.tool("post_it", Effect.ACT))
    uses(engine.rehearsal, ("post_it", "hello"))
    says(engine.rehearsal, "I could not ask.")
    _, run = engine.asks("ann", "post it")
    advance(engine.room)
    assert engine.run(run.id).status is RunState.WAITING
    engine.rehearsal.control("POST", "/channel", {"channel": "sales", "archived": True})

    # when its card is sent, and refused
    engine.work()

    # then the model was told so, and the Run has ended
    assert "could not be shown" in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is RunState.DONE
    assert asked(engine, run)[0].status is State.SUPERSEDED
