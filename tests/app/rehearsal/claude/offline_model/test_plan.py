"""Two things to do, and a tool that lays out plans: the plan comes first."""

from typing import Any

import anthropic

from tests.app.rehearsal.claude.offline_model.thread_tools import PLAN, TOOLS, Thread

FILES = {"sales.csv": "region,sales,target\nNorth,90,100\n", "notes.txt": "A quiet quarter."}
TWO = "which region missed its target, and summarise notes.txt"


def test_a_request_of_two_parts_is_planned_first(claude: anthropic.Anthropic) -> None:
    # given a tool that lays out plans
    # when two things are asked
    course = Thread(FILES).work(claude, TWO, tools=[*TOOLS, PLAN])

    # then the plan goes out alone, with a step for each, and the work follows
    assert course.names() == [["lay_out_plan"], ["read_file", "read_file"], ["query_tables"]]
    assert [step["title"] for step in course.turns[0][0]["input"]["steps"]] == [
        "Which region missed its target",
        "Summarise notes.txt",
    ]
    assert {step["status"] for step in course.turns[0][0]["input"]["steps"]} == {"pending"}
    assert "North missed its target" in course.answer
    assert "A quiet quarter." in course.answer


def test_a_request_of_one_part_is_not_planned(claude: anthropic.Anthropic) -> None:
    # when one thing is asked
    course = Thread(FILES).work(claude, "which region missed its target?", tools=[*TOOLS, PLAN])

    # then the work begins at once
    assert course.names()[0] == ["read_file", "read_file"]


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
    assert course.turns[0][0]["input"]["steps"] == ["Which region missed its target", "Summarise notes.txt"]
    assert course.turns[0][0]["input"]["goal"]
