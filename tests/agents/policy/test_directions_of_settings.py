"""For each setting, what another value of it does to rights: what is not certain to give less is said to give more."""

from decimal import Decimal
from typing import Any

import pytest

from agents.policy.change import Direction
from agents.policy.directions_of_settings import ADDING, SETTINGS

NAMES = ["approvers.people", "approvers.groups", "editors.people", "editors.groups", "grants"]
BUDGETS = ["run_usd", "day_usd", "month_usd", "person_day_usd", "runs_an_hour", "person_runs_an_hour"]
LIMITS = ["approvers.most_an_hour", *(f"budget.{one}" for one in BUDGETS)]
SPANS = ["approvers.expires", "retention.content"]

STRICTER_FIRST: dict[str, tuple[Any, ...]] = {
    "enabled": (False, True),
    "asking.members": (False, True),
    "asking.guests": ("restrict", "channel_only", "allow"),
    "reply_mode": ("mention", "follow", "read_along"),
    **dict.fromkeys(NAMES, (None, ("U1",), ("U1", "U2"))),
    "asking.groups": (("S1",), ("S1", "S2"), None),
    **dict.fromkeys(LIMITS, (Decimal(0), Decimal("0.01"), Decimal(5), None)),
    **dict.fromkeys(SPANS, ("90m", "2h", "47h", "2d")),
}
"""Values of each setting whose order is one of rights."""


@pytest.mark.parametrize("setting", STRICTER_FIRST)
def test_a_stricter_value_narrows_and_a_laxer_one_widens(setting: str) -> None:
    # given two values of a setting, when the one takes the other's place, then it narrows where it gives less
    values = STRICTER_FIRST[setting]
    for low, strict in enumerate(values):
        for lax in values[low + 1 :]:
            assert SETTINGS[setting](lax, strict) is Direction.NARROWS
            assert SETTINGS[setting](strict, lax) is Direction.WIDENS


@pytest.mark.parametrize("setting", [*NAMES, "asking.groups"])
def test_of_names_others_widen_and_the_same_in_another_order_do_not(setting: str) -> None:
    # given a list of names, when one is exchanged, then it widens; when only their order is another, it does not
    assert SETTINGS[setting](("U1", "U2"), ("U1", "U3")) is Direction.WIDENS
    assert SETTINGS[setting](("U1", "U2"), ("U2", "U1")) is Direction.NARROWS


@pytest.mark.parametrize("setting", STRICTER_FIRST)
def test_the_same_value_widens_nothing(setting: str) -> None:
    # given a value, when it is said again, or in another unit, then it gives no more
    for one in STRICTER_FIRST[setting]:
        if one is not None:
            assert SETTINGS[setting](one, one) is Direction.NARROWS
    if setting in SPANS:
        assert SETTINGS[setting]("2d", "48h") is Direction.NARROWS


@pytest.mark.parametrize("setting", ["enabled", "asking.members", "asking.guests", "reply_mode"])
def test_a_value_that_has_no_place_in_the_order_widens(setting: str) -> None:
    # given a value of which nobody said how strict it is, when it comes or goes, then it is said to widen
    for one in STRICTER_FIRST[setting]:
        assert SETTINGS[setting]("another", one) is Direction.WIDENS
        assert SETTINGS[setting](one, "another") is Direction.WIDENS


@pytest.mark.parametrize("setting", ["model", "effort", "instructions", "approvers.asked_in"])
def test_what_gives_no_rights_neither_widens_nor_narrows(setting: str) -> None:
    # given a setting on which nobody's rights rest, when it becomes another, then that is neither
    assert SETTINGS[setting]("one", "other") is Direction.NEITHER


def test_the_audit_trail_may_be_kept_longer_and_shortening_it_is_never_unseen() -> None:
    # given how long the audit trail is kept, when it is as long or longer, then that is neither; shorter, it widens
    keeps = SETTINGS["retention.audit"]
    assert [keeps("30d", one) for one in ("40d", "30d", "720h", "29d", "719h")] == [
        *[Direction.NEITHER] * 3,
        *[Direction.WIDENS] * 2,
    ]


def test_each_scopes_word_counts_beside_the_others_for_instructions_grants_and_budgets() -> None:
    # given the settings, then just of these every scope's word counts
    assert {"instructions", "grants", *(f"budget.{one}" for one in BUDGETS)} == ADDING
