"""Fill a tool's arguments from a clause, by the names, descriptions, types and enums of its schema."""

import re
from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.offline_model.conversation import OfferedTool
from app.rehearsal.claude.offline_model.entities import Entities, entities_of
from app.rehearsal.claude.offline_model.schemas import fits, kind_of, opened
from app.rehearsal.claude.offline_model.words import stems, telling_stems, word_set

FREE_TEXT = word_set(
    "text message body content query q search term question title topic subject note reason request instruction "
    "prompt summary name description keyword phrase what"
)
"""Names of properties that take words as they were said."""


def fill(tool: OfferedTool, clause: str) -> tuple[dict[str, Any], list[str]]:
    """Return the arguments that the clause gives for a tool, and the required ones that it does not give."""
    entities = entities_of(clause)
    arguments: dict[str, Any] = {}
    missing = []
    for name, described in tool.properties.items():
        schema = opened(described, tool.schema)
        required = name in tool.required
        value = _value(name, schema, tool, clause, entities, required=required)
        if value is not None and fits(value, schema, tool.schema):
            arguments[name] = value
        elif required:
            missing.append(name)
    return arguments, missing


def _value(
    name: str, schema: Mapping[str, Any], tool: OfferedTool, clause: str, entities: Entities, *, required: bool
) -> Any:
    if "enum" in schema:
        said = set(stems(clause))
        return next((one for one in schema["enum"] if isinstance(one, str) and set(stems(one)) <= said), None)
    kind = kind_of(schema)
    if kind == "array":
        found = _all_of(name, opened(schema.get("items") or {}, tool.schema), entities)
        return found or ([] if required and not schema.get("minItems") else None)
    if kind in ("integer", "number"):
        return _number(name, schema, clause, entities, kind, required=required)
    if kind != "string":
        return None
    strings = _strings(name, schema, entities)
    if strings is not None:
        # a channel is named and numbered: "#general (C024BE91L)"; a tool takes one of them
        return next((one for one in strings if fits(one, schema, tool.schema)), None)
    if not required and not (set(stems(name)) & FREE_TEXT and entities.quoted):
        return None
    return entities.quoted[0] if entities.quoted else _said_words(tool, clause)


def _strings(name: str, schema: Mapping[str, Any], entities: Entities) -> tuple[str, ...] | None:
    """The entities of the kind that a string property names; None when it names no kind."""
    words = set(stems(name))
    told = words | set(stems(str(schema.get("description", "")))) if not words & FREE_TEXT else words
    if words & {"url", "uri", "link", "address"} or schema.get("format") == "uri":
        return entities.urls
    if "file" in words:
        return entities.files
    if words & {"date", "day", "due", "until", "since", "from", "after", "before"} or schema.get("format") == "date":
        return entities.dates
    if "channel" in words:
        return entities.channels
    if words & {"user", "person", "assignee", "recipient"}:
        return entities.people
    return entities.urls if told & {"url", "https"} and entities.urls else None


def _all_of(name: str, items: Mapping[str, Any], entities: Entities) -> list[Any]:
    if kind_of(items) in ("integer", "number"):
        return [int(number) if kind_of(items) == "integer" else number for number in entities.numbers]
    if kind_of(items) != "string":
        return []
    strings = _strings(name, items, entities)
    return list(entities.quoted if strings is None else strings)


def _number(
    name: str, schema: Mapping[str, Any], clause: str, entities: Entities, kind: str, *, required: bool
) -> float | None:
    beside = re.search(
        rf"\b{re.escape(name.replace('_', ' '))}s?\s*(?:of|is|=|:|to)?\s*(-?\d+(?:\.\d+)?)", clause, re.I
    )
    if beside:
        number = float(beside[1])
    elif required and entities.numbers:
        number = entities.numbers[0]
    else:
        return None
    if kind == "integer":
        return int(number) if number.is_integer() else None
    return number


def _said_words(tool: OfferedTool, clause: str) -> str | None:
    """The clause without the words that named the tool, from its first telling word on."""
    named = set(stems(tool.name)) | {"for", "about", "that", "the", "a", "an", "to", "on"}
    words = clause.split()
    while words and (not stems(words[0]) or set(stems(words[0])) <= named):
        words.pop(0)
    rest = " ".join(words).strip(" ,:.")
    return rest if telling_stems(rest) else None
