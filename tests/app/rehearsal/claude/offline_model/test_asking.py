"""People are asked when a request fits two columns equally, or says that they are to be asked."""

from typing import Any

import anthropic
import pytest

from tests.app.rehearsal.claude.offline_model.thread_tools import Course
from tests.app.rehearsal.claude.offline_model.whole_tools import WHOLE, WholeThread

TWO_SALES = "region,net sales,gross sales\nNorth,90,100\nSouth,120,130\n"


def asked(course: Course) -> list[dict[str, Any]]:
    """The questions that people were asked, as arguments."""
    return [
        {name: value for name, value in call["input"].items() if name != "step"}
        for turn in course.turns
        for call in turn
        if call["name"] == "ask_people"
    ]


@pytest.mark.parametrize(
    ("answer", "total"), [("net sales", "210"), ("gross sales", "230"), ("the gross ones, please", "230")]
)
def test_two_columns_that_fit_equally_are_a_question(claude: anthropic.Anthropic, answer: str, total: str) -> None:
    # given a table with two kinds of sales
    thread = WholeThread({"sales.csv": TWO_SALES}, answer=answer)

    # when "sales" are asked for
    course = thread.work(claude, "what are the total sales?", tools=WHOLE)

    # then somebody chooses, and the answer is about what they chose
    assert course.names()[1:] == [["ask_people"], ["query_tables"]]
    assert asked(course) == [
        {
            "question": "sales.csv has several columns that fit. Which one do you mean?",
            "choices": ["net sales", "gross sales"],
        }
    ]
    assert f"{total}." in course.answer


@pytest.mark.parametrize("request_", ["what are the total net sales?", "which region has the highest gross sales?"])
def test_a_column_that_is_named_is_no_question(claude: anthropic.Anthropic, request_: str) -> None:
    # when the words name one of both in full
    course = WholeThread({"sales.csv": TWO_SALES}).work(claude, request_, tools=WHOLE)

    # then nobody is asked
    assert asked(course) == []
    assert "query_tables" in course.names()[-1]


def test_the_question_belongs_to_the_step_that_needs_it(claude: anthropic.Anthropic) -> None:
    # when a step needs an answer
    course = WholeThread({"sales.csv": TWO_SALES}, answer="net sales").work(
        claude, "what are the total sales?", tools=WHOLE
    )

    # then no new plan is made for it
    assert sum(names.count("lay_out_plan") for names in course.names()) == 1
    assert [call["input"].get("step") for turn in course.turns[1:] for call in turn] == [2, 2]


def test_an_order_to_ask_is_carried_out_and_its_answer_counts_for_the_rest(claude: anthropic.Anthropic) -> None:
    # given a thread where the answer will be "net sales"
    thread = WholeThread({"sales.csv": TWO_SALES}, answer="net sales")

    # when people are to be asked first
    course = thread.work(
        claude, "Ask us which figures to use: net sales or gross sales. Then what is the total per region?", tools=WHOLE
    )

    # then they are asked once with these choices, and their answer decides
    assert [one["choices"] for one in asked(course)] == [["net sales", "gross sales"]]
    assert "Ada answered: “net sales”." in course.answer
    assert "North: 90" in course.answer
    assert "100" not in course.answer


def test_whether_is_a_question_of_yes_and_no(claude: anthropic.Anthropic) -> None:
    # when something is to be asked with "whether"
    course = WholeThread({}, answer="Yes").work(claude, "ask the team whether to close the shop on Friday", tools=WHOLE)

    # then both answers are offered
    assert asked(course) == [{"question": "Should I close the shop on Friday?", "choices": ["Yes", "No"]}]
    assert course.answer == "Ada answered: “Yes”."


def test_an_answer_that_is_still_awaited_is_said_and_used_when_it_comes(claude: anthropic.Anthropic) -> None:
    # given a question that nobody has answered when something else is asked
    thread = WholeThread(
        {"sales.csv": TWO_SALES},
        answers={"ask_people": lambda given: "Still waiting for an answer from people; you will be told."},
    )
    course = thread.work(claude, "what are the total sales?", tools=WHOLE)
    assert "I am still waiting for an answer" in course.answer

    # when the answer comes as a message of its own
    answer = {"role": "user", "content": [{"type": "text", "text": "Ada answered: gross sales"}]}
    again = thread.go_on(claude, Course(messages=[*course.messages, answer]), tools=WHOLE)

    # then the work goes on with it
    assert "230." in again.answer
