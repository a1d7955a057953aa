"""E20 and AUTHZ-26: what is stored of a call that asks, what people are spared, and what the model reads meanwhile."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from agents.approvals import asking
from agents.approvals.life import Approval, State
from agents.approvals.terms import from_json
from agents.audit.events import Event
from agents.formats import ASKS
from agents.journal import approvals, audit
from agents.journal.runs import RUNS
from agents.messages import Press
from agents.policy.document import Approvers
from agents.runs.life import Run
from agents.toolcalls.life import State as CallState
from agents.toolcalls.life import ToolCall
from tests.given import asked as given
from tests.given.asked import ADAM, ANN, BEN, asked, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import last_sent, says, uses
from tests.given.workers import calls_of
from tests.laws.test_approvals import DAY, proposed
from tools.contract import Destination, Effect, Reach


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
    _, run = proposed(engine, Hand(), "one", "one", "two", "three", "four")

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
    assert approval.tool_call_id == first.id


@pytest.mark.law("E13")
def test_the_model_reads_whose_yes_a_call_waits_for_and_how_to_take_it_back(engine: Engine) -> None:
    # given a call that waits for Ben or Ann
    approvers = Approvers(people=(BEN, ANN), admins=False)
    posted, run = proposed(engine, Hand(), "hello", approvers=approvers)
    [call], [approval] = calls_of(engine, run), asked(engine, run)

    # when the model asks what became of it, then it reads names
    said = waits(engine, run, call)
    assert said.startswith("Still waiting for approval by ")
    assert "ann" in said
    assert BEN in said or "ben" in said
    assert said.endswith(
        "you will be told. Go on with what does not depend on it. If it is not wanted any more, use withdraw_proposal "
        f"with the call {call.id}."
    )

    # and once it is settled, it reads no more than that it will be told
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    assert waits(engine, run, call) == "Still waiting for approval; you will be told."
    says(engine.rehearsal, "Posted.")
    engine.work()
    assert "done: hello" in last_sent(engine.rehearsal)


def test_of_two_calls_that_wait_each_says_its_own(engine: Engine) -> None:
    # given two calls that wait, when the model reads of the second, then it can take that one back
    _, run = proposed(engine, Hand(), "hello", "bye")
    for call in calls_of(engine, run):
        assert f"with the call {call.id}." in waits(engine, run, call)
    pending: list[Approval] = list(engine.journal.read(lambda tx: approvals.pending_of(tx, run.id)))
    assert len(pending) == 2
