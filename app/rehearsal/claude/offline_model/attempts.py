"""A call that the model wants: not made yet, succeeded, or failed after one corrected try."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.rehearsal.claude.offline_model.conversation import Conversation, OfferedTool
from app.rehearsal.claude.offline_model.schemas import fits

OFFERED_NAME = re.compile(r"[\"'`“]([^\"'`”\n]{1,80})[\"'`”]")
MOST_REASON = 300
"""Characters of a result that are quoted when a call failed: enough for a reason."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One call to make now, and the line of a plan that it belongs to, in plain words."""

    name: str
    arguments: Mapping[str, Any]
    line: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Calls to make now, which do not depend on each other; `ahead` are the lines of a plan that come after them."""

    calls: tuple[Proposed, ...]
    ahead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Succeeded:
    """A call's result."""

    result: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A call that will not be tried again: the sentence that says so, and the reason alone, as the tool gave it."""

    said: str
    reason: str


def attempt(
    talk: Conversation, tool: OfferedTool, arguments: Mapping[str, Any], line: str, ahead: tuple[str, ...] = ()
) -> Wanted | Succeeded | Failed:
    """Return where a call stands. An error is followed by one call with a correction that the error's text suggests.

    `line` is the call's line of a plan, `ahead` are the lines that come after it.
    """
    call = talk.made(tool.name, arguments)
    if call is None:
        return Wanted((Proposed(tool.name, arguments, line),), ahead)
    if call.not_done:
        return Failed(f"{tool.spoken_name} was not carried out: {_reason(call.result)}", _reason(call.result))
    if not call.is_error:
        return Succeeded(call.result)
    corrected = correction(tool, arguments, call.result)
    if corrected is None:
        return Failed(f"{tool.spoken_name} did not work: {_reason(call.result)}", _reason(call.result))
    again = talk.made(tool.name, corrected)
    if again is None:
        return Wanted((Proposed(tool.name, corrected, line),), ahead)
    if again.is_error or again.not_done:
        reason = _reason(again.result)
        return Failed(f"{tool.spoken_name} did not work, nor did a corrected try: {reason}", reason)
    return Succeeded(again.result)


def correction(tool: OfferedTool, arguments: Mapping[str, Any], error: str) -> dict[str, Any] | None:
    """Return other arguments that the error's text suggests and the schema allows, or None.

    A name that the call used and the error offers in a better spelling is exchanged; an optional argument that the
    error complains about is left out; a calculation over text that is not a number is made tolerant.
    """
    for name, value in arguments.items():
        if name not in tool.required and re.search(rf"\b{re.escape(name)}\b", error):
            less = {other: kept for other, kept in arguments.items() if other != name}
            if fits(less, tool.schema, tool.schema):
                return less
        if isinstance(value, str):
            better = _exchanged(value, error) or _tolerant(value, error)
            changed = {**arguments, name: better}
            if better and better != value and fits(changed, tool.schema, tool.schema):
                return changed
    return None


def _exchanged(value: str, error: str) -> str | None:
    offered = list(dict.fromkeys(OFFERED_NAME.findall(error)))
    used = [name for name in offered if f'"{name}"' in value or name == value]
    others = [name for name in offered if name not in used]
    if value not in used and " " not in value:
        others += [
            word for word in re.findall(r"\b[A-Z][A-Z0-9]{6,}\b", error) if word != value and word[0] == value[:1]
        ]
        used.append(value)
    for wrong in used:
        close = difflib.get_close_matches(wrong.lower(), [name.lower() for name in others], 1, 0.5)
        right = next((name for name in others if close and name.lower() == close[0]), None)
        if right is not None:
            return right if value == wrong else value.replace(f'"{wrong}"', f'"{right}"')
    return None


def _tolerant(value: str, error: str) -> str | None:
    if not re.search(r"convert|cast|type|binder|no function matches", error, re.I):
        return None
    return re.sub(r"\b(SUM|AVG)\((\"(?:[^\"]|\"\")*\")\)", r"\1(TRY_CAST(\2 AS DOUBLE))", value)


def _reason(result: str) -> str:
    first = " ".join(result.split())
    return first if len(first) <= MOST_REASON else first[:MOST_REASON].rsplit(" ", 1)[0] + " …"
