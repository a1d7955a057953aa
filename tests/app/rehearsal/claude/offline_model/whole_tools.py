"""The whole set of tools as the product offers them, each with the number of its plan's line, and what they answer."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from tests.app.rehearsal.claude.offline_model.thread_tools import TOOLS, Said, Thread

TEXT = {"type": "string"}
FETCH_PAGE = {
    "name": "fetch_page",
    "description": "Read one public web page: HTML, PDF or text. Give the address exactly, and add nothing to it.",
    "input_schema": {
        "type": "object",
        "properties": {
            "url": TEXT | {"minLength": 1, "maxLength": 2_000},
            "start": {"type": "integer", "default": 1, "minimum": 1},
        },
        "required": ["url"],
        "additionalProperties": False,
    },
}
READ_CHANNEL = {
    "name": "read_channel",
    "description": "Read the messages that stand in the channel of this thread, oldest first.",
    "input_schema": {
        "type": "object",
        "properties": {
            "channel": TEXT | {"default": "", "pattern": r"^[#\w.-]{0,80}$"},
            "after": TEXT | {"default": ""},
            "limit": {"type": "integer", "default": 50, "minimum": 1, "maximum": 200},
        },
        "additionalProperties": False,
    },
}
DRAW_CHART = {
    "name": "draw_chart",
    "description": "Draw a chart of figures: bars, lines, areas or a pie.",
    "input_schema": {
        "type": "object",
        "properties": {
            "kind": {"enum": ["line", "bar", "pie", "area"], "type": "string"},
            "title": TEXT | {"minLength": 1, "maxLength": 120},
            "labels": {"type": "array", "items": TEXT, "minItems": 1},
            "series": {"type": "array", "items": {"$ref": "#/$defs/Series"}, "minItems": 1, "maxItems": 12},
            "x_title": TEXT | {"default": "", "maxLength": 60},
            "y_title": TEXT | {"default": "", "maxLength": 60},
        },
        "required": ["kind", "title", "labels", "series"],
        "additionalProperties": False,
        "$defs": {
            "Series": {
                "type": "object",
                "properties": {"name": TEXT, "values": {"type": "array", "items": {"type": "number"}}},
                "required": ["name", "values"],
                "additionalProperties": False,
            }
        },
    },
}
ASK_PEOPLE = {
    "name": "ask_people",
    "description": "Ask the people in the thread one question, with choices as buttons.",
    "input_schema": {
        "type": "object",
        "properties": {
            "question": TEXT | {"minLength": 1, "maxLength": 600},
            "choices": {"type": "array", "items": TEXT | {"maxLength": 75}, "maxItems": 6, "default": []},
            "default": {"type": "integer", "default": 0, "minimum": 0, "maximum": 6},
        },
        "required": ["question"],
        "additionalProperties": False,
    },
}
LAY_OUT_PLAN = {
    "name": "lay_out_plan",
    "description": "Lay out the steps of a request of more than one call, or change them.",
    "input_schema": {
        "type": "object",
        "properties": {
            "title": TEXT | {"minLength": 1, "maxLength": 150},
            "steps": {"type": "array", "items": {"$ref": "#/$defs/Step"}, "minItems": 1, "maxItems": 20},
        },
        "required": ["title", "steps"],
        "additionalProperties": False,
        "$defs": {
            "Step": {
                "type": "object",
                "properties": {
                    "title": TEXT | {"minLength": 1, "maxLength": 150},
                    "waits_for": {"type": "array", "items": {"type": "integer"}, "default": []},
                    "done": {"type": "boolean", "default": False},
                    "dropped": {"type": "boolean", "default": False},
                },
                "required": ["title"],
                "additionalProperties": False,
            }
        },
    },
}


def _numbered(tool: Mapping[str, Any]) -> dict[str, Any]:
    numbered: dict[str, Any] = copy.deepcopy(dict(tool))
    numbered["input_schema"]["properties"]["step"] = {"type": "integer", "description": "Number of the plan's step."}
    return numbered


WHOLE = [*map(_numbered, [*TOOLS, FETCH_PAGE, READ_CHANNEL, DRAW_CHART, ASK_PEOPLE]), LAY_OUT_PLAN]


class WholeThread(Thread):
    """A thread whose tools read pages by address, draw charts, and ask one person who always answers the same."""

    def __init__(
        self,
        files: Mapping[str, str],
        pages: Mapping[str, str] | None = None,
        answer: str = "",
        answers: Mapping[str, Callable[[Mapping[str, Any]], Said]] | None = None,
    ) -> None:
        own: dict[str, Callable[[Mapping[str, Any]], Said]] = {
            "fetch_page": lambda given: (pages or {}).get(given["url"], ("There is no such page.", True)),
            "draw_chart": lambda given: f"Drawn: {given['title']}.",
            "ask_people": lambda given: f"Ada answered: {answer}",
            "read_channel": lambda given: (
                f"denied: I may only read the channel that I am asked in; {given['channel']} is another one. "
                "Ask me there, or quote here what matters.",
                True,
            ),
        }
        super().__init__(files, {**own, **(answers or {})})
