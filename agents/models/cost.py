"""What a Turn costs: usage to money, from a table of prices with the dates from which they hold."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal

from agents.models.provider import Usage


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens. `above` is the prompt size from which the row holds (Haiku 5.5 has two bands)."""

    model: str
    since: date
    fresh: Decimal
    write_5m: Decimal
    write_1h: Decimal
    read: Decimal
    output: Decimal
    above: int = 0


def _row(model: str, since: str, *prices: str, above: int = 0) -> Price:
    fresh, write_5m, write_1h, read, output = (Decimal(one) for one in prices)
    return Price(model, date.fromisoformat(since), fresh, write_5m, write_1h, read, output, above)


# Anthropic's model pages, read 2026-11-24. Columns: input, 5-minute write, 1-hour write, cache read, output.
PRICES = (
    _row("claude-fable-5-2", "2026-11-09", "8", "10", "16", "0.20", "40"),
    _row("claude-fable-5-1", "2026-01-01", "10", "12.50", "20", "0.25", "50"),
    _row("claude-opus-5-5", "2026-01-01", "4", "5", "8", "0.20", "20"),
    _row("claude-opus-5", "2026-01-01", "5", "6.25", "10", "0.50", "25"),
    _row("claude-sonnet-5-5", "2026-01-01", "2", "2.50", "4", "0.20", "10"),
    _row("claude-sonnet-5-5", "2026-10-07", "2", "2.50", "4", "0.10", "10"),
    _row("claude-sonnet-5", "2026-01-01", "2", "2.50", "4", "0.20", "10"),
    _row("claude-haiku-5-5", "2026-01-01", "0.10", "0.125", "0.20", "0.01", "0.50"),
    _row("claude-haiku-5-5", "2026-01-01", "0.50", "0.625", "1.00", "0.05", "2.50", above=100_000),
    _row("claude-haiku-4-5", "2026-01-01", "1", "1.25", "2", "0.10", "5"),
)

PRICED = frozenset(row.model for row in PRICES)
"""Models whose price is known."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Money of one call in millionths of a US dollar, rounded up. `known`: the model has a row of its own."""

    micro_usd: int
    known: bool


def cost_of(model: str, usage: Usage, on: date) -> Cost:
    """Return what a call cost. A model without a row is charged as the dearest one, and `known` is False."""
    rows = [
        row for row in PRICES if row.model == model and row.since <= on and (not row.above or usage.prompt > row.above)
    ]
    if rows:
        return Cost(_charge(max(rows, key=lambda row: (row.above, row.since)), usage), known=True)
    return Cost(_charge(max(PRICES, key=lambda row: row.output), usage), known=False)


def _charge(price: Price, usage: Usage) -> int:
    # USD per million tokens is the same number as micro-USD per token
    charge = (
        usage.fresh * price.fresh
        + usage.cache_write_5m * price.write_5m
        + usage.cache_write_1h * price.write_1h
        + usage.cache_read * price.read
        + usage.output * price.output
    )
    return int(charge.to_integral_value(rounding=ROUND_UP))
