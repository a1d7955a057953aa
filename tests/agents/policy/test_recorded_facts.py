"""What a decision rested on is kept so that it can be judged again, by this code and by other code."""

import json

import pytest
from hypothesis import given

from agents.labels import Labels
from agents.policy.conditions import Trigger
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
    assert "linked" not in kept
    assert kept["labels"] == {"readers": ["channel:C1"], "trust": "untrusted"}
    assert "secret" not in json.dumps(kept)


@pytest.mark.parametrize(
    "destination", [None, Destination("channel", "C1"), Destination("request", PAGE), Destination("page", "no address")]
)
def test_what_is_no_page_has_no_grounds(destination: Destination | None) -> None:
    # given a call that asks for no page, by a Run that knows some, when recorded, then none of them is kept
    known = Known(frozenset({PAGE}), frozenset({PAGE}))
    kept = to_json(a_call(destination=destination, known=known, hosts=frozenset({"wiki.example"})))
    assert not {"written", "linked", "hosts"} & set(kept)


EVERYTHING = Facts(
    tool="fetch_page",
    effect=Effect.READ,
    reach=Reach.OUTSIDE,
    fits="`url` is missing",
    destination=Destination("page", PAGE),
    host="wiki.example",
    port=443,
    path="/a",
    method="GET",
    channel="C2",
    person="U2",
    amount=1.5,
    speakers=(Speaker("U1", PersonKind.ADMIN, frozenset({"S2", "S1"}), False), Speaker("U2", PersonKind.GUEST)),
    trigger=Trigger.AMBIENT,
    here="C1",
    external_channel=True,
    at=5,
    counts={86_400: 7, 3_600: 2},
    labels=Labels(frozenset({"channel:C2", "channel:C1"}), Trust.TRUSTED),
    has_read_untrusted=False,
    audience=frozenset({"everyone", "channel:C1"}),
    known=Known(frozenset({PAGE}), frozenset({PAGE})),
    hosts=frozenset({"wiki.example", "*.example"}),
    web=False,
    frozen="the workspace is frozen",
    over_budget="the day's budget",
    may_have_happened=True,
    refused_before=True,
)
"""A call of which everything is known, and says something."""

RECORD = {
    "form": "facts/1",
    "tool": "fetch_page",
    "effect": "read",
    "reach": "outside",
    "fits": "`url` is missing",
    "destination": {"kind": "page", "id": PAGE},
    "host": "wiki.example",
    "port": 443,
    "path": "/a",
    "method": "GET",
    "channel": "C2",
    "person": "U2",
    "amount": 1.5,
    "speakers": [{"id": "U1", "kind": "admin", "groups": ["S1", "S2"], "member": False}, {"id": "U2", "kind": "guest"}],
    "trigger": "ambient",
    "here": "C1",
    "external_channel": True,
    "at": 5,
    "counts": {"3600": 2, "86400": 7},
    "labels": {"readers": ["channel:C1", "channel:C2"], "trust": "trusted"},
    "has_read_untrusted": False,
    "audience": ["channel:C1", "everyone"],
    "written": [PAGE],
    "linked": [PAGE],
    "hosts": ["*.example", "wiki.example"],
    "web": False,
    "frozen": "the workspace is frozen",
    "over_budget": "the day's budget",
    "may_have_happened": True,
    "refused_before": True,
}
"""How it stands in a row: rows outlive code, so that none of these words may become another."""


def test_all_that_is_known_is_kept_in_words_that_stay() -> None:
    # given a call of which everything is known, when kept and read, then nothing is lost, and the row is as it ever was
    assert to_json(EVERYTHING) == RECORD
    assert from_json(RECORD) == EVERYTHING


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
    read = from_json({"form": "facts/1", "tool": "send", "at": 5})

    # when read, then all else is not known, and what was read counts as anyone's
    careful = Labels(trust=Trust.UNTRUSTED)
    assert read == Facts(tool="send", effect=None, reach=None, at=5, labels=careful)


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        (None, Labels(trust=Trust.UNTRUSTED)),
        ({}, Labels(trust=Trust.UNTRUSTED)),
        ({"readers": ["channel:C1"], "trust": "sworn"}, Labels(frozenset({"channel:C1"}), Trust.UNTRUSTED)),
        ({"trust": "trusted"}, Labels()),
    ],
)
def test_what_was_read_is_trusted_only_where_the_record_says_so_in_a_word_we_know(labels: object, read: Labels) -> None:
    # given labels as a record has them, when read, then a word that this code does not know trusts nobody
    assert from_json({"form": "facts/1", "tool": "send", "at": 5, "counts": None, "labels": labels}).labels == read


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


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"form": "facts/2", "tool": "send", "at": 1}, "it is of the form 'facts/2', and this code reads 'facts/1'"),
        ({"tool": "send", "at": 1}, "it is of the form None, and this code reads 'facts/1'"),
        ({"form": "facts/1", "at": 1}, "it cannot be read: KeyError: 'tool'"),
    ],
)
def test_why_it_cannot_be_judged_again_is_told(kept: dict[str, object], said: str) -> None:
    # given such a record, when read, then whoever looks learns what it is that does not fit
    with pytest.raises(NotReadable) as refused:
        from_json(kept)
    assert str(refused.value) == said


def test_a_call_says_little() -> None:
    # given a plain call, when recorded, then what is not known and what says nothing is left out
    assert to_json(a_call(speakers=(ANN,))) == {
        "form": "facts/1",
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
