"""AUTHZ-20: a yes is to exactly one call; whatever of it changes makes another digest."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.approvals.binding import binding_of, destination_text, extent_of, tool_hash
from agents.audit.chain import canonical
from agents.labels import Labels
from agents.toolcalls.catalogue import described
from tests.given.plain_tools import Hand, Words
from tools.contract import Destination, Effect, Reach, Source, Trust

TOOL = Hand().tool("post_message", Effect.ACT)


class MoreWords(Words):
    loud: bool = False


WHOLE: dict[str, Any] = {
    "tool": TOOL,
    "arguments": {"what": "hello"},
    "destination": Destination("channel", "C1"),
    "run_id": "r1",
    "step": 2,
    "labels": Labels(frozenset({"channel:C1"}), Trust.TRUSTED),
    "decided": "d" * 64,
}

CHANGES: dict[str, dict[str, Any]] = {
    "another tool": {"tool": replace(TOOL, name="post_elsewhere")},
    "another schema": {"tool": replace(TOOL, arguments=MoreWords)},
    "another description": {"tool": replace(TOOL, description="Posts to everyone.")},
    "another effect": {"tool": replace(TOOL, effect=Effect.READ)},
    "another reach": {"tool": replace(TOOL, reach=Reach.OUTSIDE)},
    "another value": {"arguments": {"what": "hello "}},
    "a value more": {"arguments": {"what": "hello", "loud": True}},
    "another destination": {"destination": Destination("channel", "C2")},
    "another kind of destination": {"destination": Destination("page", "C1")},
    "no destination": {"destination": None},
    "another run": {"run_id": "r2"},
    "another step": {"step": 3},
    "no step": {"step": None},
    "narrower readers": {"labels": Labels(frozenset({"channel:C1", "channel:C2"}), Trust.TRUSTED)},
    "lower trust": {"labels": Labels(frozenset({"channel:C1"}), Trust.UNTRUSTED)},
    "another rule's text": {"decided": "e" * 64},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.requirement("AUTHZ-20")
def test_whatever_of_a_call_changes_makes_another_digest(change: str) -> None:
    # given a call that people said yes to, when one thing of it changes, then the digest does
    assert binding_of(**WHOLE | CHANGES[change]) != binding_of(**WHOLE)


def test_what_is_no_part_of_a_call_makes_no_other_digest() -> None:
    # given a call / when its arguments come in another order, and it has read from one source more
    labels = Labels(frozenset({"channel:C1"}), Trust.TRUSTED, frozenset({Source("file", "F1", "d")}))
    other = WHOLE | {"labels": labels, "tool": replace(TOOL, seconds=5.0)}

    # then it is the same call
    assert binding_of(**other) == binding_of(**WHOLE)
    assert binding_of(**WHOLE | {"arguments": {"b": 1, "a": 2}}) == binding_of(
        **WHOLE | {"arguments": {"a": 2, "b": 1}}
    )


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**50), 2**50) | st.booleans() | st.none(), max_size=4))
def test_two_calls_have_one_digest_only_where_their_arguments_are_equal(arguments: dict[str, Any]) -> None:
    # given arguments, when one value is added, then the digest differs; made again of the same, it is the same
    more = {**arguments, "added": "x" if arguments.get("added") != "x" else "y"}
    assert binding_of(**WHOLE | {"arguments": more}) != binding_of(**WHOLE | {"arguments": arguments})
    assert binding_of(**WHOLE | {"arguments": dict(arguments)}) == binding_of(**WHOLE | {"arguments": arguments})


@pytest.mark.parametrize("change", [one for one in CHANGES if not {"arguments", "step"} & set(CHANGES[one])])
def test_a_yes_for_the_run_extends_to_other_arguments_and_to_nothing_else(change: str) -> None:
    # given what a yes for the Run extends to, when anything but arguments and step changes, then it ends there
    whole = {name: value for name, value in WHOLE.items() if name not in {"arguments", "step"}}
    assert (extent_of(**whole | CHANGES[change]) != extent_of(**whole)) is (change != "lower trust")


def test_the_hash_of_a_tool_stays_as_long_as_the_tool_does() -> None:
    # given two tools of one shape, when each is hashed, then they are the same
    assert tool_hash(Hand().tool("post_message", Effect.ACT)) == tool_hash(TOOL)


def _sha256(value: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def test_a_yes_from_before_an_upgrade_still_binds_the_same_call() -> None:
    # given a call that people were asked about, when a later release makes its digest again, then from the same names
    hashed = _sha256({"offered": described(TOOL), "effect": "act", "reach": TOOL.reach.value})
    assert tool_hash(TOOL) == hashed
    bound = {
        "tool": "post_message",
        "tool_hash": hashed,
        "arguments": {"what": "hello"},
        "destination": {"kind": "channel", "id": "C1"},
        "run": "r1",
        "step": 2,
        "labels": {"readers": ["channel:C1"], "trust": "trusted"},
        "decided": "d" * 64,
    }
    assert binding_of(**WHOLE) == _sha256(bound)
    assert binding_of(**WHOLE | {"destination": None}) == _sha256(bound | {"destination": None})


def test_a_destination_is_told_by_kind_and_id() -> None:
    # given a destination, and none, when told, then it is both parts of it, or nothing
    assert destination_text(Destination("channel", "C1")) == "channel:C1"
    assert destination_text(None) == ""
