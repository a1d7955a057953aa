"""The audit trail of the demo, short: each Run with what was allowed, denied and asked, and where it ran."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Event = Mapping[str, Any]
COMMAND = (sys.executable, "-m", "app.cli", "audit")
ASKED = "tool_call:asked"
DECIDED = frozenset({"tool_call:allowed", "tool_call:denied", ASKED})
CAME_TO = frozenset({"tool_call:succeeded", "tool_call:failed", "tool_call:unknown"})
"""How a call ends that ran."""
TOLD: Mapping[str, str] = {
    "plan:laid_out": "lays out the plan",
    "question:open": "asks people a question",
    "question:answered": "answers it",
    "approval:granted": "says yes to it",
    "approval:refused": "says no to it",
    "run:stopped": "stops it",
    "run:failed": "ends it as failed",
    "run:done": "ends it as done",
}
"""Events of a Run that are told besides its calls and what people said, in words that follow who did it."""


def events(environ: Mapping[str, str]) -> list[Event]:
    """Return every event of the trail, oldest first."""
    command = [*COMMAND, "show", "--json", "--last", "0"]
    printed = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in printed.stdout.splitlines()]


def in_short(trail: Iterable[Event], people: Mapping[str, str]) -> list[str]:
    """Return the trail in lines, Run by Run. `people`: names by id."""
    runs: dict[str, list[Event]] = {}
    for event in trail:
        if event["run"]:
            runs.setdefault(str(event["run"]), []).append(event)
    return [line for told in runs.values() for line in _run(told, people)]


def _run(told: Sequence[Event], people: Mapping[str, str]) -> list[str]:
    number = next((one["data"]["number"] for one in told if one["event"] == "run:queued"), "?")
    lines = [f"  #{number}"]
    lines += [f"    {str(one['at'])[11:23]}  {words}" for one in told if (words := _words(one, told, people))]
    ran = (_process(str(one["data"]["worker"])) for one in told if one["event"] == "tool_call:running")
    where = " and ".join(dict.fromkeys(ran))
    return [*lines, f"    its calls ran in {where}{_side_by_side(told)}"] if where else lines


def _side_by_side(told: Sequence[Event]) -> str:
    """The pairs of tools whose calls were under way at the same time in two workers."""
    running: dict[str, tuple[str, str]] = {}
    pairs: dict[str, None] = {}
    for one in told:
        call, kind = str(one["data"].get("call")), str(one["event"])
        if kind == "tool_call:running":
            tool, worker = str(one["data"]["tool"]), str(one["data"]["worker"])
            pairs |= {f"{other} and {tool}": None for other, where in running.values() if where != worker}
            running[call] = tool, worker
        elif kind.startswith("tool_call:"):
            running.pop(call, None)
    return f": {', '.join(pairs)} side by side" if pairs else ""


def _words(one: Event, told: Sequence[Event], people: Mapping[str, str]) -> str:
    kind, data = str(one["event"]), one["data"]
    call = str(data.get("call"))
    asked = next((before for before in told if (before["event"], before["data"].get("call")) == (ASKED, call)), None)
    if kind in CAME_TO and asked:
        return f"{asked['data']['tool']:<14} {kind.partition(':')[2]} in {_by(one, people)}"
    if kind in DECIDED and "approval" not in data:
        # what became of a call that asks is told where it happened: people came between
        became = "" if asked else _became(call, told)
        return f"{data['tool']:<14} {kind.partition(':')[2]} by {data['rule']}{became}"
    if kind == "input:received":
        return f"{_by(one, people)} is heard ({str(data['kind']).replace('_', '-')})"
    return f"{_by(one, people)} {TOLD[kind]}" if kind in TOLD else ""


def _became(call: str, told: Sequence[Event]) -> str:
    """What became of a call, and where it ran. A denied one became nothing."""
    of_it = [one for one in told if one["data"].get("call") == call and str(one["event"]).startswith("tool_call:")]
    last = str(of_it[-1]["event"]).partition(":")[2]
    ran = [_process(str(one["data"]["worker"])) for one in of_it if one["event"] == "tool_call:running"]
    return f", {last} in {ran[-1]}" if ran else ""


def _by(one: Event, people: Mapping[str, str]) -> str:
    kind, _, who = str(one["actor"]).partition(":")
    return people.get(who, who) if kind == "person" else _process(str(one["actor"]))


def _process(actor: str) -> str:
    """A worker by its process id: `worker:host|boot|namespace|pid|start` is `worker 4711`."""
    parts = actor.split("|")
    return f"worker {parts[3]}" if len(parts) == 5 else actor
