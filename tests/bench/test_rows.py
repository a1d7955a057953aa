"""Rows of the bench can be taken. How fast anything was is nobody's business here."""

from collections.abc import Iterator

import pytest

from bench.bench import TINY, Bench
from bench.printing import END, START, for_docs, for_terminal, with_printed_part
from bench.row import Row
from bench.rows import all_rows

SHARED = ("answering", "caching", "commanding", "deciding", "statements", "throughput")
"""Rows that start little of their own, each of another kind."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """Both sides on SQLite, for every test of this module."""
    with Bench("sqlite", TINY) as made:
        yield made


@pytest.mark.parametrize("name", SHARED)
def test_a_row_can_be_taken(bench: Bench, name: str) -> None:
    # given both sides, when the rows of a file are taken, then each has a figure and belongs to the file's letters
    letters, measure = next((letters, measure) for letters, known, measure in all_rows() if known == name)
    rows = measure(bench)
    assert rows
    assert all(row.name[1] in letters and row.name[0] == "(" for row in rows), rows


def test_the_files_of_rows_cover_every_letter() -> None:
    # given the folder of rows, when walked, then every letter of the list is taken by some file
    assert {letter for letters, _, _ in all_rows() for letter in letters} == set("abcdefghij")


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row.beside("(a) x", "ms", 3, 2, "<= 2"), True),
        (Row.beside("(a) x", "ms", 5, 2, "<= 2"), False),
        (Row.beside("(e) x", "1/s", 6, 10, ">= 0.6"), True),
        (Row("(c) x", "ms", 11, goal="<= 10"), False),
        (Row("(c) x", "ms", 11), None),
    ],
)
def test_a_goal_is_about_the_ratio_where_there_is_a_rival(row: Row, met: bool | None) -> None:
    # given a figure and its goal, when judged, then by the ratio, or by the figure itself
    assert row.met is met
    assert row.as_json()["met"] is met


def test_tables_show_figures_and_goals() -> None:
    # given a row, when printed for a terminal and for the docs, then figure, ratio and goal are there
    row = Row.beside("(a) to x", "ms", 5, 2, "<= 2")
    page = with_printed_part(f"before{START}old{END}after", for_docs([("cores", "2")], [("sqlite", [row])]))
    for shown in (for_terminal("sqlite", [row]), page):
        assert "5.00 ms" in shown
        assert "2.50" in shown
        assert "NO" in shown
    assert "old" not in page
    assert page.endswith("after")
