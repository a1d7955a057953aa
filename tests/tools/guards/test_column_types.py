"""A column is what all its cells are; what can be read in two ways stays text and is told."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.guards.column_types import type_of


@pytest.mark.parametrize(
    ("cells", "kind", "sql"),
    [
        (["1", "-20", "", " 3 "], "number", "BIGINT"),
        (["1", "2.25"], "number", "DECIMAL(18, 2)"),
        (["1e5", "2"], "number", "DOUBLE"),
        (["9" * 19], "number", "DOUBLE"),
        (["1.234,50", "7"], "number", "DECIMAL(18, 2)"),
        (["1,234,567", "7"], "number", "BIGINT"),
        (["1,234.5"], "number", "DECIMAL(18, 1)"),
        (["2026-11-24"], "date", "DATE"),
        (["2026-11-24 12:30", "2026-11-24T12:30:59.5"], "date", "TIMESTAMP"),
        (["24.12.2026", "1.2.2026"], "date", "DATE"),
        (["true", "FALSE"], "boolean", "BOOLEAN"),
        (["", "  "], "text", "VARCHAR"),
        (["North"], "text", "VARCHAR"),
        (["00123"], "text", "VARCHAR"),
        (["1,234", "5,678"], "text", "VARCHAR"),
        (["1,5", "1.234.567", "1,234.5"], "text", "VARCHAR"),
        (["1", "2", "n/a"], "text", "VARCHAR"),
        (["03/04/2026"], "text", "VARCHAR"),
        (["2026-13-01"], "text", "VARCHAR"),
        (["2026-02-30"], "text", "VARCHAR"),
        (["31.11.2026"], "text", "VARCHAR"),
        (["1e999"], "text", "VARCHAR"),
        (["9" * 400], "text", "VARCHAR"),
        (["٣", "٤"], "text", "VARCHAR"),
        (["=1+1"], "text", "VARCHAR"),
    ],
)
def test_a_column_has_the_type_that_every_cell_has(cells: list[str], kind: str, sql: str) -> None:
    # given cells
    # when their type is asked for
    found = type_of(cells)

    # then it is that of all of them
    assert (found.kind, found.sql) == (kind, sql)


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (["1,234"], "its commas may mark decimals or thousands"),
        (["03/04/2026"], "day/month or month/day"),
        (["1", "2", "n/a"], 'not every value is a number, for one "n/a"'),
        (["1,5"], "has decimal commas"),
        (["1,5", "1.234.567", "1,234.5"], "its numbers are written in different ways"),
    ],
)
def test_what_a_reader_would_not_expect_is_told(cells: list[str], note: str) -> None:
    # given cells that leave room for doubt
    # when their type is asked for
    # then the note says how they were taken
    assert note in type_of(cells).note


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1))
def test_decimal_commas_are_written_as_the_same_numbers(numbers: list[Decimal]) -> None:
    # given amounts written the German way, one of them beyond doubt
    cells = [
        f"{number:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".") for number in [*numbers, Decimal("0.55")]
    ]

    # when they are written for SQL
    found = type_of(cells)

    # then they are the same numbers
    assert found.written is not None
    assert [Decimal(found.written(cell)) for cell in cells] == [*numbers, Decimal("0.55")]


@given(st.dates(datetime.date(1000, 1, 1)))
def test_dotted_dates_are_written_as_the_same_day(day: datetime.date) -> None:
    # given a date as Germans write it
    found = type_of([f"{day.day}.{day.month}.{day.year}"])

    # when it is written for SQL
    # then it is the same day
    assert found.written is not None
    assert found.written(f"{day.day}.{day.month}.{day.year}") == day.isoformat()
