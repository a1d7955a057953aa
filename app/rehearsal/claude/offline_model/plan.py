"""Lay out a plan with the offered tool, whatever its schema calls the steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.rehearsal.claude.offline_model.conversation import OfferedTool
from app.rehearsal.claude.offline_model.schemas import fits, kind_of, opened
from app.rehearsal.claude.offline_model.words import stems, word_set

TITLES = word_set("title step name text description what content goal task summary request heading")
BEGINNINGS = ("pending", "to_do", "planned", "open", "waiting", "not_started")
"""What a step's status may be called before it has begun."""


def plan_arguments(tool: OfferedTool, clauses: Sequence[str]) -> dict[str, Any] | None:
    """Return arguments that make each clause a step, or None when the schema has no room for them."""
    titles = [clause[:1].upper() + clause[1:] for clause in clauses]
    arguments: dict[str, Any] = {}
    placed = False
    for name, described in tool.properties.items():
        schema = opened(described, tool.schema)
        if kind_of(schema) == "array" and not placed:
            items = opened(schema.get("items") or {}, tool.schema)
            arguments[name] = [_step(items, tool, number, title) for number, title in enumerate(titles, 1)]
            placed = True
        elif name in tool.required:
            arguments[name] = _filled(name, schema, "; ".join(titles), 1)
    return arguments if placed and fits(arguments, tool.schema, tool.schema) else None


def _step(items: Mapping[str, Any], tool: OfferedTool, number: int, title: str) -> Any:
    if kind_of(items) != "object":
        return title[: items.get("maxLength", len(title))]
    properties = items.get("properties") or {}
    required = items.get("required") or ()
    wanted = [name for name in properties if name in required]
    if not any(set(stems(name)) & TITLES for name in wanted):
        wanted += [name for name in properties if set(stems(name)) & TITLES][:1]
    return {name: _filled(name, opened(properties[name], tool.schema), title, number) for name in wanted}


def _filled(name: str, schema: Mapping[str, Any], title: str, number: int) -> Any:
    if "enum" in schema:
        return next((one for one in schema["enum"] if one in BEGINNINGS), schema["enum"][0])
    kind = kind_of(schema)
    if kind == "string":
        said = title if set(stems(name)) & TITLES else str(number)
        return said[: schema.get("maxLength", len(said))]
    return {"integer": number, "number": number, "boolean": False, "array": [], "object": {}}.get(kind, title)
