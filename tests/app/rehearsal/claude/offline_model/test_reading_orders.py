"""Requests that files be read: fulfilled by reading, and not talked about."""

import anthropic
import pytest

from app.rehearsal.claude.offline_model.reading_orders import orders_reading
from tests.app.rehearsal.claude.offline_model.thread_tools import Thread

FILES = {"my_files.csv": "region,sales,target\nNorth,90,100\nSouth,120,110\n", "notes.txt": "Nothing new this week."}


@pytest.mark.parametrize(
    "clause",
    [
        "Read both files, please",
        "read the files",
        "please read all attached files",
        "look at both",
        "have a look at the documents first",
        "go through these files carefully",
        "read the two files attached",
    ],
)
def test_it_is_an_order_to_read_and_nothing_else(clause: str) -> None:
    # when a clause names no subject, then it is fulfilled by reading
    assert orders_reading(clause)


@pytest.mark.parametrize(
    "clause", ["read notes.txt", "check the total", "read the files of last week and sum them", "what do the files say"]
)
def test_a_clause_with_a_subject_is_a_question(clause: str) -> None:
    # when a clause wants more than reading, then it is worked on as before
    assert not orders_reading(clause)


def test_beside_a_question_reading_is_not_talked_about(claude: anthropic.Anthropic) -> None:
    # given a table and a note
    thread = Thread(FILES)

    # when both are to be read and something is asked
    course = thread.work(claude, "Read both files, please. Which region missed its target?")

    # then both are read at once, and the answer is that of the question, with both sources
    assert course.names() == [["read_file", "read_file"], ["query_tables"]]
    assert course.answer == (
        "North missed its target: sales 90, target 100.\nSource: my_files.csv, table my_files. Also read: notes.txt."
    )


def test_alone_it_is_answered_with_what_was_read(claude: anthropic.Anthropic) -> None:
    # when nothing but reading is asked for
    course = Thread(FILES).work(claude, "Please read both files.")

    # then each file is told in a line
    assert course.names() == [["read_file", "read_file"]]
    assert course.answer == (
        "my_files.csv, table my_files, has the columns region, sales, target.\nnotes.txt says: “Nothing new this week.”"
    )


def test_a_file_that_cannot_be_read_is_told_once(claude: anthropic.Anthropic) -> None:
    # given a note that cannot be read
    thread = Thread(FILES)
    thread.answers["read_file"] = lambda given: (
        thread.read(given) if given["file_id"] == thread.ids["my_files.csv"] else ("The file is empty.", True)
    )

    # when both are to be read and something is asked
    course = thread.work(claude, "Read both files, please. Which region missed its target?")

    # then the answer has it, once
    assert "North missed its target" in course.answer
    assert course.answer.count("The file is empty.") == 1
