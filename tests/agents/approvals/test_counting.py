"""AUTHZ-22 and E27: who pressed is what Slack says of them now, and a press counts on the card that asks, once."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
import structlog
from sqlalchemy import select, text

from agents.approvals.counting import VOTE, judge, judge_next, who_pressed
from agents.approvals.life import State
from agents.approvals.voting import Choice, Outcome, Voter
from agents.audit.events import Event
from agents.deliveries.life import Kind
from agents.engine.advance import advance
from agents.engine.lease import Claims
from agents.engine.poke import Queue
from agents.journal import approvals, audit, belonging, people, threads, workspaces
from agents.journal import votes as stored
from agents.journal.database import now
from agents.journal.deliveries import DELIVERIES
from agents.journal.votes import VOTES, Vote
from agents.messages import Press
from agents.policy.document import Approvers
from agents.runs.life import Run
from agents.runs.life import State as RunState
from agents.surface import CallFailed, Person, PersonKind
from tests.agents.test_pressing import whispers
from tests.given.asked import ADAM, ANN, BEN, GUEST, asked, asking, press, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.rehearsal import Posted
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.waiting import at_once, until
from tests.given.workers import another_room, deliveries_of
from tests.laws.test_approvals import DAY, proposed
from tools.contract import Effect, Reach

WHO, GROUP = "users.info", "usergroups.users.list"
SALES, OTHERS = "S0SALESTEAM", "S0OTHERS001"
SALESPEOPLE = Approvers(groups=(SALES,), admins=False)


def cast(engine: Engine, posted: Posted, run: Run, *, user: str = BEN, **more: Any) -> Vote:
    """Have someone press Approve on the first of what is asked; return the vote, which nobody has judged."""
    approval = asked(engine, run)[0]
    press(engine, posted, run, more.pop("what", Press.APPROVE), approval.id, user=user, **more)
    [vote_id] = engine.journal.read(lambda tx: stored.due(tx, 10))
    return vote_of(engine, vote_id)


def vote_of(engine: Engine, vote_id: str) -> Vote:
    """A vote as it stands."""
    found = engine.journal.read(lambda tx: stored.by_id(tx, vote_id))
    assert found is not None
    return found


def asked_whom(engine: Engine, method: str = WHO) -> list[str]:
    """Of which people but Ann, whose request it was, or of which groups, Slack was asked."""
    named = [str(one["args"]["user" if method == WHO else "usergroup"]) for one in engine.rehearsal.calls(method)]
    return [one for one in named if one != ANN]


def waits(engine: Engine, vote: Vote) -> tuple[float, float]:
    """Seconds until a vote is due again after it was judged, at least and at most."""
    before = engine.journal.read(lambda tx: int(tx.value(select(now()))))
    assert judge(engine.room, vote.id)
    after = engine.journal.read(lambda tx: int(tx.value(select(now()))))
    due = engine.journal.read(lambda tx: int(tx.value(select(VOTES.c.due_at).where(VOTES.c.id == vote.id))))
    return (due - after) / 1_000_000, (due - before) / 1_000_000


def told_of_votes(engine: Engine, run: Run) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    """The lines of the trail that say what became of votes: event, actor, Run, and what they say."""
    found = engine.journal.read(lambda tx: list(audit.lines(tx.connection, run.workspace_id)))
    judged = {Event.VOTE_COUNTED, Event.VOTE_REFUSED}
    return [(one.event, one.actor, one.run_id, json.loads(one.data)) for one in found if one.event in judged]


def meets(engine: Engine, run: Run, user: str, kind: PersonKind = PersonKind.MEMBER) -> None:
    """Slack has just said who someone is."""
    engine.journal.write(lambda tx: people.keep(tx, run.workspace_id, Person(user, user.lower(), kind)))


def test_a_press_is_told_to_the_workers_by_its_id(engine: Engine) -> None:
    # given a call that waits, when Ben presses, then a hint names the vote, in words that every version understands
    posted, run = proposed(engine, Hand(), "hello")
    vote = cast(engine, posted, run)
    assert (Queue.EXECUTE, f"vote:{vote.id}") in engine.pokes.sent
    assert VOTE == "vote:"


def test_a_vote_is_judged_once_and_whoever_comes_later_finds_nothing_to_do(engine: Engine) -> None:
    # given that nobody has pressed
    posted, run = proposed(engine, Hand(), "hello")
    assert not judge_next(engine.room)
    assert not judge(engine.room, "01a20f9c9c5d7e07b139730ea30b0a2e")

    # when someone presses, then one worker judges it, and no other finds it
    vote = cast(engine, posted, run)
    assert judge_next(engine.room)
    assert vote_of(engine, vote.id).outcome == Outcome.COUNTED
    assert not judge_next(engine.room)
    assert not judge(engine.room, vote.id)


def test_while_slack_does_not_say_who_it_was_a_vote_waits_longer_each_time_and_ends_uncounted(engine: Engine) -> None:
    # given a press of someone of whom Slack says nothing
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    vote = cast(engine, posted, run)
    engine.rehearsal.fault("error", WHO, error="user_not_found", times=50)

    # when it is judged again each time that it is due, then it waits 2, 4, 8, 16 and 32 seconds
    offset = 0.0
    for seconds in (2, 4, 8, 16, 32):
        least, most = waits(engine, vote)
        assert least <= seconds <= most
        assert not judge(engine.room, vote.id)
        offset += seconds + 1
        move(engine.journal.database.clock, offset)
    assert asked_whom(engine) == [BEN] * 5

    # and then it is given up: it does not count, and its presser is told to press again
    assert judge(engine.room, vote.id)
    assert asked_whom(engine) == [BEN] * 5
    assert vote_of(engine, vote.id).outcome == Outcome.UNKNOWN
    assert (hand.done, asked(engine, run)[0].status) == ([], State.PENDING)
    [(user, words)] = whispers(engine)
    assert user == BEN
    assert "could not find out from Slack who you are" in words
    [(event, actor, _, said)] = told_of_votes(engine, run)
    assert (event, actor, said["why"]) == (Event.VOTE_REFUSED, f"person:{BEN}", "unknown")

    # and a press after that counts
    engine.rehearsal.clear_faults()
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    assert hand.done == ["hello"]


@pytest.mark.parametrize(("says_wait", "seconds"), [(7, 7), (1_000, 600)])
def test_a_vote_waits_as_long_as_slack_says_and_ten_minutes_at_most(
    engine: Engine, says_wait: int, seconds: int
) -> None:
    # given a press, and a Slack that asks to wait before it says who it was
    posted, run = proposed(engine, Hand(), "hello")
    vote = cast(engine, posted, run)
    engine.rehearsal.fault("ratelimited", WHO, seconds=says_wait)

    # when it is judged, then it is due again after that
    least, most = waits(engine, vote)
    assert least <= seconds <= most + 0.5


def test_a_log_of_what_went_wrong_names_the_vote(engine: Engine) -> None:
    # given a press of someone of whom Slack says nothing
    posted, run = proposed(engine, Hand(), "hello")
    vote = cast(engine, posted, run)
    engine.rehearsal.fault("error", WHO, error="user_not_found")

    # when it is judged, then operators read which vote it was
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        judge(engine.room, vote.id)
    [line] = [one for one in logged if one["event"] == "could not ask who voted"]
    assert line["vote_id"] == vote.id


@pytest.mark.requirement("AUTHZ-22")
def test_who_pressed_is_what_slack_said_within_the_last_minute(engine: Engine) -> None:
    # given a press of someone who was an admin when Slack was asked just now
    posted, run = proposed(engine, Hand(), "hello")
    vote, approval = cast(engine, posted, run), asked(engine, run)[0]
    meets(engine, run, BEN, PersonKind.ADMIN)

    # when it is asked who it was, then nobody asks Slack again
    assert who_pressed(engine.room, vote, approval) == Voter(BEN, PersonKind.ADMIN)
    assert asked_whom(engine) == []

    # when a minute has passed, then Slack says that he is a member, which holds for the next minute
    move(engine.journal.database.clock, 60.5)
    assert who_pressed(engine.room, vote, approval) == Voter(BEN, PersonKind.MEMBER)
    assert who_pressed(engine.room, vote, approval) == Voter(BEN, PersonKind.MEMBER)
    assert asked_whom(engine) == [BEN]


@pytest.mark.requirement("AUTHZ-22")
def test_who_is_in_a_group_is_what_slack_said_within_the_last_minute(engine: Engine) -> None:
    # given a call that members of two groups may approve, of one of which Slack said just now that Ben is in it not
    approvers = Approvers(groups=(SALES, OTHERS), admins=False)
    posted, run = proposed(engine, Hand(), "hello", approvers=approvers)
    vote, approval = cast(engine, posted, run), asked(engine, run)[0]
    move(engine.journal.database.clock, 100)
    engine.journal.write(lambda tx: belonging.keep(tx, run.workspace_id, OTHERS, set(), {BEN}))
    before = len(asked_whom(engine, GROUP))

    # when it is asked who pressed, then Slack is asked of the other group alone, and not again within a minute
    for _ in range(2):
        assert who_pressed(engine.room, vote, approval) == Voter(BEN, PersonKind.MEMBER, frozenset({SALES}))
    assert asked_whom(engine, GROUP)[before:] == [SALES]

    # when a minute has passed, then it is asked of both
    move(engine.journal.database.clock, 160.5)
    with pytest.raises(CallFailed):
        who_pressed(engine.room, vote, approval)
    assert asked_whom(engine, GROUP)[before:] == [SALES, OTHERS]


@pytest.mark.requirement("AUTHZ-24")
@pytest.mark.parametrize(("user", "may"), [(BEN, True), (ADAM, False)])
def test_members_of_a_named_group_may_and_nobody_else(engine: Engine, user: str, may: bool) -> None:
    # given a call that the sales team may approve, when someone presses, then it counts where Slack says they are in it
    hand = Hand()
    posted, run = proposed(engine, hand, "hello", approvers=SALESPEOPLE)
    says(engine.rehearsal, "Posted.")
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=user)
    assert hand.done == (["hello"] if may else [])
    assert ["not among those" in words for _, words in whispers(engine)] == ([] if may else [True])


@pytest.mark.requirement("AUTHZ-24")
def test_whoever_is_of_another_organisation_or_workspace_is_a_stranger_and_slack_is_not_asked(engine: Engine) -> None:
    # given a press of someone whom we know as an admin
    posted, run = proposed(engine, Hand(), "hello")
    vote, approval = cast(engine, posted, run), asked(engine, run)[0]
    meets(engine, run, BEN, PersonKind.ADMIN)
    stranger = Voter(BEN, PersonKind.STRANGER)

    # when Slack says that it came from another organisation, or it names what is not of its workspace, or nothing
    assert who_pressed(engine.room, replace(vote, external=True), approval) == stranger
    assert who_pressed(engine.room, vote, replace(approval, workspace_id="another")) == stranger
    assert who_pressed(engine.room, vote, None) == stranger

    # then nobody was asked anything
    assert asked_whom(engine) == []


@pytest.mark.parametrize("method", [WHO, GROUP])
def test_a_slow_slack_holds_a_worker_no_longer_than_a_third_of_its_lease(engine: Engine, method: str) -> None:
    # given a press, a lease of a second and a half, and a Slack that takes four seconds to answer
    posted, run = proposed(engine, Hand(), "hello", approvers=SALESPEOPLE)
    vote, approval = cast(engine, posted, run), asked(engine, run)[0]
    room = replace(engine.room, claims=Claims(engine.journal, 1.5))
    engine.rehearsal.fault("slow", method, seconds=4)

    # when it is asked who pressed, then it is given up before that
    began = time.monotonic()
    with pytest.raises(CallFailed):
        who_pressed(room, vote, approval)
    assert time.monotonic() - began < 3.5


class Asked:
    """A surface that keeps which workspace and whom it was asked about, and knows nobody but members."""

    def __init__(self) -> None:
        self.of: list[tuple[str, str]] = []

    def person(self, team_id: str, user_id: str, *, seconds: float) -> Person:
        self.of.append((team_id, user_id))
        return Person(user_id, "Ben", PersonKind.MEMBER)

    def group(self, team_id: str, group: str, *, seconds: float) -> frozenset[str]:
        self.of.append((team_id, group))
        return frozenset()


def test_slack_is_asked_in_the_workspace_that_the_vote_is_of(engine: Engine) -> None:
    # given a press on a card that a group may approve, and a worker of several workspaces
    posted, run = proposed(engine, Hand(), "hello", approvers=SALESPEOPLE)
    vote, approval = cast(engine, posted, run), asked(engine, run)[0]
    surface, teams = Asked(), []

    def of_team(team_id: str) -> Any:
        teams.append(team_id)
        return surface

    # when it asks who pressed, then it asks that workspace's Slack, of that workspace
    who_pressed(replace(engine.room, surface=of_team), vote, approval)
    ours = engine.rehearsal.team_id
    assert surface.of == [(ours, BEN), (ours, SALES)]
    assert set(teams) == {ours}


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-25")
def test_a_vote_that_comes_too_late_ends_what_it_was_for(engine: Engine) -> None:
    # given a call whose time is over, and that no sweep has looked at
    posted, run = proposed(engine, Hand(), "hello")
    vote = cast(engine, posted, run)
    move(engine.journal.database.clock, DAY + 5)

    # when someone's yes is judged, then it does not count, and what it was for has expired
    assert becomes(engine, vote) == Outcome.LATE
    assert asked(engine, run)[0].status is State.EXPIRED


@pytest.mark.law("E27")
def test_what_another_worker_judged_meanwhile_is_not_counted_again(engine: Engine) -> None:
    # given a worker that asks Slack who pressed for so long that its vote was judged elsewhere meanwhile
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    vote = cast(engine, posted, run)
    engine.rehearsal.fault("slow", WHO, seconds=1)
    with at_once() as pool:
        slow = pool.submit(judge, another_room(engine), vote.id)
        until(lambda: vote_of(engine, vote.id).attempts == 1, "the vote is taken")
        assert engine.journal.write(lambda tx: stored.settle(tx, vote.id, Outcome.UNKNOWN))

        # when it counts it after all
        assert slow.result(20)

    # then the first word stands
    assert vote_of(engine, vote.id).outcome == Outcome.UNKNOWN
    assert (asked(engine, run)[0].status, whispers(engine), told_of_votes(engine, run)) == (State.PENDING, [], [])


def cast_as(engine: Engine, vote: Vote, **other: str) -> Vote:
    """Store the same press once more, with something else in it."""
    values: dict[str, Any] = {name: getattr(vote, name) for name in ("workspace_id", "thread_id", "approval_id")}
    values |= {name: getattr(vote, name) for name in ("person", "external", "channel", "message_ts")}
    values |= {"choice": Choice.YES, "action_ts": "99.000000", **other}
    vote_id = engine.journal.write(lambda tx: stored.cast(tx, **values))
    assert vote_id is not None
    return vote_of(engine, vote_id)


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-22")
@pytest.mark.parametrize("what", ["workspace_id", "thread_id", "channel", "message_ts"])
def test_a_vote_counts_from_the_message_thread_channel_and_workspace_alone_where_its_card_stands(
    engine: Engine, what: str
) -> None:
    # given a card that stands, another request beside it, and a second workspace
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    vote, us = cast(engine, posted, run), engine.rehearsal
    says(engine.rehearsal, "Fine.")
    _, beside = engine.asks("ann", "how are you?")
    other = engine.journal.write(
        lambda tx: workspaces.register(
            tx, app_id=us.app_id, team_id="T0OTHERTEAM", name="Other", bot_user_id="U0BOT", bot_id="B0BOT"
        )
    )
    elsewhere = {
        "workspace_id": other.id,
        "thread_id": beside.thread_id,
        "channel": "C0GENERAL01",
        "message_ts": "1795546116.999999",
    }

    # when a vote differs from a true one in nothing but where it comes from, then it is foreign, and changes nothing
    assert becomes(engine, cast_as(engine, vote, **{what: elsewhere[what]})) == Outcome.FOREIGN
    assert asked(engine, run)[0].status is State.PENDING

    # and the true one counts
    assert becomes(engine, vote) == Outcome.COUNTED


def becomes(engine: Engine, vote: Vote) -> str | None:
    """What becomes of a vote."""
    assert judge(engine.room, vote.id)
    return vote_of(engine, vote.id).outcome


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-22")
def test_a_press_on_a_card_that_nobody_can_see_yet_is_of_no_card_of_ours(engine: Engine) -> None:
    # given a call that asks, whose card is not on its way yet
    asking(engine, Hand().tool("post_it", Effect.ACT))
    uses(engine.rehearsal, ("post_it", "hello"))
    posted, run = engine.asks("ann", "post it")
    advance(engine.room)
    approval = asked(engine, run)[0]

    # when someone presses what they cannot have seen, then it is foreign; also where it stands on no card at all
    assert becomes(engine, cast(engine, posted, run)) == Outcome.FOREIGN
    engine.journal.write(lambda tx: approvals.set_fields(tx, approval.id, delivery_id=None))
    assert becomes(engine, cast(engine, posted, run)) == Outcome.FOREIGN
    engine.journal.write(lambda tx: approvals.set_fields(tx, approval.id, delivery_id=approval.delivery_id))


@pytest.mark.law("E27")
@pytest.mark.failure_mode(51)
def test_people_may_press_a_card_before_we_know_that_it_stands(engine: Engine) -> None:
    # given a card that stands, while the answer to our post was lost on its way back
    hand = Hand()
    asking(engine, hand.tool("post_it", Effect.ACT))
    uses(engine.rehearsal, ("post_it", "hello"))
    engine.rehearsal.fault("reset_after", "chat.postMessage")
    posted, run = engine.asks("ann", "post it")
    engine.work()
    [shown] = engine.messages(posted)
    assert [one.posted_at for one in deliveries_of(engine, run) if one.kind is Kind.APPROVAL] == [None]

    # when Ben presses it, then it counts, and not from another channel
    vote = cast(engine, posted, run, at=str(shown["ts"]))
    assert becomes(engine, cast_as(engine, vote, channel="C0GENERAL01")) == Outcome.FOREIGN
    assert becomes(engine, vote) == Outcome.COUNTED
    assert asked(engine, run)[0].status is State.GRANTED


@pytest.mark.law("E27")
def test_the_trail_says_what_each_press_came_to(engine: Engine) -> None:
    # given a card that stands
    posted, run = proposed(engine, Hand(), "hello")

    # when someone presses who may, a guest, and one on a message that is no card
    true = cast(engine, posted, run)
    foreign, guest = cast_as(engine, true, message_ts="1795546116.999999"), cast_as(engine, true, person=GUEST)
    for one in (foreign, guest, true):
        judge(engine.room, one.id)

    # then a line for each says who, on what, and what came of it; of the Run, where it is about a call of one
    pressed = [{"vote": one.id, "approval": one.approval_id, "choice": "yes"} for one in (foreign, guest, true)]
    assert told_of_votes(engine, run) == [
        (Event.VOTE_REFUSED, f"person:{BEN}", None, pressed[0] | {"why": "foreign"}),
        (Event.VOTE_REFUSED, f"person:{GUEST}", run.id, pressed[1] | {"why": "kind"}),
        (Event.VOTE_COUNTED, f"person:{BEN}", run.id, pressed[2]),
    ]


FIRST: dict[State, Press] = {State.GRANTED: Press.APPROVE, State.REFUSED: Press.REFUSE}


@pytest.mark.law("E27")
@pytest.mark.parametrize(("first", "words"), [(State.GRANTED, "approved"), (State.REFUSED, "refused")])
@pytest.mark.parametrize("ended", [False, True])
def test_whoever_comes_too_late_hears_who_decided_and_how(
    engine: Engine, first: State, words: str, ended: bool
) -> None:
    # given a call that Ben has decided about, and a Run that goes on, or has ended
    posted, run = proposed(engine, Hand(), "hello")
    approval = asked(engine, run)[0]
    press(engine, posted, run, FIRST[first], approval.id, user=BEN)
    assert judge_next(engine.room)
    says(engine.rehearsal, "Well.")
    if ended:
        engine.work()
        assert engine.run(run.id).status is RunState.DONE

    # when Ann presses, then she reads that
    votes(engine, posted, run, Press.APPROVE, approval.id, user=ANN)
    assert whispers(engine) == [(ANN, f"This was already {words} by ben.")]


@pytest.mark.law("E27")
def test_whoever_says_yes_twice_hears_how_many_more_must(engine: Engine) -> None:
    # given a call that three must approve, when Ben says so twice, then he reads that two more must
    approvers = Approvers(people=(ANN, BEN, ADAM), quorum=3)
    posted, run = proposed(engine, Hand(), "hello", approvers=approvers)
    for _ in range(2):
        votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    assert whispers(engine) == [(BEN, "You have already said yes; 2 more people must.")]


@pytest.mark.law("E27")
def test_whoever_asked_for_what_goes_outside_hears_that_someone_else_must_say_yes(engine: Engine) -> None:
    # given a call that goes outside, when Ann, who asked for it, says yes, then she reads that another must
    hand = Hand()
    asking(engine, replace(hand.tool("post_it", Effect.ACT), reach=Reach.OUTSIDE))
    uses(engine.rehearsal, ("post_it", "hello"))
    posted, run = engine.asks("ann", "post it")
    engine.work()
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=ANN)
    [(user, words)] = whispers(engine)
    assert user == ANN
    assert "someone else must approve it" in words
    assert (hand.done, asked(engine, run)[0].status) == ([], State.PENDING)


@pytest.mark.law("E27")
@pytest.mark.law("E14")
def test_no_yes_lets_a_call_of_an_ended_run_run_even_where_nobody_took_it_back(
    engine: Engine, broken_on_purpose: None
) -> None:
    # given a call that waits, and a Run that somebody ended by hand in its row
    hand = Hand()
    posted, run = proposed(engine, hand, "hello")
    with engine.journal.database.engine.begin() as connection:
        connection.execute(text("UPDATE run SET status = 'stopped' WHERE id = :id"), {"id": run.id})

    # when Ben says yes, then it is not counted, and he is told why
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    assert (hand.done, asked(engine, run)[0].status) == ([], State.PENDING)
    [(user, words)] = whispers(engine)
    assert user == BEN
    assert "the request was stopped" in words


@pytest.mark.law("E27")
@pytest.mark.requirement("AUTHZ-27")
def test_a_yes_for_the_run_holds_only_where_everyone_who_said_yes_said_so(engine: Engine) -> None:
    # given a call that two must approve
    two = Approvers(people=(ANN, BEN), quorum=2)
    posted, run = proposed(engine, Hand(), "hello", approvers=two)
    approval = asked(engine, run)[0]

    # when one says yes to it, and the other also to those that follow, then it holds for this one
    votes(engine, posted, run, Press.APPROVE, approval.id, user=ANN)
    votes(engine, posted, run, Press.APPROVE_FOR_RUN, approval.id, user=BEN)
    [granted] = asked(engine, run)
    assert (granted.status, granted.for_run_until) == (State.GRANTED, None)
    assert granted.cause == f"person:{BEN}"


def test_a_thread_that_we_know_is_the_place_of_a_vote(engine: Engine) -> None:
    # given a press in a thread, then its vote stands in that thread, where its presser is answered
    posted, run = proposed(engine, Hand(), "hello")
    vote = cast(engine, posted, run, user=GUEST)
    judge(engine.room, vote.id)
    place = engine.journal.read(lambda tx: threads.place_of(tx, vote.thread_id))
    assert (place.channel, place.root) == (posted.channel, posted.ts)
    [told] = [one for one in deliveries_in(engine, vote.thread_id) if one[0] == "private"]
    assert told == ("private", GUEST, run.workspace_id)


def deliveries_in(engine: Engine, thread_id: str) -> list[tuple[str, str, str]]:
    """What is told in a thread: its kind, to whom, and of which workspace."""
    columns = (DELIVERIES.c.kind, DELIVERIES.c.user_id, DELIVERIES.c.workspace_id)
    statement = select(*columns).where(DELIVERIES.c.thread_id == thread_id)
    rows = engine.journal.read(lambda tx: tx.rows(statement))
    return [(str(row["kind"]), str(row["user_id"]), str(row["workspace_id"])) for row in rows]
