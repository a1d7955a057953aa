"""A candidate policy is tried on what was decided, and each flip is named."""

from typing import Any

import pytest

from agents.policy.compiling import compiled_of
from agents.policy.document import Document
from agents.policy.facts import Facts, Failed
from agents.policy.recorded_facts import to_json
from agents.policy.replaying import Flip, Recorded, Replayed, replay
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


def test_what_stays_as_it_was_stands_between_flips_and_hides_none() -> None:
    # given calls of which only the first and the last would be judged otherwise, when tried, then both are told
    decisions = [decided(str(at), a_call(tool)) for at, tool in enumerate(("send", "post", "burn", "send"))]
    candidate = a_workspace(ask("post", "post"), deny("burn", "burn"))
    assert [one.call for one in replay(compiled_of(None, candidate), decisions).flips] == ["0", "3"]


@pytest.mark.parametrize(
    ("counts", "unsure"),
    [
        ({}, "uses within 3600 s, 86400 s, 172800 s were not counted then"),
        ({86_400: 1}, "uses within 3600 s, 172800 s were not counted then"),
        ({3_600: 1, 86_400: 1, 172_800: 1}, ""),
        (Failed("journal"), "uses within 3600 s, 86400 s, 172800 s were not counted then"),
    ],
)
def test_each_count_that_was_not_taken_then_is_named(counts: dict[int, int] | Failed, unsure: str) -> None:
    # given a candidate that asks for uses within three times, when tried on a decision, then those are told that were
    # not counted for it
    within = {"b": "2d", "a": "1d", "c": "1h"}
    rules = [allow(name, "other", where={"calls": {"within": one, "at_most": 9}}) for name, one in within.items()]
    [flip] = replay(compiled_of(None, a_workspace(*rules)), [decided("1", a_call("send", counts=counts))]).flips
    assert flip.unsure == unsure


@pytest.mark.parametrize(
    ("was", "would_be", "laxer"),
    [
        (Verdict.DENY, Verdict.ASK, True),
        (Verdict.ASK, Verdict.ALLOW, True),
        (Verdict.ALLOW, Verdict.ASK, False),
        (Verdict.ASK, Verdict.ASK, False),
    ],
)
def test_laxer_is_what_lets_through_what_was_kept_back(was: Verdict, would_be: Verdict, laxer: bool) -> None:
    # given what a call was and would be, then it is laxer where less is kept back, and as long as nothing is said, sure
    flip = Flip("1", "send", 0, was, "a", would_be, "b", "It is so.")
    assert (flip.laxer, flip.unsure) == (laxer, "")


def test_what_flips_most_often_is_counted_first_and_then_by_name() -> None:
    # given flips of three sorts, when counted, then the most frequent stands first, and of equals the first by name
    sorts = [(Verdict.DENY, Verdict.ASK), (Verdict.DENY, Verdict.ALLOW), (Verdict.ASK, Verdict.ALLOW)]
    flips = [Flip("1", "send", 0, was, "a", now, "b", "") for was, now in (*sorts, sorts[0])]
    counts = Replayed(4, tuple(flips), ()).counts()
    assert list(counts.items()) == [("deny -> ask", 2), ("ask -> allow", 1), ("deny -> allow", 1)]


def test_other_programs_are_told_what_could_not_be_read_and_what_is_not_sure() -> None:
    # given a record that cannot be read, and a flip that is not sure, when told as JSON, then both stand there
    flip = Flip("1", "send", 7, Verdict.ASK, "a", Verdict.DENY, "b", "It is so.", "not counted")
    told = Replayed(1, (flip, flip), (("2", "odd"),)).as_json()
    assert told["unreadable"] == [{"call": "2", "why": "odd"}]
    assert told["counts"] == {"ask -> deny": 2}
    assert [(one["unsure"], one["at"], one["reason"]) for one in told["flips"]] == [("not counted", 7, "It is so.")] * 2
