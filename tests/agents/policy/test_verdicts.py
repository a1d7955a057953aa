"""Allow, ask, deny: of several, the strictest counts."""

from itertools import product

import pytest

from agents.policy.verdicts import STRICTNESS, Verdict, strictest

ALLOW, ASK, DENY = Verdict.ALLOW, Verdict.ASK, Verdict.DENY


def test_to_deny_is_stricter_than_to_ask_and_that_than_to_allow() -> None:
    assert sorted(STRICTNESS, key=STRICTNESS.__getitem__) == [ALLOW, ASK, DENY]
    assert sorted(STRICTNESS.values()) == [0, 1, 2]


@pytest.mark.parametrize("verdicts", [*product(Verdict, repeat=1), *product(Verdict, repeat=2), (ALLOW, DENY, ASK)])
def test_of_several_verdicts_the_strictest_counts_in_whatever_order(verdicts: tuple[Verdict, ...]) -> None:
    # given verdicts, then one that denies counts before one that asks, and that before those that allow
    wanted = DENY if DENY in verdicts else ASK if ASK in verdicts else ALLOW
    assert strictest(*verdicts) is wanted
