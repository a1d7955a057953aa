"""What one Run may use before it is ended with a sentence."""

from dataclasses import replace
from typing import Any

import pytest

from agents.clock import us
from agents.runs.ceilings import Ceilings, reached
from agents.runs.life import Run, State
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import uses
from tools.contract import Effect

LIMITS = Ceilings(turns=3, minutes=2, tokens=1_000, usd=0.5)


def a_run(**values: Any) -> Run:
    """A Run that has used nothing."""
    given: dict[str, Any] = dict.fromkeys(Run.__dataclass_fields__, None)
    given |= {
        "status": State.WORKING,
        "turns": 0,
        "tokens": 0,
        "cost_micro_usd": 0,
        "waited_us": 0,
        "created_at": 0,
        "begun_at": us(100),
    }
    return Run(**(given | values))


@pytest.mark.failure_mode(66)
@pytest.mark.parametrize(
    ("which", "under", "at"),
    [
        ("turns", {"turns": 2}, {"turns": 3}),
        ("tokens", {"tokens": 999}, {"tokens": 1_000}),
        ("usd", {"cost_micro_usd": 499_999}, {"cost_micro_usd": 500_000}),
        ("minutes", {"begun_at": us(80) + 1}, {"begun_at": us(80)}),
    ],
)
def test_a_ceiling_is_reached_exactly_where_it_stands(which: str, under: dict[str, int], at: dict[str, int]) -> None:
    # given a Run right under a ceiling and one right at it, when asked, then only the second has reached it
    assert reached(LIMITS, a_run(**under), us(200)) is None
    found = reached(LIMITS, a_run(**at), us(200))
    assert found is not None
    assert found.cause == f"ceiling:{which}"
    assert f"[limits] {which}" in found.sentence


def test_a_run_that_nobody_has_begun_counts_from_its_request() -> None:
    # given a Run that was never begun, when its minutes are over, then that is a ceiling too
    assert reached(LIMITS, a_run(begun_at=None, created_at=us(10)), us(131)) is not None


@pytest.mark.failure_mode(66)
def test_a_run_that_would_go_on_for_ever_ends_with_a_sentence(engine: Engine) -> None:
    # given a model that always wants one more call, and a ceiling of three Turns
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ, quick=True))
    for at in range(9):
        uses(engine.rehearsal, ("look", str(at)))
    engine.room = replace(engine.room, conduct=replace(engine.room.conduct, ceilings=replace(LIMITS, tokens=10**9)))
    posted, run = engine.asks("ann", "look for ever")

    # when workers work
    engine.work()

    # then it ended after three, with its cause, and people can read why
    standing = engine.run(run.id)
    assert (standing.status, standing.cause, standing.turns) == (State.FAILED, "ceiling:turns", 3)
    assert "limit of 3 rounds" in engine.answers(posted)[0]
