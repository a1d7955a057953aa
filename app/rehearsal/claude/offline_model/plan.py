"""Lay out a plan with the offered tool, whatever its schema calls the lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.rehearsal.claude.offline_model.conversation import OfferedTool
from app.rehearsal.claude.offline_model.schemas import fits, kind_of, opened
from app.rehearsal.claude.offline_model.words import stems, word_set

TITLES = word_set("title step name text description what content goal task summary request heading")
BEGINNINGS = ("pending", "to_do", "planned", "open", "waiting", "not_started")
"""What a line's status may be called before it has begun."""
ENDINGS = ("done", "complete", "completed", "finished")
"""What it may be called afterwards; also names of a property that says so."""
WAITS = word_set("wait after depend need require")
"""Words of a property that lists the lines that a line waits for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan: its words, whether it is behind, the numbers (from 1) of the lines that it waits for."""

    title: str
    done: bool = False
    waits_for: tuple[int, ...] = ()


def plan_arguments(tool: OfferedTool, title: str, lines: Sequence[Line]) -> dict[str, Any] | None:
    """Return arguments that lay out the lines, or None when the schema has no room for them."""
    arguments: dict[str, Any] = {}
    placed = False
    for name, described in tool.properties.items():
        schema = opened(described, tool.schema)
        if kind_of(schema) == "array" and not placed:
            items = opened(schema.get("items") or {}, tool.schema)
            arguments[name] = [_line(items, tool, number, line) for number, line in enumerate(lines, 1)]
            placed = True
        elif name in tool.required:
            arguments[name] = _filled(name, schema, Line(title), 1)
    return arguments if placed and fits(arguments, tool.schema, tool.schema) else None


def titles_of(tool: OfferedTool, arguments: Mapping[str, Any]) -> list[str]:
    """Return the words of the lines that earlier arguments laid out."""
    for name in tool.properties:
        listed = arguments.get(name)
        if isinstance(listed, list):
            return [_title(one) for one in listed]
    return []


def _title(line: Any) -> str:
    if not isinstance(line, Mapping):
        return str(line)
    return next((str(value) for name, value in line.items() if set(stems(name)) & TITLES), "")


def _line(items: Mapping[str, Any], tool: OfferedTool, number: int, line: Line) -> Any:
    if kind_of(items) != "object":
        return line.title[: items.get("maxLength", len(line.title))]
    properties: Mapping[str, Any] = items.get("properties") or {}
    required = items.get("required") or ()
    wanted = [name for name in properties if name in required or _says_more(name, line)]
    if not any(set(stems(name)) & TITLES for name in wanted):
        wanted += [name for name in properties if set(stems(name)) & TITLES][:1]
    return {name: _filled(name, opened(properties[name], tool.schema), line, number) for name in wanted}


def _says_more(name: str, line: Line) -> bool:
    """Whether an optional property has something to say of this line."""
    if line.done and (name in ENDINGS or name in ("status", "state")):
        return True
    return bool(line.waits_for and set(stems(name)) & WAITS)


def _filled(name: str, schema: Mapping[str, Any], line: Line, number: int) -> Any:
    if "enum" in schema:
        fitting = ENDINGS if line.done else BEGINNINGS
        return next((one for one in schema["enum"] if one in fitting), schema["enum"][0])
    kind = kind_of(schema)
    if kind == "string":
        said = line.title if set(stems(name)) & TITLES else str(number)
        return said[: schema.get("maxLength", len(said))]
    if kind == "array":
        counts = kind_of(schema.get("items") or {}) in ("integer", "number") and set(stems(name)) & WAITS
        return list(line.waits_for) if counts else []
    if kind == "boolean":
        return line.done and name in ENDINGS
    return {"integer": number, "number": number, "object": {}}.get(kind, line.title)
