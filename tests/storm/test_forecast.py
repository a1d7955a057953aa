"""A storm is its seed: what cannot be played again shows nothing."""

from itertools import pairwise

import pytest

from tests.storm.forecast import LASTS, RUNS, forecast
from tests.storm.storms import storms_of
from tests.storm.troubles import KINDS, SINGLE, Weather

SEEDS = range(1, 40)


@pytest.mark.parametrize("seed", [1, 2, 10_000])
def test_a_seed_is_always_the_same_storm(seed: int) -> None:
    # when it is forecast twice, then every mention and every trouble is the same
    assert forecast(seed, KINDS, SINGLE) == forecast(seed, KINDS, SINGLE)


def test_seeds_are_different_storms_in_which_every_trouble_comes() -> None:
    # given many storms
    told = [forecast(seed, KINDS, SINGLE) for seed in SEEDS]

    # then no two are alike, each has its mentions in its time, and nothing that may strike is left out
    assert len({one.asks for one in told}) == len(told)
    assert all(len(one.asks) == RUNS and 0 <= ask.at <= LASTS for one in told for ask in one.asks)
    assert {trouble.kind for one in told for trouble in one.troubles} == set(KINDS)


def test_a_server_that_is_away_is_not_taken_away_again() -> None:
    # given the troubles of one server in many storms
    for seed in SEEDS:
        for server in SINGLE:
            of = [one for one in forecast(seed, KINDS, SINGLE).troubles if one.kind.startswith(server)]

            # then each begins after the one before has ended
            assert all(first.at + first.seconds <= then.at for first, then in pairwise(of))


def test_every_trouble_can_be_done() -> None:
    # given the names of troubles, then each is a deed
    assert all(hasattr(Weather, "_" + kind.replace(" ", "_")) for kind in KINDS)


def test_so_many_storms_are_played_as_make_the_runs_that_were_asked_for() -> None:
    # when Runs are asked for, then whole storms are played, and none for none
    assert (storms_of(0, 1), storms_of(1, 1), storms_of(2 * RUNS, 5)) == ([], [1], [5, 6])
