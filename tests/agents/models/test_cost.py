"""What a Turn costs, by the price that held on its day and in its band."""

from datetime import date

import pytest

from agents.models.cost import PRICES, cost_of
from agents.models.provider import Usage

TODAY = date(2026, 11, 24)
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("model", "usage", "on", "usd"),
    [
        ("claude-sonnet-5-5", Usage(fresh=MILLION), TODAY, 2.0),
        ("claude-sonnet-5-5", Usage(output=MILLION), TODAY, 10.0),
        ("claude-sonnet-5-5", Usage(cache_read=MILLION), date(2026, 10, 6), 0.20),
        ("claude-sonnet-5-5", Usage(cache_read=MILLION), date(2026, 10, 7), 0.10),
        ("claude-opus-5-5", Usage(cache_write_5m=MILLION, cache_write_1h=MILLION), TODAY, 13.0),
        ("claude-haiku-5-5", Usage(fresh=100_000), TODAY, 0.01),
        ("claude-haiku-5-5", Usage(fresh=60_000, cache_read=40_001), TODAY, 0.03200005),
    ],
)
def test_each_kind_of_token_has_its_price(model: str, usage: Usage, on: date, usd: float) -> None:
    # given a call, when its cost is asked for, then it is the table's, rounded up to a millionth
    cost = cost_of(model, usage, on)
    assert cost.known
    assert usd * MILLION <= cost.micro_usd < usd * MILLION + 1


@pytest.mark.failure_mode(66)
def test_a_model_without_a_price_costs_as_much_as_the_dearest() -> None:
    # given a model that the table does not know, when its cost is asked for, then no known one would have cost more
    usage = Usage(fresh=10_000, output=10_000)
    unknown = cost_of("somebody-elses-model", usage, TODAY)
    assert not unknown.known
    assert unknown.micro_usd == max(cost_of(row.model, usage, TODAY).micro_usd for row in PRICES)


def test_a_part_of_a_millionth_is_charged_as_one() -> None:
    # given one cached token, when its cost is asked for, then it is not nothing
    assert cost_of("claude-haiku-5-5", Usage(cache_read=1), TODAY).micro_usd == 1
    assert cost_of("claude-haiku-5-5", Usage(), TODAY).micro_usd == 0
