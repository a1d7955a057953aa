"""What `tools` and `tool_choice` may be. Source: anthropic.md 0.3 and 6 unless a line says guess."""

import re
from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.errors import invalid, not_rehearsed
from app.rehearsal.claude.models import ClaudeModel
from app.rehearsal.claude.schema_rules import check_strict_schema
from app.rehearsal.claude.shapes import need_fields, need_flag, need_list, need_object, need_one_of, need_string

TOOL_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
"""What the API takes as a tool's name (guess: no page of ours states it)."""
FIELDS = (
    "description",
    "type",
    "strict",
    "input_examples",
    "eager_input_streaming",
    "cache_control",
    "allowed_callers",
)


def check_tools(value: object) -> None:
    """Raise ApiError 400 when a tool is not a well-formed custom tool or two share a name."""
    if value is None:
        return
    names: set[str] = set()
    for number, entry in enumerate(need_list(value, "tools")):
        where = f"tools.{number}"
        tool = need_object(entry, where)
        _check_tool(tool, where)
        if tool["name"] in names:  # guess: the SDK knows a ToolNameConflictError
            raise invalid(f"{where}: Tool names must be unique: {tool['name']}")
        names.add(tool["name"])


def _check_tool(tool: Mapping[str, Any], where: str) -> None:
    if tool.get("type", "custom") not in (None, "custom"):
        raise not_rehearsed(f"{where}: the server tool {tool['type']}")
    if tool.get("defer_loading"):
        raise not_rehearsed(f"{where}.defer_loading: tool search")
    need_fields(tool, where, ("name", "input_schema"), (*FIELDS, "defer_loading"))
    if not TOOL_NAME.fullmatch(need_string(tool["name"], f"{where}.name")):
        raise invalid(f"{where}.name: String should match pattern '{TOOL_NAME.pattern}'")
    if "description" in tool:
        need_string(tool["description"], f"{where}.description", empty=True)
    if tool.get("allowed_callers", ["direct"]) != ["direct"]:
        raise not_rehearsed(f"{where}.allowed_callers: code execution")
    schema = need_object(tool["input_schema"], f"{where}.input_schema")
    if schema.get("type") != "object":  # the SDK's tool_param.py: Required[Literal["object"]]
        raise invalid(f"{where}.input_schema.type: Input should be 'object'")
    need_object(schema.get("properties") or {}, f"{where}.input_schema.properties")
    if "strict" in tool and need_flag(tool["strict"], f"{where}.strict"):
        check_strict_schema(schema, f"{where}.input_schema")


def check_tool_choice(request: Mapping[str, Any], model: ClaudeModel) -> None:
    """Raise ApiError 400 for a choice that is not one, that the model refuses or that has no tools to choose from."""
    if request.get("tool_choice") is None:
        return
    choice = need_object(request["tool_choice"], "tool_choice")
    kind = need_one_of(choice.get("type"), "tool_choice.type", ("auto", "none", "any", "tool"))
    optional = () if kind == "none" else ("disable_parallel_tool_use",)
    need_fields(choice, "tool_choice", ("type", "name") if kind == "tool" else ("type",), optional)
    if "disable_parallel_tool_use" in choice:
        need_flag(choice["disable_parallel_tool_use"], "tool_choice.disable_parallel_tool_use")
    if not request.get("tools"):  # guess
        raise invalid("tool_choice: may only be given together with tools")
    if kind in ("any", "tool") and not model.takes_forced_tools:
        raise invalid(f"tool_choice.type: forced tool use ({kind}) is not supported on {model.id}")
    if kind == "tool" and choice["name"] not in {tool["name"] for tool in request["tools"]}:  # guess
        raise invalid(f"tool_choice.name: Tool '{choice['name']}' not found in provided tools")
