"""Four eyes where a call goes outside, also where its tool mostly does not (AUTHZ-24)."""

from dataclasses import replace

import pytest

from agents.approvals.terms import from_json
from agents.engine.advance import advance
from agents.journal import approvals
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.policies_in_force import put_in_force
from tests.given.replies import uses
from tools.contract import Destination, Effect, KeyProof, Reach

ASKS = """
tagwork: policy/1
default:
  rules: [{id: asks, verdict: ask, tools: [send], approvers: {requester: true, admins: true}}]
"""


@pytest.mark.requirement("AUTHZ-24")
@pytest.mark.parametrize(("reach", "own"), [(None, True), (Reach.OUTSIDE, False), (Reach.DESTRUCTIVE, False)])
@pytest.mark.parity("Approvals", "beat")
def test_whoever_asks_never_approves_what_goes_outside_even_as_an_admin(
    engine: Engine, reach: Reach | None, own: bool
) -> None:
    # given a tool within the workspace, one call of which says how far it goes, and a rule that names whoever asks
    tool = replace(
        Hand().tool("send", Effect.WRITE, proof=KeyProof(1_000)),
        reach=Reach.INSIDE,
        touches=lambda arguments: Destination("channel", "C0SALES0001", reach=reach),
    )
    equip(engine, tool, allow=False)
    put_in_force(engine, ASKS)

    # when an admin asks for it
    uses(engine.rehearsal, ("send", "it"))
    _, run = engine.asks("adam", "send it")
    advance(engine.room)

    # then the Approval says whether they may say yes themselves
    pending = engine.journal.read(lambda tx: approvals.pending_of(tx, run.id))
    assert [from_json(one.terms).own for one in pending] == [own]
