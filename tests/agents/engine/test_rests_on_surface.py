"""What a right rests on is asked of Slack, and what Slack did not say grants nothing. design.md 4, AUTHZ-05, -15."""

from dataclasses import replace

import pytest

from agents.runs.life import State
from agents.toolcalls.life import State as CallState
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.policies_in_force import put_in_force
from tests.given.replies import says, uses
from tools.contract import Destination, Effect, KeyProof, Reach

GROUPS = """
tagwork: policy/1
default:
  rules:
    - {id: own-run, verdict: allow, tools: ["*"], reaches: [run]}
    - {id: sales-may-send, verdict: allow, tools: [send], where: {groups: {any_of: [S0SALESTEAM]}}}
    - {id: look, verdict: allow, tools: [look]}
    - {id: not-sales, verdict: deny, tools: [look], where: {groups: {any_of: [S0SALESTEAM]}}}
"""


def asked(engine: Engine, user: str, tool: str, *, channel: str = "general") -> CallState:
    """Have someone ask for something that takes one call; return what became of the call."""
    uses(engine.rehearsal, (tool, "it"))
    says(engine.rehearsal, "Done.")
    _, run = engine.asks(user, "do it", channel=channel)
    engine.work()
    assert engine.run(run.id).status is State.DONE
    return engine.calls(run.id)[0].status


@pytest.mark.requirement("AUTHZ-15")
def test_a_right_of_a_group_is_had_by_whoever_slack_says_is_in_it(engine: Engine) -> None:
    # given a tool that only the sales team may use, and one that only they may not
    hand = Hand()
    send = replace(hand.tool("send", Effect.WRITE, proof=KeyProof(1_000)), reach=Reach.INSIDE)
    equip(engine, send, hand.tool("look", Effect.READ), allow=False)
    put_in_force(engine, GROUPS)

    # when someone of it asks, and someone else, then each has what their group has, for reading too
    assert asked(engine, "ann", "send") is CallState.SUCCEEDED
    assert asked(engine, "chloe", "send") is CallState.DENIED
    assert asked(engine, "ann", "look") is CallState.DENIED
    assert asked(engine, "chloe", "look") is CallState.SUCCEEDED


@pytest.mark.requirement("AUTHZ-05")
def test_where_slack_does_not_say_who_is_in_a_group_nobody_has_its_rights(engine: Engine) -> None:
    # given a Slack that will not tell who is in a group
    hand = Hand()
    equip(engine, replace(hand.tool("send", Effect.WRITE, proof=KeyProof(1_000)), reach=Reach.INSIDE), allow=False)
    put_in_force(engine, GROUPS)
    engine.rehearsal.fault("error", "usergroups.users.list", error="internal_error", times=50)

    # when someone of the group asks, then the call is denied, and the Run goes on
    assert asked(engine, "ann", "send") is CallState.DENIED


def test_a_call_that_reaches_further_than_its_tool_is_judged_by_that(engine: Engine) -> None:
    # given a tool within the workspace, a policy that lets it, and a call of it that says that it goes beyond
    hand = Hand()
    tool = replace(
        hand.tool("send", Effect.WRITE, proof=KeyProof(1_000)),
        reach=Reach.INSIDE,
        touches=lambda arguments: Destination("channel", "C0SALES0001", reach=Reach.OUTSIDE),
    )
    equip(engine, tool, allow=False)
    put_in_force(
        engine,
        "tagwork: policy/1\ndefault: {rules: [{id: inside, verdict: allow, tools: [send], reaches: [inside]}]}",
    )

    # when someone asks, then no rule allows it
    assert asked(engine, "ann", "send", channel="sales") is CallState.DENIED
    assert hand.done == []
