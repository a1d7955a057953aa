"""Who may ask in a channel at all, by what they are, by the settings, and by which gate they are kept out."""

from dataclasses import replace
from typing import Any

import pytest

from agents.policy.asking import may_ask, only_of_channel
from agents.policy.facts import Failed, NotLoaded, Speaker
from agents.policy.judgement import Gate
from agents.policy.resolving import Holding
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tests.given.policies import HERE, a_part, a_workspace, of

NOBODY_KNOWS = Failed("timeout")
KINDS = {one.value: one for one in PersonKind}


def holding(**asking: Any) -> Holding:
    """Return what holds in a channel of a workspace with these settings of who may ask."""
    return of(a_workspace(default=a_part(settings={"asking": asking}))).holding(HERE)


def someone(kind: str, **known: Any) -> Speaker:
    """Return someone who is in the channel, and in no user group of which anything is known."""
    return replace(Speaker("U1", KINDS[kind], None, True), **known)


OF_S1 = {"groups": frozenset({"S1", "S7"})}
OUT = {"member": False}

CASES: list[tuple[dict[str, Any], str, dict[str, Any], Gate | None]] = [
    # by the built-in settings
    *(({}, one, {}, None) for one in ("admin", "member", "bot")),
    *(({}, one, {}, Gate.GUESTS) for one in ("guest", "stranger")),
    *(({"guests": "allow"}, one, {"groups": frozenset({"S1"})}, None) for one in ("guest", "stranger", "member")),
    # whoever is deactivated may not, whatever is allowed to others
    *(({"guests": one, "members": True}, "gone", {}, Gate.GONE) for one in ("restrict", "channel_only", "allow")),
    # guests have to be in the channel
    *(({"guests": one}, "guest", OUT, Gate.GUESTS) for one in ("restrict", "channel_only", "allow")),
    *(({"guests": one}, "stranger", {"member": None}, Gate.GUESTS) for one in ("channel_only", "allow")),
    *(({}, one, OUT, None) for one in ("admin", "member", "bot")),
    # where nobody but admins may ask
    *(({"members": False, "guests": "allow"}, one, {}, Gate.ASKING) for one in ("member", "guest", "stranger")),
    *(({"members": False}, one, {}, None) for one in ("admin", "bot")),
    # guests whom only the channel serves are not asked for groups
    ({"members": False, "guests": "channel_only"}, "guest", {}, None),
    ({"groups": ("S1",), "guests": "channel_only"}, "stranger", {}, None),
    # where only certain groups may ask
    *(({"groups": ("S1", "S2"), "guests": "allow"}, one, OF_S1, None) for one in ("member", "guest")),
    *(({"groups": ("S2",), "guests": "allow"}, one, OF_S1, Gate.ASKING) for one in ("member", "guest")),
    *(({"groups": ("S1",)}, "member", {"groups": one}, Gate.ASKING) for one in (None, frozenset[str]())),
    *(({"groups": ("S1",)}, one, {}, None) for one in ("admin", "bot")),
    ({"groups": ("S1",), "members": False}, "member", OF_S1, Gate.ASKING),
    # what could not be found out is of no matter where nothing rests on it
    ({}, "member", {"groups": NOBODY_KNOWS, "member": NOBODY_KNOWS}, None),
    ({"groups": ("S1",)}, "admin", {"groups": NOBODY_KNOWS}, None),
    ({}, "guest", {"member": NOBODY_KNOWS}, Gate.GUESTS),
    ({"guests": "channel_only"}, "guest", {"groups": NOBODY_KNOWS}, None),
]


@pytest.mark.parametrize(("asking", "kind", "known", "gate"), CASES)
def test_who_may_ask_follows_what_they_are_and_the_settings(
    asking: dict[str, Any], kind: str, known: dict[str, Any], gate: Gate | None
) -> None:
    # given settings and someone, when they ask, then they may, or are kept out by the gate that is told
    bite = may_ask(holding(**asking), someone(kind, **known))
    assert (bite.gate if bite else None) == gate
    if bite is not None:
        assert bite.verdict is Verdict.DENY
        assert bite.reason.endswith(".")


@pytest.mark.parametrize(
    ("asking", "kind", "known"),
    [
        *(({"guests": one}, "guest", {"member": NOBODY_KNOWS}) for one in ("channel_only", "allow")),
        ({"groups": ("S1",)}, "member", {"groups": NOBODY_KNOWS}),
    ],
)
def test_what_decides_and_could_not_be_found_out_is_not_guessed(
    asking: dict[str, Any], kind: str, known: dict[str, Any]
) -> None:
    # given someone of whom that could not be found out on which it rests, when they ask, then that is said
    with pytest.raises(NotLoaded, match="timeout"):
        may_ask(holding(**asking), someone(kind, **known))


def test_only_guests_whom_the_setting_keeps_to_the_channel_have_just_what_it_was_given() -> None:
    # given each value of the setting and each kind of person, then just these are kept to the channel
    kept = [
        (guests, kind)
        for guests in ("restrict", "channel_only", "allow")
        for kind in KINDS
        if only_of_channel(holding(guests=guests), someone(kind))
    ]
    assert kept == [("channel_only", "guest"), ("channel_only", "stranger")]
