"""What a decision rested on is kept so that it can be judged again, by this code and by other code."""

import json

import pytest
from hypothesis import given

from agents.labels import Labels
from agents.policy.document import Document
from agents.policy.facts import Facts, Failed, Speaker
from agents.policy.judging import judge
from agents.policy.pages import Known
from agents.policy.recorded_facts import FORM, NotReadable, from_json, to_json
from agents.surface import PersonKind
from tests.given.policies import ANN, CALLS, a_call, documents, many, of
from tools.contract import Destination, Effect, Reach, Source, Trust


@many
@given(documents(), CALLS)
@pytest.mark.requirement("AUTHZ-10")
def test_what_was_recorded_is_judged_as_it_was(document: Document, call: Facts) -> None:
    # given any call, when it is recorded, kept as text and read again
    again = from_json(json.loads(json.dumps(to_json(call))))

    # then any policy judges it as before, and it is recorded as before
    assert judge(of(document), again) == judge(of(document), call)
    assert to_json(again) == to_json(call)


PAGE = "https://wiki.example/a"


def test_of_what_a_run_knew_only_what_decides_is_kept() -> None:
    # given a call that asks for one page, by a Run that knows many addresses and has read much
    call = a_call(
        "fetch_page",
        effect=Effect.READ,
        reach=Reach.OUTSIDE,
        destination=Destination("page", PAGE),
        known=Known(frozenset({PAGE, "https://secret.example/x"}), frozenset({"https://secret.example/y"})),
        hosts=frozenset({"*.example", "other.net"}),
        labels=Labels(frozenset({"channel:C1"}), Trust.UNTRUSTED, frozenset({Source("page", "secret", "d", "secret")})),
    )

    # when recorded, then nothing of the rest stands there
    kept = to_json(call)
    assert (kept["written"], kept["hosts"]) == ([PAGE], ["*.example"])
    assert kept["labels"] == {"readers": ["channel:C1"], "trust": "untrusted"}
    assert "secret" not in json.dumps(kept)


def test_what_could_not_be_loaded_could_not_be_loaded() -> None:
    # given facts of which some could not be found out
    call = a_call(
        speakers=(Speaker("U1", PersonKind.MEMBER, Failed("timeout"), Failed("timeout")),),
        external_channel=Failed("ratelimited"),
        counts=Failed("journal"),
        labels=Failed("journal"),
        audience=Failed("x"),
        may_have_happened=Failed("x"),
        trigger=Failed("x"),
    )

    # when kept and read, then they are the same
    assert from_json(to_json(call)) == call


def test_what_newer_code_added_is_passed_over_and_what_it_names_anew_is_not_known() -> None:
    # given a record of newer code: further fields, a further trigger, a further kind of person
    kept = to_json(a_call())
    kept |= {"weather": "rain", "trigger": "dream", "speakers": [{"id": "U9", "kind": "robot", "mood": "good"}]}

    # when read, then the rest stands, and the new words are the most careful known ones
    read = from_json(kept)
    assert read.tool == "send"
    assert read.trigger is None
    assert read.speakers == (Speaker("U9", PersonKind.STRANGER),)


def test_what_older_code_did_not_have_is_not_known() -> None:
    # given a record with the least that a decision had
    read = from_json({"form": FORM, "tool": "send", "effect": "act", "reach": "inside", "at": 5})

    # when read, then all else is not known, and what was read counts as anyone's
    assert (read.host, read.audience, read.speakers, read.counts) == (None, None, (), {})
    assert read.labels == Labels(trust=Trust.UNTRUSTED)


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"form": "facts/2", "tool": "send", "at": 1},
        {"form": FORM, "at": 1},
        {"form": FORM, "tool": "send", "effect": "vanish", "at": 1},
        {"form": FORM, "tool": "send", "at": 1, "speakers": [3]},
        {"form": FORM, "tool": "send", "at": 1, "counts": ["x"]},
    ],
)
def test_what_cannot_be_judged_again_says_so(kept: dict[str, object]) -> None:
    # given such a record, when read, then it is refused with a sentence, and nothing is guessed
    with pytest.raises(NotReadable, match=r"^it "):
        from_json(kept)


def test_a_call_says_little() -> None:
    # given a plain call, when recorded, then what is not known and what says nothing is left out
    assert to_json(a_call(speakers=(ANN,))) == {
        "form": FORM,
        "tool": "send",
        "here": "C1",
        "effect": "act",
        "reach": "inside",
        "speakers": [{"id": "U1ANN", "kind": "member", "groups": ["S1"], "member": True}],
        "trigger": "mention",
        "at": a_call().at,
        "counts": {},
        "labels": {"readers": [], "trust": "trusted"},
        "web": True,
    }
