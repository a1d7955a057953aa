"""What people change or delete of their own words while they are worked on."""

from typing import Any

import anthropic

from tests.app.rehearsal.claude.offline_model.thread_tools import Course
from tests.app.rehearsal.claude.offline_model.whole_tools import WHOLE, WholeThread

SALES = "region,sales\nNorth,90\nSouth,120\n"


def worked(claude: anthropic.Anthropic, request: str, *said: str) -> Course:
    """Let the model work on a request and on what is said after it."""
    thread = WholeThread({"sales.csv": SALES})
    blocks: list[dict[str, Any]] = [*thread.opening(request), *({"type": "text", "text": one} for one in said)]
    return thread.go_on(claude, Course(messages=[{"role": "user", "content": blocks}]), tools=WHOLE)


def test_an_edit_takes_the_place_of_what_was_written(claude: anthropic.Anthropic) -> None:
    # given a request that its author changed
    note = (
        "Ann says:\n(I changed a message that I wrote before.)\nIt said: “@tagwork total sales per region”\n"
        "It now says: “@tagwork average sales”"
    )

    # when it is worked on
    course = worked(claude, "total sales per region", note)

    # then only what it says now is answered
    assert course.answer.startswith("Average sales: 105")
    assert len(course.sql()) == 1


def test_the_mark_of_an_edit_asks_nothing(claude: anthropic.Anthropic) -> None:
    # when a request carries the mark of an edit
    course = worked(claude, "average sales\n(edited)")

    # then it is no further request
    assert course.answer.startswith("Average sales: 105")
    assert "can't do" not in course.answer


def test_what_was_deleted_is_not_answered(claude: anthropic.Anthropic) -> None:
    # given two requests of one person, the second of which is deleted
    note = "Ann says:\n(I deleted message 2 of the 2 that I wrote here. Do not act on it any more.)"

    # when they are worked on
    course = worked(claude, "average sales", "Bob says:\nthanks", "Ann says:\ntotal sales per region", note)

    # then only the first is answered
    assert course.answer.startswith("Average sales: 105")
    assert "North" not in course.answer
