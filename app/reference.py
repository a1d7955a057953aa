"""Prints the pages of docs/reference/ from the code. `python -m app.reference` writes them; a test compares."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agents.approvals import life as approvals
from agents.audit import events
from agents.deliveries import life as deliveries
from agents.plan import life as steps
from agents.planner import life as turns
from agents.policy.json_schema import schema_text
from agents.questions import life as questions
from agents.runs import life as runs
from agents.toolcalls import life as toolcalls
from agents.toolcalls.catalogue import find_tools
from app.metrics.catalogue import KNOWN
from app.settings import OTHERS, SECRETS, Settings
from app.slack.methods import scopes_page

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
PRINTED = "<!-- Printed from the code by `make docs`. Change the code, not this page. -->\n"


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "settings.md": _settings,
        "audit-events.md": _audit_events,
        "states.md": _states,
        "tools.md": _tools,
        "commands.md": _commands,
        "scopes.md": scopes_page,
        "metrics.md": _metrics,
    }
    printed = {name: PRINTED + "\n" + "\n".join(make()) + "\n" for name, make in makers.items()}
    # JSON has no comments: what it is stands in it
    return {**printed, "policy.schema.json": schema_text()}


def write() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def _settings() -> Iterable[str]:
    yield "# Settings\n"
    yield (
        "Environment over `*_FILE` (the name of a file that holds the value) over TOML: `--config`, else\n"
        "`tagwork.toml` in `TAGWORK_HOME`. An unknown key or `TAGWORK_` variable, or two forms of one secret, stops\n"
        "the start.\n"
    )
    yield "| environment | TOML | default | what it is |"
    yield "| --- | --- | --- | --- |"
    others: dict[tuple[str, ...], str] = {path: name for name, path in OTHERS.items()}
    for path, field in _fields(Settings, ()):
        name = others.get(path) or "TAGWORK_" + "__".join(path).upper()
        if path == ("tools",):
            name = "TAGWORK_TOOLS__NAME__OPTION"
        default = "" if path in SECRETS else field.get_default(call_default_factory=True)
        shown = f"`{default}`" if default not in ("", (), None, {}) else ""
        yield f"| `{name}` | `{'.'.join(path)}` | {shown} | {field.description} |"


def _fields(model: type[BaseModel], at: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], Any]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _fields(field.annotation, (*at, name))
        else:
            yield (*at, name), field


def _audit_events() -> Iterable[str]:
    yield "# Audit events\n"
    yield "Names are `subject:what` and are never reused for another meaning.\n"
    yield "| event | what happened, and what its data holds |"
    yield "| --- | --- |"
    for member, said in _said(Path(events.__file__), events.Event).items():
        yield f"| `{member.value}` | {said} |"


def _states() -> Iterable[str]:
    yield "# States\n"
    yield "What each state means, and which may follow. Nothing else may happen; every arrow has its audit event.\n"
    lives = {
        "Run": runs,
        "Turn": turns,
        "Step": steps,
        "ToolCall": toolcalls,
        "Question": questions,
        "Approval": approvals,
        "Delivery": deliveries,
    }
    for title, module in lives.items():
        state: type[StrEnum] = module.State
        follows: Mapping[StrEnum, frozenset[StrEnum]] = module.FOLLOWS
        yield f"## {title}\n"
        yield "| state | what it means | what may follow |"
        yield "| --- | --- | --- |"
        for member, said in _said(Path(str(module.__file__)), state).items():
            after = ", ".join(f"`{one.value}`" for one in state if one in follows.get(member, ())) or "nothing"
            yield f"| `{member.value}` | {said} | {after} |"
        yield ""
        yield "```mermaid\nstateDiagram-v2"
        yield from (f"    {left.value} --> {to.value}" for left in state for to in state if to in follows.get(left, ()))
        yield "```\n"


def _tools() -> Iterable[str]:
    yield "# Tools\n"
    yield "| tool | effect | reach | longest | for the model |"
    yield "| --- | --- | --- | --- | --- |"
    for name, tool in sorted(find_tools().tools.items()):
        if not type(tool.arguments).__module__.startswith("counting_tools"):
            yield (
                f"| `{name}` | {tool.effect.value} | {tool.reach.value} | {tool.seconds:g} s | "
                f"{' '.join(tool.description.split())} |"
            )


def _metrics() -> Iterable[str]:
    yield "# Metrics\n"
    yield (
        "What `/metrics` shows, in Prometheus' text form; [operators/metrics.md](../operators/metrics.md) says how to\n"
        "use it. No label holds the id of a run, a channel, a team or a person.\n"
    )
    yield "| metric | kind | labels | shown by | what it is |"
    yield "| --- | --- | --- | --- | --- |"
    for one in KNOWN.values():
        labels = ", ".join(f"`{label}`" for label in one.labels)
        yield f"| `{one.name}` | {one.kind} | {labels} | {one.shown.value} | {one.says} |"


def _commands() -> Iterable[str]:
    from typer.main import get_command

    from app.cli import build

    yield "# Commands\n"
    yield "Exit codes: 0 it holds, 1 it does not, 2 the call or a setting was wrong.\n"
    yield "| command | what it does | options |"
    yield "| --- | --- | --- |"
    yield from _verbs(get_command(build()), "tagwork")


def _verbs(command: Any, path: str) -> Iterable[str]:
    children = getattr(command, "commands", None)
    if children:
        for name in sorted(children):
            yield from _verbs(children[name], f"{path} {name}")
        return
    options = ", ".join(
        f"`{'/'.join(one.opts)}`" for one in command.params if not getattr(one, "hidden", False) and one.name != "help"
    )
    first = " ".join((command.help or "").split("\n\n")[0].split())
    yield f"| `{path}` | {first} | {options} |"


def _said(path: Path, members: type[StrEnum]) -> dict[StrEnum, str]:
    """Return the sentence that stands after each member, behind `#:`, at the first enumeration that has it."""
    text = path.read_text(encoding="utf-8")
    found: dict[StrEnum, str] = {}
    for member in members:
        match = re.search(rf'^    {member.name} = "{re.escape(member.value)}" +#: (.+)$', text, re.MULTILINE)
        found[member] = match[1] if match else ""
    return found


if __name__ == "__main__":
    write()
