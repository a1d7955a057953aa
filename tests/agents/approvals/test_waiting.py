"""The time in which people are waited for is no work of a Run, however many calls they are asked about, and once."""

import pytest

from agents.approvals import waiting
from agents.approvals.life import State
from agents.messages import Press
from agents.runs.life import Run
from agents.runs.life import State as RunState
from tests.given.asked import BEN, asked, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import proposes, says, uses
from tests.given.time import move
from tests.given.workers import calls_of
from tests.laws.test_approvals import proposed
from tests.laws.test_people_while_asked import hears

HOUR = 3_600
MARGIN = 120
"""Seconds that a busy machine may take between two steps of a test."""


def waited(engine: Engine, run: Run) -> float:
    """Seconds that are counted as waited for people."""
    return engine.run(run.id).waited_us / 1_000_000


def lasts(engine: Engine, run: Run) -> float:
    """Seconds for which people have been waited for by now, which nothing counted yet."""
    found = engine.journal.read(lambda tx: waiting.lasting(tx, engine.run(run.id), tx.now()))
    return found / 1_000_000


def test_what_waits_is_not_counted_before_it_is_settled_and_then_whole(engine: Engine) -> None:
    # given a call that has waited for two hours
    posted, run = proposed(engine, Hand(), "hello")
    assert lasts(engine, run) < MARGIN
    move(engine.journal.database.clock, 2 * HOUR)
    assert waited(engine, run) == 0
    assert 2 * HOUR <= lasts(engine, run) < 2 * HOUR + MARGIN

    # when Ben says yes, then two hours were waited, and nothing waits any more
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    assert 2 * HOUR <= waited(engine, run) < 2 * HOUR + MARGIN
    assert lasts(engine, run) == 0


@pytest.mark.parametrize("first", [0, 1])
def test_hours_in_which_two_calls_waited_count_once_whichever_is_settled_first(engine: Engine, first: int) -> None:
    # given a call that waits, and two hours later one more
    posted, run = proposed(engine, Hand(), "hello")
    move(engine.journal.database.clock, 2 * HOUR)
    uses(engine.rehearsal, ("post_it", "bye"))
    hears(engine, "say bye too", posted.ts)
    ids = [one.id for one in asked(engine, run)]
    assert 2 * HOUR <= lasts(engine, run) < 2 * HOUR + MARGIN

    # when one is refused an hour later, and the other an hour after that
    move(engine.journal.database.clock, 3 * HOUR)
    votes(engine, posted, run, Press.REFUSE, ids[first], user=BEN)
    assert (2 * HOUR - MARGIN if first == 0 else 0) <= waited(engine, run) < (2 * HOUR if first == 0 else 0) + MARGIN
    move(engine.journal.database.clock, 4 * HOUR)
    votes(engine, posted, run, Press.REFUSE, ids[1 - first], user=BEN)

    # then four hours were waited
    assert 4 * HOUR <= waited(engine, run) < 4 * HOUR + MARGIN


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
def test_hours_in_which_three_calls_waited_count_once_in_whatever_order_they_are_settled(
    engine: Engine, order: tuple[int, int, int]
) -> None:
    # given three calls that were asked an hour apart
    posted, run = proposed(engine, Hand(), "hello")
    for hour, what in ((1, "bye"), (2, "again")):
        move(engine.journal.database.clock, hour * HOUR)
        uses(engine.rehearsal, ("post_it", what))
        hears(engine, f"say {what} too", posted.ts)
    ids = [one.id for one in asked(engine, run)]

    # when they are refused an hour apart, then five hours were waited
    for hour, which in zip((3, 4, 5), order, strict=True):
        move(engine.journal.database.clock, hour * HOUR)
        votes(engine, posted, run, Press.REFUSE, ids[which], user=BEN)
    assert abs(waited(engine, run) - 5 * HOUR) < MARGIN


def test_what_the_model_takes_back_was_waited_for_until_then(engine: Engine) -> None:
    # given a call that has waited for two hours
    posted, run = proposed(engine, Hand(), "hello")
    move(engine.journal.database.clock, 2 * HOUR)

    # when someone does not want it any more, and the model takes it back
    proposes(engine.rehearsal, ("withdraw_proposal", {"call": calls_of(engine, run)[0].id}))
    says(engine.rehearsal, "I took it back.")
    hears(engine, "never mind", posted.ts)

    # then the Run ends well: what people took was no work of it
    assert engine.run(run.id).status is RunState.DONE
    assert 2 * HOUR <= waited(engine, run) < 2 * HOUR + MARGIN


def test_a_clock_that_went_back_takes_nothing_away(engine: Engine) -> None:
    # given a call that was asked by a clock that was an hour ahead
    move(engine.journal.database.clock, HOUR)
    posted, run = proposed(engine, Hand(), "hello")
    move(engine.journal.database.clock, 0)

    # when it is refused by one that is right, then nothing was waited, and nothing less
    assert lasts(engine, run) == 0
    votes(engine, posted, run, Press.REFUSE, asked(engine, run)[0].id, user=BEN)
    assert asked(engine, run)[0].status is State.REFUSED
    assert waited(engine, run) == 0
