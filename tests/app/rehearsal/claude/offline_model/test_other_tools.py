"""Tools that nobody told the model about: chosen by their words, filled by their schemas; and what no tool can do."""

from typing import Any

import anthropic
import pytest

from tests.app.rehearsal.claude.offline_model.thread_tools import TOOLS, Thread


def tool(name: str, description: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"name": name, "description": description, "input_schema": schema}


TEXT = {"type": "string"}
READ_PAGE = tool("read_web_page", "Read one public web page as text.", {"url": TEXT | {"format": "uri"}}, ["url"])
POST = tool("post_message", "Post a message in a channel.", {"channel": TEXT, "text": TEXT}, ["channel", "text"])
SEARCH = tool("search_web", "Search the web for pages.", {"query": TEXT, "limit": {"type": "integer"}}, ["query"])
TICKET = tool(
    "create_ticket",
    "Create a ticket in the tracker.",
    {
        "title": TEXT,
        "priority": {"enum": ["low", "normal", "high"]},
        "due_date": TEXT,
        "points": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    ["title", "priority"],
)
MORE = [*TOOLS, READ_PAGE, POST, SEARCH, TICKET]

CALLED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "an address": (
        "read the web page https://example.org/a?b=1.",
        "read_web_page",
        {"url": "https://example.org/a?b=1"},
    ),
    "quoted words and a channel": (
        'post the message "We are live" in #launch',
        "post_message",
        {"channel": "launch", "text": "We are live"},
    ),
    "words as they were said": ("search the web for blue herons", "search_web", {"query": "blue herons"}),
    "an enum, a date, a number": (
        'create a ticket "Fix the lift" with high priority, due 2026-12-01, points 3',
        "create_ticket",
        {"title": "Fix the lift", "priority": "high", "due_date": "2026-12-01", "points": 3},
    ),
}


@pytest.mark.parametrize(("request_", "name", "given"), CALLED.values(), ids=CALLED)
def test_a_tool_is_chosen_by_its_words_and_filled_by_its_schema(
    claude: anthropic.Anthropic, request_: str, name: str, given: dict[str, Any]
) -> None:
    # given tools that the model never saw before
    thread = Thread({}, {name: lambda arguments: "It is done. Nothing else to say."})

    # when one of them is asked for
    course = thread.work(claude, request_, tools=MORE)

    # then it is called once, with what the request gave, and its result is told
    assert course.names() == [[name]]
    assert course.turns[0][0]["input"] == given
    assert "It is done." in course.answer


def test_what_a_tool_needs_and_nobody_said_is_asked_for(claude: anthropic.Anthropic) -> None:
    # when a channel is missing
    course = Thread({}).work(claude, 'post the message "We are live"', tools=MORE)

    # then nothing is posted anywhere, and the missing thing is named
    assert course.names() == []
    assert "channel" in course.answer


def test_what_no_tool_can_do_is_said_with_what_they_can(claude: anthropic.Anthropic) -> None:
    # when something is asked for that no tool is about
    course = Thread({}).work(claude, "order a pizza", tools=TOOLS)

    # then it says so, and names the tools with their descriptions
    assert course.names() == []
    assert course.answer.startswith("I can't do “order a pizza”")
    assert "`query_tables`: Compute over CSV and XLSX files" in course.answer


@pytest.mark.parametrize("request_", ["hello!", "Hi Tagwork, what can you do?", "help", "what can you do?"])
def test_greetings_and_abilities_are_answered_from_the_tools_descriptions(
    claude: anthropic.Anthropic, request_: str
) -> None:
    # when someone greets or asks for abilities
    course = Thread({"a.txt": "x"}).work(claude, request_, tools=MORE)

    # then nothing is called, and the tools are described
    assert course.names() == []
    assert "`read_web_page`: Read one public web page as text." in course.answer


def test_thanks_are_taken_politely(claude: anthropic.Anthropic) -> None:
    # when someone says thanks
    course = Thread({}).work(claude, "thanks a lot!")

    # then that is all
    assert course.answer == "You're welcome."


def test_with_tool_choice_none_nothing_is_called(claude: anthropic.Anthropic) -> None:
    # given a request that forbids tools
    thread = Thread({"a.csv": "region,sales\nN,1\n"})

    # when data is asked for
    course = thread.work(claude, "total sales", tool_choice={"type": "none"})

    # then it says that it cannot
    assert course.names() == []
    assert "I can't do" in course.answer
