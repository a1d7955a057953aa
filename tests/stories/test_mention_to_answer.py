"""A mention under a table becomes an answer: over Socket Mode, with the table in each form that Slack knows."""

import pytest

from tests.given.files import SALES
from tests.given.rehearsal import FileToPost
from tests.given.tagwork import TagworkProcesses, answered

TABLE = FileToPost("sales.csv", SALES.encode(), "text/csv")
QUESTION = "@tagwork which region missed its target?"


@pytest.mark.parametrize("form", ["event", "second_event", "link"])
def test_a_mention_under_a_table_becomes_an_answer_from_it(served: TagworkProcesses, form: str) -> None:
    # given someone who attaches a table to a mention
    posted = served.rehearsal.post("ann", "sales", QUESTION, files=[TABLE], file_form=form)

    # when the processes have worked
    answer = answered(served.rehearsal, posted, containing="North")

    # then one answer stands in the thread, and it comes from the table
    assert "North" in answer
    assert "South" not in answer
