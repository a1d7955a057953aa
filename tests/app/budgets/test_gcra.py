"""Calls are counted alike by the model, by a process and by the broker's server, and never beyond what there is."""

import os
import uuid
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from agents.clock import Clock
from app.budgets.gcra import MOST_HELD, MOST_PROMISED, WHOLE, Bucket, Standing, ask, hold
from app.budgets.shared import SCRIPT, SharedBuckets, redis_url

BEGIN = 1_795_000_000_000_000
"""A moment in microseconds; sums of such numbers must stay whole where the server counts with doubles."""

buckets = st.builds(
    Bucket, st.sampled_from(["post", "edit"]), st.integers(1, 60_000_000), st.integers(1, 40).filter(lambda n: n > 0)
)
pauses = st.lists(st.integers(0, 3_000_000), min_size=1, max_size=60)
parts = st.sampled_from([25, 50, 75, WHOLE])


def fresh() -> defaultdict[str, Standing]:
    """Buckets that nobody has used."""
    return defaultdict(Standing)


@given(bucket=buckets, pauses=pauses, part=parts)
def test_in_no_window_are_there_more_calls_than_the_burst_and_what_its_time_brings(
    bucket: Bucket, pauses: list[int], part: int
) -> None:
    # given calls at any moments, when they ask
    standings, at, taken = fresh(), BEGIN, []
    for pause in pauses:
        at += pause
        if ask(standings, [bucket], part, at) == 0:
            taken.append(at)
    # then between any two of those that were made there are no more than the bucket has
    most = bucket.usable(part) // bucket.interval
    for first, begins in enumerate(taken):
        for many, ends in enumerate(taken[first:], 1):
            assert many <= most + (ends - begins) // bucket.interval


@given(bucket=buckets, pauses=pauses, part=st.sampled_from([25, 50, 75]))
def test_what_is_kept_back_is_there_for_an_answer_whatever_decorations_do(
    bucket: Bucket, pauses: list[int], part: int
) -> None:
    # given a bucket large enough to keep something back, and decorations that take all they may
    standings, at = fresh(), BEGIN
    for pause in pauses:
        at += pause
        while ask(standings, [bucket], part, at) == 0:
            pass
    # when an answer is to be posted at that very moment, then it is
    if bucket.burst * part // WHOLE >= 1 and bucket.burst > 1:
        assert ask(standings, [bucket], WHOLE, at) == 0


@given(bucket=buckets, wait=st.integers(1, MOST_HELD), pauses=pauses, part=parts)
def test_nobody_calls_before_the_moment_that_the_other_side_named(
    bucket: Bucket, wait: int, pauses: list[int], part: int
) -> None:
    # given a bucket that is held
    standings, at = fresh(), BEGIN
    hold(standings, [bucket], wait, at)
    until = at + wait
    # when calls ask before, then each is told a moment that is not before it
    for pause in pauses:
        at += pause
        if at < until:
            told = ask(standings, [bucket], part, at)
            assert told >= until - at
    # when somebody asks then, with nothing kept back, then one call is made and no second one
    assert ask(standings, [bucket], WHOLE, until) == 0
    assert ask(standings, [bucket], WHOLE, until) > 0


@given(bucket=buckets, pauses=pauses, back=st.integers(1, 10**13))
def test_a_clock_that_goes_back_leaves_an_empty_bucket_at_worst(bucket: Bucket, pauses: list[int], back: int) -> None:
    # given a bucket that is in use
    standings, at = fresh(), BEGIN
    for pause in pauses:
        at += pause
        ask(standings, [bucket], WHOLE, at)
    # when the clock goes back by any span, then the bucket is empty at worst: the next call comes in its time
    at -= back
    ask(standings, [bucket], WHOLE, at)
    assert ask(standings, [bucket], WHOLE, at + bucket.interval) == 0


@given(bucket=buckets, many=st.integers(2, 60), part=parts)
def test_each_who_is_refused_gets_a_turn_of_his_own(bucket: Bucket, many: int, part: int) -> None:
    # given a bucket without a call left
    standings = fresh()
    while ask(standings, [bucket], part, BEGIN) == 0:
        pass
    # when many ask at once, then no two are told to come at the same moment, as long as turns are given out
    turns = [ask(standings, [bucket], part, BEGIN) for _ in range(many)]
    early = [turn for turn in turns if turn < MOST_PROMISED]
    assert len(set(early)) == len(early)
    assert turns == sorted(turns)


acts = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask", "hold"]),
        st.integers(-2_000_000, 3_000_000),
        parts,
        st.integers(1, 90_000_000),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60)
@given(narrow=st.integers(1, 3_000_000), wide=st.integers(1, 3_000_000), burst=st.integers(1, 12), acts=acts)
def test_the_server_counts_as_the_model_does(
    narrow: int, wide: int, burst: int, acts: list[tuple[str, int, int, int, bool]]
) -> None:
    # given one history of calls and holds, by a clock that may also go back
    prefix, standings, at = f"gcra-{uuid.uuid4().hex}:", fresh(), BEGIN
    both = [Bucket(f"{prefix}channel", narrow, burst), Bucket(f"{prefix}all", wide, burst * 3)]
    with Redis.from_url(redis_url(os.environ["TEST_BROKER_URL"])) as server:
        script = server.register_script(SCRIPT)
        for act, pause, part, wait, wholly in acts:
            at += pause
            used = both if wholly else both[:1]
            # when the model and the server are asked the same
            expected = 0
            if act == "ask":
                expected = ask(standings, used, part, at)
            else:
                hold(standings, used, wait, at)
            numbers = [number for one in used for number in (one.interval, one.burst)]
            given_ = part if act == "ask" else wait
            told = script([one.key for one in used], [act, at, given_, MOST_HELD, MOST_PROMISED, *numbers])
            # then they say the same
            assert int(told) == expected


def test_two_processes_share_what_the_server_keeps(broker_url: str) -> None:
    # given two processes' buckets over one server
    prefix = f"shared-{uuid.uuid4().hex}:"
    one, two = SharedBuckets(broker_url, Clock(), prefix=prefix), SharedBuckets(broker_url, Clock(), prefix=prefix)
    bucket = [Bucket("post", 60_000_000, 2)]
    # when both use it, then the burst is there once, and who was asked to wait by Slack holds the other back too
    assert [one.ask(bucket, WHOLE), two.ask(bucket, WHOLE)] == [0, 0]
    assert 50 < one.ask(bucket, WHOLE) <= 60
    other = [Bucket("edit", 1, 100)]
    one.hold(other, 7)
    assert 6 < two.ask(other, WHOLE) <= 7
    one.close()
    two.close()


@pytest.mark.parametrize("broker_url", ["redis://127.0.0.1:1/0", "sentinel://127.0.0.1:1", ""])
def test_without_the_server_each_process_counts_its_own(broker_url: str) -> None:
    # given a broker that is away, or that only Celery understands
    shared = SharedBuckets(broker_url, Clock())
    bucket = [Bucket("post", 60_000_000, 2)]
    # when calls ask, then none fails, and the process keeps to the limits by itself
    assert [shared.ask(bucket, WHOLE) > 0 for _ in range(3)] == [False, False, True]
    shared.hold([Bucket("edit", 1, 9)], 7)
    assert shared.ask([Bucket("edit", 1, 9)], WHOLE) > 6
    shared.close()
