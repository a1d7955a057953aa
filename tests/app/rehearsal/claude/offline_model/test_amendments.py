"""Follow-ups that change the course: other files, other pages, values that are left out, no chart."""

import anthropic
import pytest

from app.rehearsal.claude.offline_model.amendments import amended
from tests.app.rehearsal.claude.offline_model.thread_tools import Course
from tests.app.rehearsal.claude.offline_model.whole_tools import WHOLE, WholeThread

FILES = {
    "may.csv": "region,sales\nNorth,90\nSouth,120\nWest,1\n",
    "june.csv": "region,sales\nNorth,8\nSouth,9\nWest,2\n",
}

CHANGED = {
    "another file by name": (["total sales in may.csv", "use june.csv instead"], ["total sales in june.csv"]),
    "another page": (
        ["compare it with https://a.example/1", "No, use https://a.example/2 instead"],
        ["compare it with https://a.example/2"],
    ),
    "a page in addition": (
        ["total sales per region", "compare it with the page https://a.example/1"],
        ["total sales per region compared with the page https://a.example/1"],
    ),
    "a value left out": (
        ["total sales per region", "actually, leave out the North"],
        ["total sales per region without North"],
    ),
    "a value left out of a chart": (
        ["total sales per region and chart them", "only North please"],
        ["total sales per region in North and chart them"],
    ),
    "no chart": (["total sales and chart them", "skip the chart"], ["total sales"]),
    "nothing before it": (["leave out the North"], ["leave out the North"]),
    "a further question": (["total sales", "which region is best"], ["total sales", "which region is best"]),
}


@pytest.mark.parametrize(("said", "asked"), CHANGED.values(), ids=CHANGED)
def test_an_amendment_changes_what_was_asked_before_it(said: list[str], asked: list[str]) -> None:
    assert amended([[one] for one in said]) == asked


def test_a_reason_beside_an_amendment_asks_nothing() -> None:
    # given a correction with its reason, and another question
    said = ["The figures were wrong", "use june.csv instead", "which region is best"]

    # when it follows a request
    asked = amended([["total sales in may.csv"], said])

    # then the reason is no further request, the question is
    assert asked == ["total sales in june.csv", "which region is best"]


@pytest.mark.parametrize(
    ("follow_up", "there", "absent"),
    [
        ("use june.csv instead", "South: 9", "120"),
        ("sorry, use the june file instead", "South: 9", "120"),
        ("leave out the South", "North: 90", "South: 120"),
    ],
)
def test_the_answer_is_about_the_changed_request(
    claude: anthropic.Anthropic, follow_up: str, there: str, absent: str
) -> None:
    # given a request, and a follow-up before anything was done
    thread = WholeThread(FILES)
    opening = [
        *thread.opening("total sales per region in may.csv"),
        {"type": "text", "text": f"Bob says:\n{follow_up}"},
    ]

    # when both are worked through
    course = thread.go_on(claude, Course(messages=[{"role": "user", "content": opening}]), tools=WHOLE)

    # then only what is now wanted was asked, and told
    assert len(course.sql()) == 1
    assert there in course.answer
    assert absent not in course.answer


def test_a_change_after_the_answer_is_worked_through(claude: anthropic.Anthropic) -> None:
    # given an answer
    thread = WholeThread(FILES)
    course = thread.work(claude, "total sales per region in may.csv", tools=WHOLE)
    assert "South: 120" in course.answer

    # when something is to be left out of it
    course.messages.append({"role": "user", "content": [{"type": "text", "text": "Bob says:\nLeave out the South."}]})
    thread.go_on(claude, course, tools=WHOLE)

    # then the same is answered without it
    assert "North: 90" in course.answer
    assert "South: 120" not in course.answer
