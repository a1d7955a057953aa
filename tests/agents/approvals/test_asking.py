"""E20 and AUTHZ-26: what is stored of a call that asks, what people are spared, and what the model reads meanwhile."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from agents.approvals import asking
from agents.approvals.asking import Wanted
from agents.approvals.life import Approval, State
from agents.approvals.terms import from_json
from agents.audit.events import Event
from agents.formats import ASKS, ASKS_DIRECTLY
from agents.journal import approvals, audit, people
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.labels import Labels
from agents.messages import Press
from agents.policy.document import Approvers
from agents.policy.judgement import Judgement, Terms
from agents.policy.scopes import Scope
from agents.policy.verdicts import Verdict
from agents.runs.life import Run
from agents.surface import Person, PersonKind
from agents.toolcalls.life import State as CallState
from agents.toolcalls.life import ToolCall
from tests.agents.approvals.given import terms
from tests.given import asked as given
from tests.given.asked import ADAM, ANN, BEN, asked, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import last_sent, says, uses
from tests.given.workers import calls_of
from tests.laws.test_approvals import DAY, proposed, tells
from tests.laws.test_cards_in_direct_messages import asked_directly
from tests.laws.test_effects import lost_act
from tools.contract import Destination, Effect, Reach, Tool

T = TypeVar("T")

GENERAL = Destination("channel", "C0GENERAL01", reach=Reach.INSIDE)
SALES = Destination("channel", "C0SALES0001", reach=Reach.INSIDE)
ASKS_ADMINS = Judgement(
    verdict=Verdict.ASK,
    rule="asks",
    scope=Scope.WORKSPACE,
    reason="Seen by all.",
    terms=terms(),
    digest="d" * 64,
    reach=Reach.INSIDE,
)


def to(destination: Destination) -> Tool:
    """A tool that says where it goes, whatever its arguments are."""
    return replace(Hand().tool("post_it", Effect.ACT), touches=lambda arguments: destination)


def wanted(**more: Any) -> Wanted:
    """A call that asks the admins."""
    values = {"tool": to(GENERAL), "arguments": {"what": "hello"}, "digest": "a" * 64, "step": None}
    return Wanted(**{**values, "judged": ASKS_ADMINS, **more})


class Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


def tried(engine: Engine, work: Callable[[Transaction], T]) -> T:
    """What a piece of work comes to, of which nothing stays in the journal."""
    found: list[T] = []

    def write(tx: Transaction) -> None:
        found.append(work(tx))
        raise Undone

    with pytest.raises(Undone):
        engine.journal.write(write)
    return found[0]


def trail(engine: Engine, run: Run, event: Event) -> list[dict[str, Any]]:
    """What lines of one kind say."""
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    return [json.loads(one.data) for one in lines if one.event == event]


def by_words(engine: Engine, run: Run) -> list[tuple[CallState, str, str]]:
    """A Run's calls: how each stands, by which rule, and why."""
    return [(one.status, one.rule, one.reason) for one in calls_of(engine, run)]


def waits(engine: Engine, run: Run, call: ToolCall) -> str:
    """What the model reads of a call."""
    return engine.journal.read(lambda tx: asking.waits_for(tx, engine.run(run.id), call))


def test_what_is_stored_of_a_call_that_asks_is_all_that_people_and_workers_need(engine: Engine) -> None:
    # given a tool that says where it goes, and a rule with a long name and a reason
    tool = replace(
        Hand().tool("post_it", Effect.ACT),
        touches=lambda arguments: Destination("channel", "C0GENERAL01", reach=Reach.INSIDE),
    )
    given.asking(engine, tool, approvers=Approvers(people=(BEN, ADAM), admins=False, quorum=2), reason="Seen by all.")
    uses(engine.rehearsal, ("post_it", "hello"))

    # when the model proposes it
    _, run = engine.asks("ann", "post it")
    engine.work()

    # then this is stored
    [approval], [call] = asked(engine, run), calls_of(engine, run)
    assert (approval.workspace_id, approval.run_id, approval.tool_call_id) == (run.workspace_id, run.id, call.id)
    assert (approval.status, approval.tool, approval.destination) == (State.PENDING, "post_it", "channel:C0GENERAL01")
    assert (approval.rule, approval.warns) == ("asks", False)
    assert "Seen by all." in approval.reason
    assert (approval.for_run_until, approval.settled_at, approval.cause) == (None, None, None)
    assert approval.expires_at == approval.asked_at + DAY * 1_000_000
    assert approval.remind_at == approval.asked_at + DAY * 500_000
    assert len({approval.id, approval.binding, approval.extent}) == 3
    kept = from_json(approval.terms)
    assert (kept.terms.quorum, kept.terms.named[0].people) == (2, frozenset({BEN, ADAM}))
    [line] = trail(engine, run, Event.APPROVAL_PENDING)
    assert (line["approval"], line["quorum"]) == (approval.id, 2)
    needs = engine.journal.read(lambda tx: tx.value(select(RUNS.c.needs).where(RUNS.c.id == run.id)))
    assert needs == ASKS
    assert tells(engine, run) == [(Event.APPROVAL_PENDING, engine.room.actor)]


def test_a_call_whose_rule_leaves_nobody_who_may_say_yes_asks_the_admins(engine: Engine) -> None:
    # given a call that goes outside, which a rule lets only whoever asked for it approve, and they may not
    tool = replace(Hand().tool("post_it", Effect.ACT), reach=Reach.OUTSIDE)
    given.asking(engine, tool, approvers=Approvers(requester=True, admins=False))
    uses(engine.rehearsal, ("post_it", "hello"))

    # when the model proposes it, then admins are asked
    _, run = engine.asks("ann", "post it")
    engine.work()
    assert from_json(asked(engine, run)[0].terms).admins


@pytest.mark.requirement("AUTHZ-26")
def test_what_waits_already_and_what_is_too_much_is_denied_with_its_reason(engine: Engine) -> None:
    # given a model that proposes one thing twice, and four things
    _, run = proposed(engine, Hand(), "one", "two", "one", "three", "four")

    # then the model reads why two of them were not asked
    reasons = {rule: reason for status, rule, reason in by_words(engine, run) if status is CallState.DENIED}
    assert reasons == {
        "asked-already": "An equal call waits for approval already; you will be told.",
        "too-many-asked": "3 calls of this request wait for approval, the most at once. Go on without it, or propose "
        "it again when one of them is answered.",
    }


@pytest.mark.requirement("AUTHZ-27")
def test_a_call_that_runs_by_an_earlier_yes_names_who_said_it_and_the_trail_which_it_was(engine: Engine) -> None:
    # given a yes for the rest of the Run, and a model that then proposes another
    posted, run = proposed(engine, Hand(), "hello")
    uses(engine.rehearsal, ("post_it", "again"))
    says(engine.rehearsal, "Both.")
    votes(engine, posted, run, Press.APPROVE_FOR_RUN, asked(engine, run)[0].id, user=BEN)
    engine.work()

    # then it says by whose word it ran
    first, second = calls_of(engine, run)
    assert (second.status, second.rule) == (CallState.SUCCEEDED, "for-this-run")
    assert second.reason == "ben said yes for this request."
    [approval] = asked(engine, run)
    assert trail(engine, run, Event.APPROVAL_USED) == [{"approval": approval.id, "call": second.id}]
    assert (Event.APPROVAL_USED, engine.room.actor) in tells(engine, run)
    assert approval.tool_call_id == first.id


@pytest.mark.law("E13")
def test_the_model_reads_whose_yes_a_call_waits_for_and_how_to_take_it_back(engine: Engine) -> None:
    # given a call that waits for Ben, who came by once, or Ann
    approvers = Approvers(people=(BEN, ANN), admins=False)
    posted, run = proposed(engine, Hand(), "hello", approvers=approvers)
    engine.journal.write(lambda tx: people.keep(tx, run.workspace_id, Person(BEN, "ben", PersonKind.MEMBER)))
    [call], [approval] = calls_of(engine, run), asked(engine, run)

    # when the model asks what became of it, then it reads names
    assert waits(engine, run, call) == (
        "Still waiting for approval by ann, ben; you will be told. Go on with what does not depend on it. If it is "
        f"not wanted any more, use withdraw_proposal with the call {call.id}."
    )

    # and once it is settled, it reads no more than that it will be told
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    assert waits(engine, run, call) == "Still waiting for approval; you will be told."
    says(engine.rehearsal, "Posted.")
    engine.work()
    assert "done: hello" in last_sent(engine.rehearsal)


def test_of_two_calls_that_wait_each_says_its_own(engine: Engine) -> None:
    # given two calls that wait, when the model reads of the second, then it can take that one back
    posted, run = proposed(engine, Hand(), "hello", "bye")
    for call in calls_of(engine, run):
        assert f"with the call {call.id}." in waits(engine, run, call)
    pending: list[Approval] = list(engine.journal.read(lambda tx: approvals.pending_of(tx, run.id)))
    assert len(pending) == 2

    # and when one is settled, then it says no more that it waits for anybody, while the other does
    votes(engine, posted, run, Press.REFUSE, pending[0].id, user=BEN)
    said = {call.id: waits(engine, run, call) for call in calls_of(engine, run)}
    assert said[pending[0].tool_call_id] == "Still waiting for approval; you will be told."
    assert "Still waiting for approval by " in said[pending[1].tool_call_id]


@pytest.mark.law("E24")
def test_a_run_whose_people_are_asked_directly_is_left_to_newer_code_also_when_it_asks_once_more(
    engine: Engine,
) -> None:
    # given a call of which people were asked in their direct messages, when the model proposes one more
    posted, run = asked_directly(engine, Hand(), "hello")
    uses(engine.rehearsal, ("post_it", "goodbye"))
    engine.says("ann", "and say goodbye", thread=posted.ts)
    engine.work()

    # then code that knows no cards in direct messages still leaves the Run alone
    assert len(asked(engine, run)) == 2
    needs = engine.journal.read(lambda tx: tx.value(select(RUNS.c.needs).where(RUNS.c.id == run.id)))
    assert needs == ASKS_DIRECTLY


def test_a_call_goes_where_its_tool_says_and_nowhere_with_arguments_that_do_not_fit() -> None:
    # given a tool that goes where its arguments say, and one that goes to one place whatever they are
    names = replace(
        Hand().tool("post_it", Effect.ACT),
        touches=lambda arguments: Destination("channel", arguments.model_dump()["what"], reach=Reach.INSIDE),
    )
    assert wanted(tool=names, arguments={"what": SALES.id}).destination == SALES
    assert wanted().destination == GENERAL
    assert wanted(arguments={"what": ["no", "text"]}).destination is None


@pytest.mark.parametrize(
    ("of_tool", "of_call", "own", "for_run"),
    [
        (Reach.INSIDE, None, True, True),
        (Reach.OUTSIDE, None, False, True),
        (Reach.INSIDE, Reach.OUTSIDE, False, True),
        (Reach.INSIDE, Reach.DESTRUCTIVE, False, False),
    ],
)
def test_how_far_a_yes_goes_follows_from_how_far_the_call_goes(
    of_tool: Reach, of_call: Reach | None, own: bool, for_run: bool
) -> None:
    # given a tool, and a call that may go further than it, then its terms are those of the further one
    kept = wanted(tool=replace(to(GENERAL), reach=of_tool), judged=replace(ASKS_ADMINS, reach=of_call)).kept
    assert kept is not None
    assert (kept.terms, kept.own, kept.for_run) == (terms(), own, for_run)


def test_where_nobody_may_say_yes_there_are_no_terms() -> None:
    assert wanted(judged=replace(ASKS_ADMINS, terms=None)).kept is None


@pytest.mark.law("E20")
def test_a_yes_is_to_all_that_would_run_and_extends_to_its_kind(engine: Engine) -> None:
    # given a call of a Run
    _, run = engine.asks("ann", "post it")
    one = wanted()
    binding, extent = one.binding(run), one.extent(run)

    # when any part is another, then it needs another yes; one for the Run extends to other arguments and steps alone
    readers = Labels(frozenset({"channel:C0FINANCE01"})).as_json()
    others = {
        "tool": (wanted(tool=replace(to(GENERAL), description="Posts to everyone.")), run),
        "destination": (wanted(tool=to(SALES)), run),
        "rule": (wanted(judged=replace(ASKS_ADMINS, digest="e" * 64)), run),
        "run": (one, replace(run, id="another")),
        "labels": (one, replace(run, labels=readers)),
        "arguments": (wanted(arguments={"what": "bye"}), run),
        "step": (wanted(step=1), run),
    }
    bindings = {name: call.binding(of) for name, (call, of) in others.items()}
    assert len({binding, *bindings.values()}) == 1 + len(others)
    extents = {name: call.extent(of) for name, (call, of) in others.items()}
    assert {name for name, found in extents.items() if found == extent} == {"arguments", "step"}
    assert len({*extents.values()}) == len(others) - 1


@pytest.mark.parametrize("nobody", [None, Terms((), 1, 60)])
def test_what_nobody_may_approve_is_denied_and_says_so(engine: Engine, nobody: Terms | None) -> None:
    # given a call that asks, and nobody who could say yes
    _, run = engine.asks("ann", "post it")
    judged = replace(ASKS_ADMINS, terms=nobody)

    # then it is denied, and asks nobody
    spared = engine.journal.read(lambda tx: asking.spared(tx, run, wanted(judged=judged)))
    reason = "Seen by all. Nobody is named who could say yes."
    assert spared == replace(judged, verdict=Verdict.DENY, rule="nobody-may", reason=reason, terms=None)


@pytest.mark.law("E20")
@pytest.mark.parametrize(
    ("status", "stands"),
    [(State.PENDING, False), (State.GRANTED, True), (State.REFUSED, False), (State.SUPERSEDED, False)],
)
def test_just_before_it_runs_a_call_stands_by_a_yes_alone(engine: Engine, status: State, stands: bool) -> None:
    # given a call with an Approval of exactly what is to run
    _, run = proposed(engine, Hand(), "hello")
    [call], [approval], call_wanted = calls_of(engine, run), asked(engine, run), wanted()
    of_call = {"binding": call_wanted.binding(run), "status": status.value}

    def decides(tx: Transaction) -> Judgement:
        approvals.set_fields(tx, approval.id, **of_call)
        return asking.at_the_effect(tx, run, call, call_wanted)

    # then it is allowed where that was granted; where not, it asks anew
    decision = tried(engine, decides)
    assert decision == replace(ASKS_ADMINS, verdict=Verdict.ALLOW if stands else Verdict.ASK)


@pytest.mark.requirement("AUTHZ-27")
def test_a_yes_for_the_run_extends_to_calls_of_its_kind_that_may_have_one(engine: Engine) -> None:
    # given a yes of Ben for the rest of the Run
    posted, run = proposed(engine, Hand(), "hello")
    approval = asked(engine, run)[0]
    votes(engine, posted, run, Press.APPROVE_FOR_RUN, approval.id, user=BEN)
    one = wanted()
    engine.journal.write(lambda tx: approvals.set_fields(tx, approval.id, extent=one.extent(run)))

    def extends(call: Wanted) -> bool:
        found = engine.journal.read(lambda tx: asking.extends_to(tx, run, call))
        assert found is None or found.id == approval.id
        return found is not None

    # then it extends to calls of its kind, and to none that goes elsewhere, may have no such yes, or may have none
    assert extends(one)
    assert extends(wanted(arguments={"what": "bye"}))
    assert not extends(wanted(tool=to(SALES)))
    assert not extends(wanted(judged=replace(ASKS_ADMINS, reach=Reach.DESTRUCTIVE)))
    assert not extends(wanted(judged=replace(ASKS_ADMINS, terms=None)))

    # and what nobody was asked about stands by it just before it runs, where it is of its kind
    another = replace(calls_of(engine, run)[0], id="another")
    assert engine.journal.read(lambda tx: asking.stands(tx, run, another, one))
    assert not engine.journal.read(lambda tx: asking.stands(tx, run, another, wanted(tool=to(SALES))))

    # and what asks is allowed by it
    spared = engine.journal.read(lambda tx: asking.spared(tx, run, one))
    reason = "ben said yes for this request."
    assert spared == replace(ASKS_ADMINS, verdict=Verdict.ALLOW, rule="for-this-run", reason=reason)


@pytest.mark.law("E19")
def test_people_are_warned_of_a_call_that_may_have_happened_and_a_yes_for_the_run_does_not_extend_to_it(
    engine: Engine,
) -> None:
    # given an act of which nobody knows whether it happened, and a Run of another thread
    hand = Hand()
    _, run, lost = lost_act(engine, hand)
    _, elsewhere = engine.asks("ann", "send it there")
    send, digest = hand.tool("send", Effect.ACT), lost.call.arguments_digest

    def warns(of: Run, tool: Tool, digest: str) -> bool:
        call = wanted(tool=tool, digest=digest)
        return tried(engine, lambda tx: asking.ask(engine.room.hand, tx, of, lost.call, call)).warns

    # then people are warned of an equal one in its thread that changes something, and of no other
    assert warns(run, send, digest)
    assert not warns(run, send, "b" * 64)
    assert not warns(run, hand.tool("post_it", Effect.ACT), digest)
    assert not warns(run, hand.tool("send", Effect.READ), digest)
    assert not warns(elsewhere, send, digest)
