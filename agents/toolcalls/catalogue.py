"""The tools there are: every file directly in tools/, and what installed packages bring through `tagwork.tools`."""

import hashlib
import importlib
import importlib.util
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from pydantic import ValidationError

import tools
from agents.audit.chain import canonical
from agents.errors import BadSetting
from tools.contract import Arguments, Destination, Effect, Tool

GROUP = "tagwork.tools"
NOT_TOOLS = frozenset({"contract", "guards"})

MOST_STEPS = 1_000
"""A line number past this is no line of any plan."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tools by name, and why some are not offered."""

    tools: Mapping[str, Tool]
    missing: Mapping[str, str]

    def offered(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Return the named tools in the model's form, by name, so that equal sets give equal bytes."""
        return [described(self.tools[name]) for name in sorted(names)]


def find_tools() -> Catalogue:
    """Walk the folder and the entry points. Raises BadSetting for a file without TOOL, or two tools with one name."""
    found: dict[str, Tool] = {}
    missing: dict[str, str] = {}
    for where, tool in [*_in_folder(), *_installed()]:
        if not isinstance(tool, Tool):
            raise BadSetting(
                f"{where} names no TOOL. A tool is one file with TOOL = Tool(…); shared code sits in tools/guards/."
            )
        if tool.name in found or tool.name in missing:
            raise BadSetting(f"{where} brings a second tool named {tool.name}. Rename or uninstall one of them.")
        lacks = [need for need in tool.needs if importlib.util.find_spec(need) is None]
        if lacks:
            missing[tool.name] = f"needs {', '.join(lacks)}: install Tagwork's extras"
        else:
            found[tool.name] = tool
    return Catalogue(found, missing)


def _in_folder() -> list[tuple[str, Any]]:
    names = sorted(one.name for one in pkgutil.iter_modules(tools.__path__) if one.name not in NOT_TOOLS)
    return [(f"tools/{name}.py", getattr(importlib.import_module(f"tools.{name}"), "TOOL", None)) for name in names]


def _installed() -> list[tuple[str, Any]]:
    return [
        (f"{one.value} ({GROUP})", one.load()) for one in sorted(entry_points(group=GROUP), key=lambda one: one.name)
    ]


PLANS = "lay_out_plan"
"""The tool by which the model lays out its plan."""

STEP = "step"
"""The argument that every offered tool takes beside its own: the line of the plan that the call belongs to."""


@cache
def described(tool: Tool) -> dict[str, Any]:
    """Return a tool as the Messages API takes it. Nobody may change what is returned: it is the same each time."""
    schema = tool.arguments.model_json_schema()
    schema.pop("title", None)
    schema.setdefault("properties", {})
    if takes_step(tool):
        schema["properties"][STEP] = {
            "type": "integer",
            "minimum": 1,
            "description": "The number of the plan's line that this call belongs to, where there is a plan.",
        }
    return {"name": tool.name, "description": tool.description, "input_schema": schema}


def takes_step(tool: Tool) -> bool:
    """Whether a call of this tool is one of the plan's: not the plan itself, nor a tool with a `step` of its own."""
    return tool.name != PLANS and STEP not in tool.arguments.model_fields


def without_step(tool: Tool, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], int | None]:
    """Return the arguments as the tool takes them, and the line of the plan that was named beside them."""
    if not takes_step(tool):
        return dict(arguments), None
    own = {name: value for name, value in arguments.items() if name != STEP}
    named = arguments.get(STEP)
    return own, named if isinstance(named, int) and not isinstance(named, bool) and 1 <= named <= MOST_STEPS else None


def digest_of(arguments: Mapping[str, Any]) -> str:
    """Return the sha256 of the arguments' canonical JSON: equal arguments, equal digest."""
    return hashlib.sha256(canonical(arguments).encode()).hexdigest()


def fitted(tool: Tool, arguments: Any) -> tuple[Arguments | None, str]:
    """Return the arguments as the tool takes them, or None and what is wrong with them, in words for the model."""
    try:
        return tool.arguments.model_validate(arguments), ""
    except ValidationError as fault:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in one['loc']) or 'arguments'}: {one['msg'].removeprefix('Value error, ')}"
            for one in fault.errors()[:5]
        )
        return None, f"The arguments do not fit {tool.name}: {wrong}."


def destination_of(tool: Tool, arguments: Arguments) -> tuple[Destination | None, str]:
    """Return what a call would reach, or None and, where the tool cannot say it of these arguments, a sentence."""
    if tool.touches is None:
        return None, ""
    try:
        return tool.touches(arguments), ""
    except Exception as fault:
        # a tool of another package; without its word nothing can be judged, and nobody's Run may break on it
        return None, f"{tool.name} cannot say what it would reach with these arguments ({type(fault).__name__})."


def effect_of(tool: Tool) -> Effect:
    """Return the Effect that counts: a `write` without a proof is an `act` (E18)."""
    return Effect.ACT if tool.effect is Effect.WRITE and tool.proof is None else tool.effect
