"""How a request is split into what is asked."""

import pytest

from app.rehearsal.claude.offline_model.clauses import clauses_of

SPLIT: dict[str, tuple[str, list[str]]] = {
    "one question": ("Which region missed its target?", ["Which region missed its target"]),
    "two sentences": ("Sum the sales. List the rows.", ["Sum the sales", "List the rows"]),
    "and with a verb": ("total sales and summarise the notes", ["total sales", "summarise the notes"]),
    "and between things": ("compare North and South", ["compare North and South"]),
    "and then": ("read a.txt, and then post it", ["read a.txt", "post it"]),
    "a list": ("- total sales\n- average price", ["total sales", "average price"]),
    "politeness": ("Hi! Could you please count the rows? Thanks a lot!", ["count the rows"]),
    "an address": ("read https://example.org/a.b?c=d;e now", ["read https://example.org/a.b?c=d;e now"]),
    "quoted words": ('post "Done. And now? Summarise!" there', ['post "Done. And now? Summarise!" there']),
    "numbers and names of files": ("rows over 1,000.50 in a.csv", ["rows over 1,000.50 in a.csv"]),
    "files attached": ("sum it\nAttached:\nF0123ABC a.csv (text/csv, 3 bytes) shared by Ann", ["sum it"]),
    "nothing": ("Hello there!", []),
}


@pytest.mark.parametrize(("request_", "clauses"), SPLIT.values(), ids=SPLIT)
def test_a_request_is_split_into_clauses(request_: str, clauses: list[str]) -> None:
    # when a request is split
    found = clauses_of([request_])

    # then each thing asked is one clause, and courtesies are none
    assert found == clauses
