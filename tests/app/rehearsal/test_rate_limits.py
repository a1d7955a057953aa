"""Token buckets with Slack's tiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rehearsal.rate_limits import POST_BURST, TIERS, RateLimits


@pytest.mark.parametrize(("tier", "per_minute"), TIERS.items())
def test_a_tier_admits_its_calls_a_minute_and_then_says_how_long_to_wait(tier: int, per_minute: int) -> None:
    # given
    limits = RateLimits()
    # when
    waits = [limits.wait_for("m", tier, "", 1_000.0) for _ in range(per_minute + 1)]
    # then
    assert waits[:-1] == [0] * per_minute
    assert waits[-1] >= 1
    assert limits.wait_for("m", tier, "", 1_000.0 + waits[-1]) == 0


@given(st.lists(st.floats(min_value=0, max_value=3), max_size=60))
def test_no_channel_ever_gets_more_than_its_burst_and_one_a_second(gaps: list[float]) -> None:
    # given posts with any gaps between them
    limits, now, admitted = RateLimits(), 1_000.0, 0
    # when
    for gap in gaps:
        now += gap
        admitted += limits.wait_for("chat.postMessage", 4, "C1", now) == 0
    # then
    assert admitted <= POST_BURST + (now - 1_000.0) + 1e-6


def test_methods_and_channels_do_not_take_from_each_other() -> None:
    # given a channel that is used up
    limits = RateLimits()
    while limits.wait_for("chat.postMessage", 4, "C1", 0.0) == 0:
        continue
    # when / then
    assert limits.wait_for("chat.postMessage", 4, "C2", 0.0) == 0
    assert limits.wait_for("chat.update", 3, "C1", 0.0) == 0


@pytest.mark.parametrize("factor", [0, -1, float("nan")])
def test_limits_cannot_be_switched_off(factor: float) -> None:
    # given / when / then
    with pytest.raises(ValueError, match="above 0"):
        RateLimits().set_factor(factor)
