"""A candidate policy is tried on what was decided, and each flip is named."""

from typing import Any

import pytest

from agents.policy.compiling import compiled_of
from agents.policy.document import Document
from agents.policy.facts import Facts
from agents.policy.recorded_facts import to_json
from agents.policy.replaying import Recorded, replay
from agents.policy.verdicts import Verdict
from tests.given.policies import a_call, a_workspace, allow, ask, deny, judged

BEFORE = a_workspace(allow("mail", "send"), ask("post", "post"), deny("burn", "burn"))


def decided(name: str, call: Facts, policy: Document = BEFORE) -> Recorded:
    """Return a decision as it was made and kept."""
    judgement = judged(call, policy)
    return Recorded(name, to_json(call), judgement.verdict, judgement.rule)


@pytest.mark.requirement("AUTHZ-10")
def test_each_flip_is_named_and_nothing_else() -> None:
    # given what was decided last week
    decisions = [
        decided("1", a_call("send", amount=5)),
        decided("2", a_call("send", amount=500)),
        decided("3", a_call("post")),
        decided("4", a_call("burn")),
        decided("5", a_call("other")),
        decided("6", a_call("post", frozen="This workspace is frozen.")),
    ]

    # when a candidate is tried that limits mail, allows posts and asks before burning
    candidate = a_workspace(
        allow("mail", "send", where={"amount": {"at_most": 100}}), allow("post", "post"), ask("burn", "burn")
    )
    found = replay(compiled_of(None, candidate), decisions)

    # then just those calls flip, each with what was and would be and by which rule; a freeze is no matter of rules
    assert [str(one) for one in found.flips] == [
        "2 send: allow by mail, would be deny by default",
        "3 post: ask by post, would be allow by post",
        "4 burn: deny by burn, would be ask by burn",
    ]
    assert [one.laxer for one in found.flips] == [False, True, True]
    assert (found.judged, found.unreadable) == (6, ())
    assert found.counts() == {"allow -> deny": 1, "ask -> allow": 1, "deny -> ask": 1}


def test_the_policy_that_decided_flips_nothing() -> None:
    # given decisions, when the policy that made them is tried, then nothing flips
    decisions = [decided(tool, a_call(tool)) for tool in ("send", "post", "burn", "other")]
    assert replay(compiled_of(None, BEFORE), decisions).flips == ()


def test_a_count_that_was_not_taken_then_makes_the_flip_unsure() -> None:
    # given a decision for which uses within an hour were counted, when a candidate asks for uses within a day
    call = a_call("send", counts={3_600: 1})
    candidate = a_workspace(allow("mail", "send", where={"calls": {"within": "1d", "at_most": 9}}))
    found = replay(compiled_of(None, candidate), [decided("1", call)])

    # then the flip says why it may not be one
    assert [str(one) for one in found.flips] == [
        "1 send: allow by mail, would be deny by default (uses within 86400 s were not counted then)"
    ]


def test_what_cannot_be_read_is_told_and_the_rest_is_judged() -> None:
    # given a record of a form that this code does not know, between two others
    odd = Recorded("2", {"form": "facts/9"}, Verdict.ALLOW, "mail")
    found = replay(compiled_of(None, BEFORE), [decided("1", a_call("send")), odd, decided("3", a_call("post"))])

    # then it is told, and the others are judged
    assert found.judged == 2
    assert found.unreadable == (("2", "it is of the form 'facts/9', and this code reads 'facts/1'"),)


def test_it_is_plain_values_for_other_programs() -> None:
    # given one flip, when told as JSON, then all that is known of it stands there
    told: dict[str, Any] = replay(compiled_of(None, a_workspace()), [decided("1", a_call("send"))]).as_json()
    assert told == {
        "judged": 1,
        "counts": {"allow -> deny": 1},
        "flips": [
            {
                "call": "1",
                "tool": "send",
                "at": a_call().at,
                "was": "allow",
                "was_rule": "mail",
                "would_be": "deny",
                "rule": "default",
                "reason": "No rule allows send here.",
                "unsure": "",
            }
        ],
        "unreadable": [],
    }
