"""Columns stand under each other."""

from app.slack.text_table import aligned, width


def test_wide_and_combining_characters_are_counted_as_they_are_drawn() -> None:
    # given characters of several widths, when measured, then as a terminal draws them
    assert [width(text) for text in ("abc", "漢字", "e\u0301")] == [3, 4, 1]


def test_rows_of_unlike_length_are_taken_as_they_are() -> None:
    # given a row that is short and a cell with a line break, when aligned, then nothing fails
    assert aligned([["a", "b"], ["1\n2"]]) == "a   | b\n----+--\n1 2"
    assert aligned([]) == ""
