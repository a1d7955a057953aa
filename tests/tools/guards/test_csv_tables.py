"""A CSV is read as the program that wrote it meant it, whatever delimiter and line ending it used."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.guards.csv_tables import ends_inside_quotes, records_of
from tools.guards.refusals import Refused

cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=8)


def read(text: str) -> list[list[str]]:
    return list(records_of(text, "x.csv")[0])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ending_are_found(delimiter: str, ending: str) -> None:
    # given rows as programs of every kind write them
    text = ending.join(delimiter.join(row) for row in (["a", "b", "c"], ["1", "2", "3"])) + ending

    # when they are read
    # then the cells are those
    assert read(text) == [["a", "b", "c"], ["1", "2", "3"]]


def test_decimal_commas_do_not_pass_for_delimiters() -> None:
    # given a table with semicolons whose numbers have commas
    # when it is read
    # then the semicolons win
    assert read("a;b\n1,5;2,5\n3,5;4,5\n") == [["a", "b"], ["1,5", "2,5"], ["3,5", "4,5"]]


def test_the_delimiter_that_a_file_names_itself_is_taken() -> None:
    # given a file that begins as Excel's own do
    # when it is read
    # then that line is no row
    assert read("sep=|\na,x|b\n1|2\n") == [["a,x", "b"], ["1", "2"]]


@given(st.lists(st.lists(cells.map(lambda cell: f"x{cell}"), min_size=3, max_size=3), min_size=2, max_size=10))
def test_what_pythons_own_writer_wrote_comes_back(rows: list[list[str]]) -> None:
    # given rows with quotes, commas and line breaks in them, under a plain header
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([["one", "two", "three"], *rows])

    # when they are read
    # then they are the same
    assert read(written.getvalue()) == [["one", "two", "three"], *rows]


def test_a_file_that_ends_inside_a_quoted_cell_is_noticed() -> None:
    # given a file that was cut off in the middle of a cell
    # when it is looked at
    # then that is known, and a whole one is not suspected
    assert ends_inside_quotes('a,b\n1,"x', ",")
    assert not ends_inside_quotes('a,b\n1,"x"\n', ",")


def test_a_cell_that_swallows_the_file_is_refused() -> None:
    # given a quote that is never closed before a million characters
    # when it is read
    with pytest.raises(Refused, match="cannot be read as CSV near line"):
        read('a,b\n1,"' + "x" * 1_100_000)

    # then it did not become one cell
