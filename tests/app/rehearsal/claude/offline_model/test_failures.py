"""Errors get one corrected try; denials and unknown outcomes are said plainly."""

from collections.abc import Mapping
from typing import Any

import anthropic
import pytest

from tests.app.rehearsal.claude.offline_model.thread_tools import Thread

SALES = "region,sales,target\nNorth,90,100\nSouth,120,110\n"
REQUEST = "which region missed its target?"


def test_an_error_gets_one_corrected_try(claude: anthropic.Anthropic) -> None:
    # given a query tool that knows the table by a longer name
    thread = Thread({"sales.csv": SALES})
    plain = thread.query

    def under_another_name(given: Mapping[str, Any]) -> Any:
        if '"sales_2"' not in given["sql"]:
            return 'Catalog Error: Table with name "sales" does not exist! Did you mean "sales_2"?', True
        return plain({"sql": given["sql"].replace('"sales_2"', '"sales"')})

    thread.answers["query_tables"] = under_another_name

    # when it is asked
    course = thread.work(claude, REQUEST)

    # then the second try is corrected by what the error offered, and answered
    assert course.names()[1:] == [["query_tables"], ["query_tables"]]
    assert 'FROM "sales_2"' in course.sql()[1]
    assert "North missed its target" in course.answer


def test_a_second_error_is_said_and_not_tried_again(claude: anthropic.Anthropic) -> None:
    # given a query tool that always fails, each time with another offer
    names = iter(("sales_2", "sales_3", "sales_4"))
    thread = Thread(
        {"sales.csv": SALES},
        {"query_tables": lambda given: (f'No table "sales" here. Did you mean "{next(names)}"?', True)},
    )

    # when it is asked
    course = thread.work(claude, REQUEST)

    # then there were two tries and the answer says so
    assert len(course.sql()) == 2
    assert "`query_tables` did not work, nor did a corrected try" in course.answer


def test_an_error_that_offers_nothing_is_said_at_once(claude: anthropic.Anthropic) -> None:
    # given a file that cannot be read
    thread = Thread({"sales.csv": SALES}, {"read_file": lambda given: ("The file is damaged.", True)})

    # when it is asked
    course = thread.work(claude, REQUEST)

    # then it was tried once, and the reason is told
    assert course.names() == [["read_file"]]
    assert "The file is damaged." in course.answer


def test_one_file_that_fails_does_not_hide_the_other(claude: anthropic.Anthropic) -> None:
    # given two files, one of them damaged
    thread = Thread({"sales.csv": SALES, "notes.txt": "x"})
    whole = thread.read

    def damaged(given: Mapping[str, Any]) -> Any:
        return ("The file is damaged.", True) if given["file_id"] == thread.ids["notes.txt"] else whole(given)

    thread.answers["read_file"] = damaged

    # when the other can answer
    course = thread.work(claude, REQUEST)

    # then it does, and the failure is told beside it
    assert "North missed its target" in course.answer
    assert "The file is damaged." in course.answer


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ("denied: query_tables is not allowed in this channel.", "not allowed in this channel"),
        ("unknown: the worker was lost; it may have happened.", "it may have happened"),
        ("stopped: Ann stopped the run.", "Ann stopped the run"),
    ],
)
@pytest.mark.parametrize("is_error", [True, False])
def test_a_denial_or_an_unknown_outcome_is_said_and_never_tried_again(
    claude: anthropic.Anthropic, result: str, told: str, is_error: bool
) -> None:
    # given a query that is not carried out
    thread = Thread({"sales.csv": SALES}, {"query_tables": lambda given: (result, is_error)})

    # when it is asked
    course = thread.work(claude, REQUEST)

    # then there was one try, and the answer says what became of it
    assert len(course.sql()) == 1
    assert "was not carried out" in course.answer
    assert told in course.answer


def test_a_call_that_was_cut_before_it_was_complete_is_made_again(claude: anthropic.Anthropic) -> None:
    # given a query that the host could not run at first, because the reply was cut
    answers = iter([("Not run: your reply was cut at its length limit before this call was complete.", True)])
    thread = Thread({"sales.csv": SALES})
    plain = thread.query
    thread.answers["query_tables"] = lambda given: next(answers, None) or plain(given)

    # when it is asked
    course = thread.work(claude, REQUEST)

    # then the same query is made again and answered
    assert course.sql()[0] == course.sql()[1]
    assert "North missed its target" in course.answer
