"""Schemas that the API compiles: those of `strict` tools and of structured output (anthropic.md 7)."""

from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.errors import invalid

UNSUPPORTED = (
    "maxItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "pattern",
    "minLength",
    "maxLength",
    "uniqueItems",
)
"""7 names maxItems, minimum and pattern and says "..."; their siblings are a guess. For `strict` tools all of it is."""


def check_strict_schema(schema: Mapping[str, Any], where: str) -> None:
    """Raise ApiError 400 where a schema, or one inside it, cannot be compiled."""
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        raise invalid(f"{where}: for 'object' type, 'additionalProperties' must be explicitly set to false")
    for word in UNSUPPORTED:
        if word in schema:
            raise invalid(f"{where}: for '{schema.get('type')}' type, property '{word}' is not supported")
    if schema.get("minItems", 0) not in (0, 1):
        raise invalid(f"{where}: for 'array' type, 'minItems' values other than 0 or 1 are not supported")
    for place, inner in _inner(schema, where):
        check_strict_schema(inner, place)


def _inner(schema: Mapping[str, Any], where: str) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Any]] = []
    for group in ("properties", "$defs", "definitions"):
        found += [(f"{where}.{group}.{name}", inner) for name, inner in (schema.get(group) or {}).items()]
    for group in ("anyOf", "allOf", "oneOf"):
        found += [(f"{where}.{group}.{number}", inner) for number, inner in enumerate(schema.get(group) or ())]
    if "items" in schema:
        found.append((f"{where}.items", schema["items"]))
    return [(place, inner) for place, inner in found if isinstance(inner, dict)]
