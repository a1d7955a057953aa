"""Draw a chart of rows with the offered tool, filled by its schema."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.rehearsal.claude.offline_model.attempts import Failed, Wanted, attempt
from app.rehearsal.claude.offline_model.chart_words import asks_for_chart
from app.rehearsal.claude.offline_model.conversation import Conversation, OfferedTool
from app.rehearsal.claude.offline_model.lines import CHART
from app.rehearsal.claude.offline_model.schemas import fits, kind_of, opened
from app.rehearsal.claude.offline_model.tool_roles import chart_drawer
from app.rehearsal.claude.offline_model.words import stems

KIND = re.compile(r"\b(?P<kind>line|bar|pie|area)\b", re.I)
TITLES = {"title", "heading", "caption"}
LABELS = {"label", "x", "category", "categories", "name"}


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, as the tool's result wrote them, by the labels' order."""

    name: str
    cells: Sequence[str]


def wants_chart(clause: str, talk: Conversation) -> bool:
    """Whether a clause wants a chart and a tool could draw it."""
    return asks_for_chart(clause) and chart_drawer(talk.tools) is not None


def charted(
    clause: str, talk: Conversation, title: str, by: str, labels: Sequence[str], series: Sequence[Series]
) -> Wanted | str:
    """Return the call that draws what a clause wants drawn, or the sentence that says what became of it.

    `by` says what the labels are.
    """
    if not asks_for_chart(clause):
        return ""
    tool = chart_drawer(talk.tools)
    if tool is None:
        return "I have no tool that draws charts."
    numbers = [Series(one.name, one.cells) for one in series if all(map(_is_number, one.cells))]
    arguments = _arguments(tool, clause, title, by, labels, numbers) if labels and numbers else None
    if arguments is None:
        return "There are no figures here that I could draw."
    stands = attempt(talk, tool, arguments, CHART)
    if isinstance(stands, Wanted):
        return stands
    return stands.said if isinstance(stands, Failed) else f"Chart: {title}."


def _arguments(
    tool: OfferedTool, clause: str, title: str, by: str, labels: Sequence[str], series: Sequence[Series]
) -> dict[str, Any] | None:
    given: dict[str, Any] = {}
    for name, described in tool.properties.items():
        schema = opened(described, tool.schema)
        words = set(stems(name))
        if "enum" in schema:
            named = KIND.search(clause)
            kind = named["kind"].lower() if named else "bar"
            if kind in schema["enum"]:
                given[name] = kind
        elif kind_of(schema) == "array":
            items = opened(schema.get("items") or {}, tool.schema)
            if kind_of(items) == "object":
                given[name] = [_one(items, tool, one, labels) for one in series]
            elif words & LABELS:
                given[name] = list(labels)
        elif kind_of(schema) == "string" and (words & TITLES or name in tool.required):
            said = by if "x" in words else series[0].name if "y" in words else title
            given[name] = said[: schema.get("maxLength", len(said))]
    return given if fits(given, tool.schema, tool.schema) else None


def _one(items: Mapping[str, Any], tool: OfferedTool, series: Series, labels: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, described in (items.get("properties") or {}).items():
        schema = opened(described, tool.schema)
        if kind_of(schema) == "array":
            found[name] = [float(cell) if "." in cell else int(cell) for cell in series.cells]
        elif kind_of(schema) == "string" and name in (items.get("required") or ()):
            found[name] = series.name
    return found


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(?:\.\d+)?", cell))
