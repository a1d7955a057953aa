"""What the tools that change something in Slack say about themselves, before anything is reached."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.given.tool_context import a_context
from tools import post_message, schedule_message, set_topic, write_canvas
from tools.contract import BadArguments, Destination, Effect, Reach, Tool

TOOLS = {one.TOOL.name: one.TOOL for one in (post_message, schedule_message, set_topic, write_canvas)}
OUTSIDE = {"outside": True}
LATER = {"text": "x", "at": "2027-01-01T09:00+01:00"}


def touched(tool: Tool, arguments: dict[str, Any]) -> Destination | None:
    assert tool.touches is not None
    return tool.touches(tool.arguments.model_validate(arguments))


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_each_is_a_proven_write_inside_the_workspace(tool: Tool) -> None:
    # given what it declares, when read, then it is a write that reaches the workspace, and is never quick
    assert (tool.effect, tool.reach, tool.quick) == (Effect.WRITE, Reach.INSIDE, False)


@pytest.mark.parametrize(
    ("name", "arguments", "destination"),
    [
        ("post_message", {"channel": "C1", "text": "x"}, Destination("channel", "C1")),
        ("post_message", {"person": "U1", "text": "x"}, Destination("person", "U1")),
        (
            "post_message",
            {"person": "U1", "text": "x", "outside": True},
            Destination("person", "U1", "", Reach.OUTSIDE),
        ),
        ("schedule_message", LATER, Destination("channel", "")),
        (
            "schedule_message",
            {**LATER, "channel": "C1", "outside": True},
            Destination("channel", "C1", "", Reach.OUTSIDE),
        ),
        ("set_topic", {"topic": "x"}, Destination("channel", "")),
        (
            "set_topic",
            {"topic": "x", "channel": "C1", "outside": True},
            Destination("channel", "C1", "", Reach.OUTSIDE),
        ),
        ("write_canvas", {"text": "x", "channel": "G1"}, Destination("channel", "G1")),
    ],
)
def test_it_says_what_it_would_reach_and_when_that_is_outside(
    name: str, arguments: dict[str, Any], destination: Destination
) -> None:
    # given arguments, when asked what they reach, then it is the channel or person, with the reach that they name
    assert touched(TOOLS[name], arguments) == destination


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("post_message", {"text": "x"}),
        ("post_message", {"text": "x", "channel": "C1", "person": "U1"}),
        ("post_message", {"text": "x", "channel": "#general"}),
        ("post_message", {"text": "x", "channel": "D1"}),
        ("post_message", {"text": "", "channel": "C1"}),
        ("post_message", {"text": "x" * 3_001, "channel": "C1"}),
        ("schedule_message", {"text": "x", "at": "2027-01-01T09:00"}),
        ("schedule_message", {"text": "x", "at": "tomorrow"}),
        ("set_topic", {"topic": "x" * 251}),
        ("write_canvas", {"text": "x", "where": "after"}),
        ("write_canvas", {"text": "x", "section": "Plan"}),
        ("write_canvas", {"text": "x", "where": "instead", "section": " "}),
    ],
)
def test_arguments_that_leave_a_question_are_refused(name: str, arguments: dict[str, Any]) -> None:
    # given arguments that name nobody, two, no id, or no time of a zone, when checked, then they are refused
    with pytest.raises(ValidationError):
        TOOLS[name].arguments.model_validate(arguments)


def test_a_day_that_is_in_no_calendar_reaches_nobody() -> None:
    # given a date that does not exist, when a message is scheduled, then the model is told and nothing is touched
    tool = TOOLS["schedule_message"]
    with pytest.raises(BadArguments, match="calendar"):
        tool.call(tool.arguments.model_validate({"text": "x", "at": "2027-02-30T09:00Z"}), a_context())
