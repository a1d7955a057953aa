"""What would run unasked by a candidate is counted; what goes outside or destroys is never worth asking less."""

from typing import Any

import pytest

from agents.approvals.always_yes import would_not_ask
from agents.policy.compiling import compiled_of
from agents.policy.recorded_facts import to_json
from agents.policy.replaying import Recorded
from agents.policy.verdicts import Verdict
from tests.given.policies import a_call, a_workspace, allow, ask, deny
from tools.contract import Reach

STANDING = compiled_of(None, a_workspace(ask("post", "post"), allow("mail", "mail"), deny("burn", "burn")))
CANDIDATE = compiled_of(
    None, a_workspace(allow("post", "post", where={"amount": {"at_most": 100}}), allow("mail", "mail"))
)


def asked(tool: str, reach: Reach = Reach.INSIDE, **more: Any) -> Recorded:
    """Return a call that was asked about."""
    return Recorded(tool, to_json(a_call(tool, reach=reach, **more)), Verdict.ASK, "a rule")


@pytest.mark.requirement("AUTHZ-29")
def test_what_asks_now_and_would_run_unasked_is_counted() -> None:
    # given two calls that the candidate lets run, and such as it denies, as run already, and as are denied now
    calls = [asked("post", amount=5), asked("post", Reach.THREAD, amount=6), asked("post", amount=500)]
    others = [asked("mail"), asked("burn"), Recorded("old", {"form": "facts/0"}, Verdict.ASK, "a rule")]

    # when they are looked at, then the two are counted, and what cannot be read changes nothing
    assert would_not_ask(STANDING, CANDIDATE, [*others, *calls]) == 2
    assert would_not_ask(STANDING, STANDING, calls) == would_not_ask(CANDIDATE, CANDIDATE, calls) == 0


@pytest.mark.requirement("AUTHZ-29")
@pytest.mark.parametrize("reach", [Reach.OUTSIDE, Reach.DESTRUCTIVE])
def test_nothing_that_goes_outside_or_destroys_is_suggested(reach: Reach) -> None:
    # given calls that the candidate would let run, the last of which goes further, when they are looked at, then none
    # counts
    calls = [asked("post", amount=5), asked("post", reach, amount=5)]
    assert would_not_ask(STANDING, CANDIDATE, calls[:1]) == 1
    assert would_not_ask(STANDING, CANDIDATE, calls) == 0
