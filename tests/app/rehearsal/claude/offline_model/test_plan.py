"""More than one call, and a tool that lays out plans: the plan goes out with the first calls, and stays true."""

from typing import Any

import anthropic

from tests.app.rehearsal.claude.claude_server import ask
from tests.app.rehearsal.claude.offline_model.thread_tools import PLAN, TOOLS, Course, Thread
from tests.app.rehearsal.claude.offline_model.whole_tools import WHOLE, WholeThread

FILES = {"sales.csv": "region,sales,target\nNorth,90,100\n", "notes.txt": "A quiet quarter."}
TWO = "which region missed its target, and summarise notes.txt"
LINES = ["Read sales.csv", "Read notes.txt", "Find out which region missed its target"]


def plans(course: Course) -> list[list[dict[str, Any]]]:
    """The steps of every plan that was laid out."""
    return [call["input"]["steps"] for turn in course.turns for call in turn if call["name"] == "lay_out_plan"]


def test_the_plan_goes_out_with_the_first_calls_and_names_each_step_in_plain_words(claude: anthropic.Anthropic) -> None:
    # when something is asked that needs three calls
    course = WholeThread(FILES).work(claude, TWO, tools=WHOLE)

    # then the plan stands beside the calls that need nothing else
    assert course.names() == [["lay_out_plan", "read_file", "read_file"], ["query_tables"]]
    steps = plans(course)[0]
    assert [step["title"] for step in steps] == LINES
    # the query waits for both, and every call names its step
    assert [step.get("waits_for", []) for step in steps] == [[], [], [1, 2]]
    assert [call["input"].get("step") for turn in course.turns for call in turn] == [None, 1, 2, 3]
    assert "North missed its target" in course.answer
    assert "A quiet quarter." in course.answer


def test_one_call_is_not_planned(claude: anthropic.Anthropic) -> None:
    # when one call is all that is needed
    course = WholeThread({"notes.txt": "A quiet quarter."}).work(claude, "summarise notes.txt", tools=WHOLE)

    # then the work begins at once
    assert course.names() == [["read_file"]]


def test_one_short_sentence_says_what_comes_before_the_calls(claude: anthropic.Anthropic) -> None:
    # when calls are made
    course = WholeThread(FILES).work(claude, TWO, tools=WHOLE)

    # then each reply begins with what it is about to do
    said = [
        block["text"]
        for message in course.messages
        if message["role"] == "assistant"
        for block in message["content"]
        if block["type"] == "text"
    ]
    assert said[0] == "Next: read sales.csv, read notes.txt."
    assert said[1] == "Next: find out which region missed its target."


def test_another_request_meanwhile_adds_its_step(claude: anthropic.Anthropic) -> None:
    # given a request whose plan is laid out
    thread = WholeThread(FILES)
    course = Course(messages=[{"role": "user", "content": thread.opening("which region missed its target?")}])
    first: Any = ask(claude, messages=course.messages, tools=WHOLE).to_dict(mode="json")["content"]
    course.messages.append({"role": "assistant", "content": first})
    results = [thread.result_of(block, course) for block in first if block["type"] == "tool_use"]

    # when a colleague adds a question
    results.append({"type": "text", "text": "Bob says:\nand the average sales?"})
    course.messages.append({"role": "user", "content": results})
    thread.go_on(claude, course, tools=WHOLE)

    # then what is behind is done, what was to come stays, and the new one follows
    assert plans(course) == [
        [
            {"title": "Read sales.csv", "done": True},
            {"title": "Read notes.txt", "done": True},
            {"title": "Find out which region missed its target"},
            {"title": "The average sales"},
        ]
    ]
    assert course.names() == [["lay_out_plan", "query_tables", "query_tables"]]
    assert [call["input"].get("step") for call in course.turns[0]] == [None, 3, 4]


def test_with_one_call_a_reply_the_plan_goes_out_alone(claude: anthropic.Anthropic) -> None:
    # when calls may not go out together
    course = Thread(FILES).work(
        claude, TWO, tools=[*TOOLS, PLAN], tool_choice={"type": "auto", "disable_parallel_tool_use": True}
    )

    # then each reply makes one, the plan first
    assert course.names() == [["lay_out_plan"], ["read_file"], ["read_file"], ["query_tables"]]
    assert {step["status"] for step in course.turns[0][0]["input"]["steps"]} == {"pending"}


def test_a_plan_that_is_refused_is_not_laid_out_again(claude: anthropic.Anthropic) -> None:
    # given a tool that takes no plan
    thread = WholeThread(FILES, answers={"lay_out_plan": lambda given: ("No plans here.", True)})

    # when more than one call is needed
    course = thread.work(claude, TWO, tools=WHOLE)

    # then the work goes on without one
    assert course.names() == [["lay_out_plan", "read_file", "read_file"], ["query_tables"]]
    assert "North missed its target" in course.answer


def test_a_plan_of_plain_strings_is_filled_as_well(claude: anthropic.Anthropic) -> None:
    # given a plan tool with another schema
    plan: dict[str, Any] = {
        "name": "make_plan",
        "description": "Plan.",
        "input_schema": {
            "type": "object",
            "properties": {"goal": {"type": "string"}, "steps": {"type": "array", "items": {"type": "string"}}},
            "required": ["goal", "steps"],
        },
    }
    thread = Thread(FILES, {"make_plan": lambda given: "ok"})

    # when two things are asked
    course = thread.work(claude, TWO, tools=[*TOOLS, plan])

    # then its fields are filled
    assert course.turns[0][0]["input"]["steps"] == LINES
    assert course.turns[0][0]["input"]["goal"]
