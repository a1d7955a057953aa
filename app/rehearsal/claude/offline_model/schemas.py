"""Tool schemas as they come over the wire: references followed, nullable unions opened, values checked."""

import re
from collections.abc import Mapping
from typing import Any


def opened(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema that a value is to fit: `$ref` followed, the first alternative that is not null."""
    for _ in range(8):
        if "$ref" in schema:
            found: Any = root
            for part in str(schema["$ref"]).removeprefix("#/").split("/"):
                found = found.get(part, {})
            schema = found
        elif schema.get("anyOf") or schema.get("oneOf"):
            options = schema.get("anyOf") or schema.get("oneOf") or ()
            inner: Mapping[str, Any] = next((one for one in options if one.get("type") != "null"), {})
            schema = {**{name: value for name, value in schema.items() if name not in ("anyOf", "oneOf")}, **inner}
        else:
            break
    return schema


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return the JSON type that a schema asks for; "any" where it says none."""
    kind = schema.get("type", "any")
    return str(next((one for one in kind if one != "null"), "any") if isinstance(kind, list) else kind)


def fits(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether a value fits a schema: types, enums, required and closed objects, lengths, ranges and patterns."""
    schema = opened(schema, root)
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "const" in schema and value != schema["const"]:
        return False
    checks = {
        "string": _fits_string,
        "integer": _fits_number,
        "number": _fits_number,
        "array": _fits_array,
        "object": _fits_object,
    }
    kind = kind_of(schema)
    if kind == "boolean":
        return isinstance(value, bool)
    return kind not in checks or checks[kind](value, schema, root)


def _fits_string(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    if not isinstance(value, str) or not schema.get("minLength", 0) <= len(value) <= schema.get(
        "maxLength", len(value)
    ):
        return False
    return "pattern" not in schema or re.search(schema["pattern"], value) is not None


def _fits_number(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    if isinstance(value, bool) or not isinstance(value, int if kind_of(schema) == "integer" else (int, float)):
        return False
    within = schema.get("minimum", value) <= value <= schema.get("maximum", value)
    above = "exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"]
    return bool(within and above and ("exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"]))


def _fits_array(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    if not isinstance(value, list) or not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return False
    return all(fits(item, schema.get("items") or {}, root) for item in value)


def _fits_object(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    if not isinstance(value, dict) or any(name not in value for name in schema.get("required") or ()):
        return False
    properties = schema.get("properties") or {}
    closed = schema.get("additionalProperties") is False
    return all(fits(item, properties[name], root) if name in properties else not closed for name, item in value.items())
