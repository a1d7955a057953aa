"""E13 and E20: people are heard while others think about a call, and a yes is to what runs and to nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from agents import status
from agents.approvals.life import State
from agents.audit.events import Event
from agents.engine.execute import execute
from agents.engine.invariants import violations
from agents.engine.sweeps.approvals import SWEEP
from agents.journal import approvals
from agents.messages import Press
from agents.policy.document import Approvers
from agents.policy.verdicts import Verdict
from agents.runs.life import Run
from agents.runs.life import State as RunState
from agents.toolcalls.life import State as CallState
from tests.agents.test_pressing import whispers
from tests.given.asked import ADAM, ANN, BEN, OWN, READS, asked, asking, press, rule_for, votes, with_rules
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.plans import look
from tests.given.rehearsal import Posted
from tests.given.replies import hold_model, last_sent, proposes, release_model, says, until_model_held, uses
from tests.given.steering import actions_in
from tests.given.time import move
from tests.given.waiting import at_once
from tests.given.workers import calls_of, deliveries_of
from tests.laws.test_approvals import DAY, proposed, tells
from tools.contract import Effect, Reach


def hears(engine: Engine, words: str, thread: str, user: str = "ben") -> None:
    """Someone writes into a thread, and it is worked."""
    _, receipt = engine.says(user, words, thread=thread, addressed=False)
    engine.judged(receipt)
    engine.work()


@pytest.mark.law("E13")
@pytest.mark.failure_mode(56)
def test_who_speaks_while_a_call_is_asked_is_heard_and_the_call_still_waits(engine: Engine) -> None:
    # given a call that waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval], [call] = asked(engine, run), calls_of(engine, run)

    # when Ben writes
    says(engine.rehearsal, "I wait for your yes.")
    hears(engine, "make it friendly", posted.ts)

    # then the model heard him, and whose yes it waits for; the card stands, and the Run did not end
    told = last_sent(engine.rehearsal)
    assert "make it friendly" in told
    assert "Still waiting for approval by ann, who asked, admins of this workspace" in told
    assert call.id in told
    standing = engine.run(run.id)
    assert (standing.status, standing.pending, standing.open) == (RunState.WAITING, 0, 1)
    assert asked(engine, run)[0].status is State.PENDING
    assert "I wait for your yes." in str([one["text"] for one in engine.messages(posted)])

    # when Ben then says yes, then it runs, its result is told as news, and the Run ends
    says(engine.rehearsal, "Posted.")
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    engine.work()
    assert hand.done == ["hello"]
    assert "post_it, of which you were told that it waits: done: hello" in last_sent(engine.rehearsal)
    ended = engine.run(run.id)
    assert (ended.status, ended.pending, ended.open) == (RunState.DONE, 0, 0)


@pytest.mark.law("E13")
def test_who_speaks_hours_after_a_call_was_asked_is_heard_and_the_call_still_waits(engine: Engine) -> None:
    # given a call that has waited for longer than a Run may work
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    move(engine.journal.database.clock, 5 * 3_600)

    # when Ben writes, then he is heard, and the Run did not end: people took that time, and it did not work
    says(engine.rehearsal, "I wait for your yes.")
    hears(engine, "make it friendly", posted.ts)
    assert "make it friendly" in last_sent(engine.rehearsal)
    assert (engine.run(run.id).status, asked(engine, run)[0].status) == (RunState.WAITING, State.PENDING)

    # and a yes still lets it run
    says(engine.rehearsal, "Posted.")
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    engine.work()
    assert (hand.done, engine.run(run.id).status) == (["hello"], RunState.DONE)


@pytest.mark.law("E13")
@pytest.mark.parametrize("end", ["refused", "expired"])
def test_a_no_that_comes_after_the_model_was_told_that_it_waits_is_told_as_news(engine: Engine, end: str) -> None:
    # given a call of which the model was told that it waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    says(engine.rehearsal, "I wait.")
    hears(engine, "any news?", posted.ts)

    # when Ben refuses it, or nobody answers
    says(engine.rehearsal, "Then not.")
    if end == "refused":
        votes(engine, posted, run, Press.REFUSE, asked(engine, run)[0].id, user=BEN)
    else:
        move(engine.journal.database.clock, DAY + 5)
    engine.work()

    # then the model hears which it was, and the Run ends
    assert ("refused by ben" if end == "refused" else "nobody answered within 24 hours") in last_sent(engine.rehearsal)
    standing = engine.run(run.id)
    assert (standing.status, standing.pending, standing.open) == (RunState.DONE, 0, 0)


@pytest.mark.law("E13")
def test_a_yes_that_comes_while_the_model_is_being_told_that_it_waits_is_told_after(engine: Engine) -> None:
    # given a Turn under way that says of the call that it waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    hold_model(engine.rehearsal)
    says(engine.rehearsal, "I wait.")
    says(engine.rehearsal, "Posted.")
    _, receipt = engine.says("ben", "any news?", thread=posted.ts, addressed=False)
    engine.judged(receipt)
    with at_once() as pool:
        working = pool.submit(engine.work)
        until_model_held(engine.rehearsal)

        # when Ben says yes, and the call runs, before the model answers
        press(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
        while execute(engine.room):
            pass
        assert hand.done == ["hello"]
        release_model(engine.rehearsal)
        working.result(20)
    engine.work()

    # then its result reached the next Turn once, and the counters are right
    assert last_sent(engine.rehearsal).count("done: hello") == 1
    standing = engine.run(run.id)
    assert (standing.status, standing.pending, standing.open) == (RunState.DONE, 0, 0)


@pytest.mark.law("E13")
def test_the_model_takes_back_its_own_proposal_and_the_card_says_so(engine: Engine) -> None:
    # given a call of which the model was told that it waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval], [call] = asked(engine, run), calls_of(engine, run)
    proposes(engine.rehearsal, ("withdraw_proposal", {"call": call.id}))
    says(engine.rehearsal, "I took it back.")

    # when someone does not want it any more, and the model takes it back
    hears(engine, "never mind", posted.ts)

    # then nobody is asked any longer, and a late press says so
    assert asked(engine, run)[0].status is State.SUPERSEDED
    assert {one.tool: one.status for one in calls_of(engine, run)}["post_it"] is CallState.STOPPED
    card = engine.messages(posted)[0]
    assert "Tagwork took it back." in str(card["blocks"])
    assert actions_in(card["blocks"]) == []
    standing = engine.run(run.id)
    assert (standing.status, standing.pending, standing.open) == (RunState.DONE, 0, 0)
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    assert (hand.done, "taken back" in whispers(engine)[0][1]) == ([], True)


@pytest.mark.law("E13")
def test_another_runs_call_cannot_be_taken_back(engine: Engine) -> None:
    # given a call of one Run that waits, and a model of another Run that names it
    hand = Hand()
    _, run = proposed(engine, hand, "hello")
    [call] = calls_of(engine, run)
    proposes(engine.rehearsal, ("withdraw_proposal", {"call": call.id}))
    says(engine.rehearsal, "There is none.")

    # when that is worked
    engine.asks("ann", "something else")
    engine.work()

    # then it still waits
    assert asked(engine, run)[0].status is State.PENDING
    assert "No call" in last_sent(engine.rehearsal)


@pytest.mark.law("E25")
@pytest.mark.failure_mode(14)
def test_a_request_whose_words_are_erased_takes_back_what_was_asked_about_it(engine: Engine) -> None:
    # given a call that waits
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    [approval] = asked(engine, run)

    # when the request is deleted, and with it what was kept of its words, before any worker looks
    engine.intake.deleted(engine.rehearsal.app_id, engine.rehearsal.team_id, posted.channel, posted.ts)

    # then Run, call and question ended with it; the thread says why, and nobody can still say yes
    assert engine.run(run.id).status is RunState.STOPPED
    assert [one.status for one in calls_of(engine, run)] == [CallState.STOPPED]
    assert asked(engine, run)[0].status is State.SUPERSEDED
    engine.work()
    assert any("because the request was deleted" in one for one in engine.answers(posted))
    assert actions_in(engine.messages(posted)[0]["blocks"]) == []
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    assert hand.done == []


@pytest.mark.law("E13")
def test_what_runs_beside_a_call_that_is_asked_is_awaited_first(engine: Engine) -> None:
    # given a reply that posts and looks
    hand = Hand()
    asking(engine, hand.tool("post_it", Effect.ACT))
    tools = {**engine.room.catalogue.tools, "look_long": hand.tool("look_long", Effect.READ)}
    engine.room = replace(engine.room, catalogue=replace(engine.room.catalogue, tools=tools))
    proposes(engine.rehearsal, ("post_it", {"what": "hello"}), look("sales"))
    posted, run = engine.asks("ann", "post it")
    engine.work()

    # then the look ran, and only people can move the Run
    assert hand.done == ["sales"]
    assert engine.run(run.id).status is RunState.WAITING
    says(engine.rehearsal, "Posted.")
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    engine.work()
    assert hand.done == ["sales", "hello"]
    assert engine.run(run.id).status is RunState.DONE


def granted_and_not_begun(engine: Engine, hand: Hand) -> tuple[Posted, Run]:
    """A call that Ben said yes to, and that no worker has begun."""
    posted, run = proposed(engine, hand, "hello")
    press(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    assert execute(engine.room)
    assert calls_of(engine, run)[0].status is CallState.ALLOWED
    return posted, run


@pytest.mark.law("E20")
@pytest.mark.failure_mode(58)
@pytest.mark.failure_mode(59)
@pytest.mark.requirement("AUTHZ-07")
@pytest.mark.requirement("AUTHZ-20")
def test_a_call_whose_rule_changed_after_the_yes_is_asked_again(engine: Engine) -> None:
    # given a yes, and a rule that then says something else
    hand = Hand()
    posted, run = granted_and_not_begun(engine, hand)
    tool = engine.room.catalogue.tools["post_it"]
    with_rules(engine, rule_for(tool, approvers=Approvers(people=(ADAM,))), OWN, READS)

    # when the call is to run
    engine.work()

    # then it asks again, on the new rule's terms, and the first yes counts for nothing
    assert hand.done == []
    first, second = asked(engine, run)
    assert (first.status, second.status) == (State.GRANTED, State.PENDING)
    assert first.binding != second.binding
    votes(engine, posted, run, Press.APPROVE, second.id, user=BEN)
    assert hand.done == []
    votes(engine, posted, run, Press.APPROVE, second.id, user=ADAM)
    assert hand.done == ["hello"]


@pytest.mark.law("E20")
@pytest.mark.requirement("AUTHZ-20")
def test_a_call_whose_tool_changed_after_the_yes_is_asked_again(engine: Engine) -> None:
    # given a yes, and a tool that is then another under the same name
    hand = Hand()
    _, run = granted_and_not_begun(engine, hand)
    changed = replace(engine.room.catalogue.tools["post_it"], description="Posts to everyone.")
    tools = {**engine.room.catalogue.tools, "post_it": changed}
    engine.room = replace(engine.room, catalogue=replace(engine.room.catalogue, tools=tools))

    # when the call is to run, then it asks again
    engine.work()
    assert hand.done == []
    assert [one.status for one in asked(engine, run)] == [State.GRANTED, State.PENDING]


@pytest.mark.law("E20")
def test_an_edit_that_has_nothing_to_do_with_a_call_voids_no_yes(engine: Engine) -> None:
    # given a yes, and a new version of the policy with another rule in it
    hand = Hand()
    _, run = granted_and_not_begun(engine, hand)
    tool = engine.room.catalogue.tools["post_it"]
    other = replace(tool, name="other_tool")
    with_rules(engine, rule_for(tool), rule_for(other, rule="other"), OWN, READS)

    # when the call is to run, then it does
    says(engine.rehearsal, "Posted.")
    engine.work()
    assert hand.done == ["hello"]
    assert [one.status for one in asked(engine, run)] == [State.GRANTED]


@pytest.mark.law("E20")
@pytest.mark.requirement("AUTHZ-07")
def test_a_call_that_is_denied_after_the_yes_never_runs(engine: Engine) -> None:
    # given a yes, and a policy that then denies
    hand = Hand()
    _, run = granted_and_not_begun(engine, hand)
    tool = engine.room.catalogue.tools["post_it"]
    denies = rule_for(tool).model_copy(update={"verdict": Verdict.DENY, "approvers": None})
    with_rules(engine, denies, OWN, READS)

    # when the call is to run, then it is denied
    says(engine.rehearsal, "Not allowed.")
    engine.work()
    assert hand.done == []
    assert calls_of(engine, run)[0].status is CallState.DENIED


def said_yes_for_run(engine: Engine, hand: Hand) -> tuple[Posted, Run]:
    """A Run whose first call Ben approved for the rest of it, and whose model then proposes another."""
    posted, run = proposed(engine, hand, "hello")
    uses(engine.rehearsal, ("post_it", "again"))
    says(engine.rehearsal, "Both posted.")
    votes(engine, posted, run, Press.APPROVE_FOR_RUN, asked(engine, run)[0].id, user=BEN)
    return posted, run


@pytest.mark.requirement("AUTHZ-27")
def test_a_yes_for_the_run_lets_later_calls_run_without_a_card_and_no_other_run(engine: Engine) -> None:
    # given a yes for the rest of the Run
    hand = Hand()
    posted, run = said_yes_for_run(engine, hand)

    # when the model proposes the same tool again
    engine.work()

    # then it ran at once by that yes, which the trail names
    assert hand.done == ["hello", "again"]
    assert [(one.status, one.rule) for one in calls_of(engine, run)][1] == (CallState.SUCCEEDED, "for-this-run")
    assert (Event.APPROVAL_USED, engine.room.actor) in tells(engine, run)
    assert engine.run(run.id).status is RunState.DONE

    # and the next Run of the same thread asks again
    uses(engine.rehearsal, ("post_it", "third"))
    _, receipt = engine.says("ann", "and another", thread=posted.ts)
    engine.work()
    assert asked(engine, engine.run(receipt.run_id))[0].status is State.PENDING


@pytest.mark.requirement("AUTHZ-27")
def test_a_yes_for_the_run_is_listed_and_can_be_taken_back(engine: Engine) -> None:
    # given a Run that works on, with a yes for the rest of it
    hand = Hand()
    posted, run = said_yes_for_run(engine, hand)
    listed = engine.journal.read(lambda tx: status.in_channel(tx, run.workspace_id, posted.channel))
    assert f"#{run.number}: `post_it`, by ben" in listed

    # when Ann takes it back, before the model proposes the next
    says(engine.rehearsal, "ok")
    press(engine, posted, run, Press.TAKE_BACK, asked(engine, run)[0].id, user=ANN)
    engine.work()

    # then the next call asks, and nothing is listed any more
    assert hand.done == ["hello"]
    assert [one.status for one in asked(engine, run)] == [State.GRANTED, State.PENDING]
    listed = engine.journal.read(lambda tx: status.in_channel(tx, run.workspace_id, posted.channel))
    assert "Said yes to" not in listed
    assert "waits for a yes to 1 call" in listed


@pytest.mark.requirement("AUTHZ-27")
def test_a_yes_for_the_run_ends_with_its_time(engine: Engine) -> None:
    # given a yes for the rest of the Run, given for an hour, and a model that comes back two hours later
    hand = Hand()
    approvers = Approvers(people=(ANN, BEN), expires="1h")
    posted, run = proposed(engine, hand, "hello", approvers=approvers)
    hold_model(engine.rehearsal)
    uses(engine.rehearsal, ("post_it", "again"))
    votes(engine, posted, run, Press.APPROVE_FOR_RUN, asked(engine, run)[0].id, user=BEN)
    with at_once() as pool:
        working = pool.submit(engine.work)
        until_model_held(engine.rehearsal)
        move(engine.journal.database.clock, 3_700)
        release_model(engine.rehearsal)
        working.result(20)
    engine.work()

    # then the next call asks
    assert hand.done == ["hello"]
    assert [one.status for one in asked(engine, run)] == [State.GRANTED, State.PENDING]


@pytest.mark.requirement("AUTHZ-27")
def test_what_destroys_is_never_approved_for_the_run(engine: Engine) -> None:
    # given a call that destroys, and a forged press that says yes to all such calls
    hand = Hand()
    tool = replace(hand.tool("wipe", Effect.ACT), reach=Reach.DESTRUCTIVE)
    asking(engine, tool, approvers=Approvers(people=(BEN,)))
    uses(engine.rehearsal, ("wipe", "one"))
    posted, run = engine.asks("ann", "wipe it")
    engine.work()
    uses(engine.rehearsal, ("wipe", "two"))
    votes(engine, posted, run, Press.APPROVE_FOR_RUN, asked(engine, run)[0].id, user=BEN)
    engine.work()

    # then it held for that one, and the next asks
    assert hand.done == ["one"]
    assert [one.status for one in asked(engine, run)] == [State.GRANTED, State.PENDING]


def test_a_later_call_joins_the_card_that_stands_and_people_are_told(engine: Engine) -> None:
    # given a call that waits, and someone who wants another
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    uses(engine.rehearsal, ("post_it", "bye"))
    hears(engine, "say bye too", posted.ts)

    # then both stand on one card, and a line in the thread says so
    first, second = asked(engine, run)
    assert first.delivery_id == second.delivery_id
    card, notice = engine.messages(posted)
    assert f"{first.id},{second.id}" in str(card["blocks"])
    assert "on the card above" in notice["text"]


def test_those_who_may_are_reminded_at_half_time_and_in_the_last_hour_and_nobody_twice_an_hour(engine: Engine) -> None:
    # given two calls on different cards that Ben and admins may approve
    hand = Hand()
    asking(
        engine,
        hand.tool("post_it", Effect.ACT),
        hand.tool("post_there", Effect.ACT),
        approvers=Approvers(people=(BEN,)),
    )
    uses(engine.rehearsal, ("post_it", "hello"), ("post_there", "hello"))
    _, run = engine.asks("ann", "post it")
    engine.work()
    sweep = SWEEP.begin()

    def reminded(hours: float) -> int:
        move(engine.journal.database.clock, hours * 3_600 + 60)
        sweep(engine.room)
        engine.work()
        posts = [str(one["args"]["channel"]) for one in engine.rehearsal.calls("chat.postMessage")]
        return sum(channel.startswith("D") for channel in posts)

    # when time passes, then Ben hears of it once at half of it and once an hour before its end
    assert [reminded(hours) for hours in (0, 11, 12, 12.5, 22, 23, 23.5)] == [0, 0, 1, 1, 1, 2, 2]

    # and the trail says who was reminded
    assert [event for event, _ in tells(engine, run)].count(Event.APPROVAL_REMINDED) == 2
    assert all(one.remind_at is None for one in asked(engine, run))
    assert deliveries_of(engine, run)


def test_whoever_said_yes_is_not_reminded(engine: Engine) -> None:
    # given a call that Ann and Ben must approve, and Ben did
    hand = Hand()
    posted, run = proposed(engine, hand, "hello", approvers=Approvers(people=(ANN, BEN), quorum=2))
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)

    # when half of its time has passed
    move(engine.journal.database.clock, DAY / 2 + 60)
    SWEEP.begin()(engine.room)
    engine.work()

    # then only Ann is
    opened = [one["args"]["users"] for one in engine.rehearsal.calls("conversations.open")]
    assert opened == [ANN]


@pytest.mark.failure_mode(57)
def test_the_sweep_expires_what_no_worker_looked_at(engine: Engine) -> None:
    # given a call whose time is over, and a Run that no worker takes up
    hand = Hand()
    _, run = proposed(engine, hand, "hello")
    move(engine.journal.database.clock, DAY + 5)

    # when the sweep looks
    SWEEP.begin()(engine.room)

    # then it has expired and the Run is due
    assert asked(engine, run)[0].status is State.EXPIRED
    assert engine.journal.read(lambda tx: approvals.due(tx, 10)) == []
    says(engine.rehearsal, "Nobody answered.")
    engine.work()
    assert engine.run(run.id).status is RunState.DONE


@pytest.mark.parametrize(
    ("rule", "table", "wrong"),
    [
        ("run without a yes", "approval", {"status": "refused"}),
        ("asked and not waiting", "approval", {"status": "pending"}),
    ],
)
def test_a_call_that_ran_without_the_yes_that_it_needs_is_found(
    engine: Engine, broken_on_purpose: None, rule: str, table: str, wrong: dict[str, str]
) -> None:
    # given a call that ran on Ben's yes, and a row that somebody changed by hand
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    says(engine.rehearsal, "Posted.")
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    engine.work()
    assert list(engine.journal.read(lambda tx: list(violations(tx)), still=True)) == []
    [approval] = asked(engine, run)
    with engine.journal.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET status = :status WHERE id = :id"), {**wrong, "id": approval.id})

    # when the journal is looked over, then it is found
    found = engine.journal.read(lambda tx: list(violations(tx)), still=True)
    assert rule in {one.name for one in found}
