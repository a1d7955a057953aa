"""What a tool is lent for one call of a real Run, on the real wire; and a worker process that makes such a call.

The policy is not asked here: whether a call may run is another matter than what it does when it runs.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agents.ids import new_id
from agents.journal import runs, threads
from agents.journal.transaction import Journal
from agents.surface import Surface
from agents.toolcalls.catalogue import find_tools
from agents.toolcalls.lending import lend
from agents.toolcalls.life import State, ToolCall
from app import wiring
from app.settings import load
from tests.given.engines import Engine
from tools.contract import Effect, FindProof, Tool, ToolContext, ToolResult

ROOT = Path(__file__).parents[2]


def a_tool(name: str) -> Tool:
    """Return one of the house's tools."""
    return find_tools().tools[name]


def a_call(engine: Engine, tool: str, *, channel: str = "sales", call_id: str = "") -> ToolCall:
    """Have Ann ask for something in a channel, and return a call of that Run which has just been begun."""
    _, run = engine.asks("ann", "please do it", channel=channel)
    return ToolCall(
        id=call_id or new_id(),
        workspace_id=run.workspace_id,
        run_id=run.id,
        turn_id="",
        step_id=None,
        step_number=None,
        position=0,
        use_id="",
        tool=tool,
        effect=Effect.WRITE,
        status=State.RUNNING,
        arguments_content_id="",
        arguments_digest="",
        decision="allow",
        rule="",
        reason="",
        due_at=None,
        lease_owner=None,
        lease_until=None,
        fence=1,
        attempts=1,
        first_started_at=engine.journal.read(lambda tx: tx.now()),
        result_content_id=None,
        told=False,
    )


def lent_to(engine: Engine, call: ToolCall) -> ToolContext:
    """Return what this call is lent by the engine's own settings."""
    return _lend(engine.journal, engine.room.surface(engine.rehearsal.team_id), call, engine.room.conduct)


def _lend(journal: Journal, surface: Surface, call: ToolCall, conduct: Any) -> ToolContext:
    run = journal.read(lambda tx: runs.by_id(tx, call.run_id))
    assert run is not None
    place = journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    return lend(journal, surface, place, call, a_tool(call.tool), {}, conduct.policy, conduct.reach)


def calls(engine: Engine, call: ToolCall, **arguments: Any) -> ToolResult:
    """Make a call."""
    tool = a_tool(call.tool)
    return tool.call(tool.arguments.model_validate(arguments), lent_to(engine, call))


def finds(engine: Engine, call: ToolCall, **arguments: Any) -> ToolResult | None:
    """Ask a tool's proof whether this call had its effect."""
    tool = a_tool(call.tool)
    assert isinstance(tool.proof, FindProof)
    return tool.proof.find(tool.arguments.model_validate(arguments), lent_to(engine, call))


def a_caller(engine: Engine, call: ToolCall, home: Path, **arguments: Any) -> "subprocess.Popen[bytes]":
    """Start a worker process that makes this call and then ends."""
    environment = {
        **os.environ,
        **engine.rehearsal.environment(),
        "SLACK_SIGNING_SECRET": engine.rehearsal.signing_secret,
        "PYTHONPATH": str(ROOT),
        "TAGWORK_HOME": str(home),
        "TAGWORK_SLACK__CALL_BUDGET": "0",
        "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
    }
    told = json.dumps({"call": asdict(call), "arguments": arguments})
    return subprocess.Popen([sys.executable, "-m", __name__, told], env=environment, cwd=ROOT)


def _main() -> None:
    told = json.loads(sys.argv[1])
    settings = load({name: value for name, value in os.environ.items() if not name.startswith("TEST_")})
    journal, place = wiring.open_journal(settings), wiring.in_slack(settings)
    known = told["call"]
    call = ToolCall(**{**known, "effect": Effect(known["effect"]), "status": State(known["status"])})
    tool = a_tool(call.tool)
    context = _lend(journal, place.surface, call, wiring.conduct_of(settings))
    tool.call(tool.arguments.model_validate(told["arguments"]), context)


if __name__ == "__main__":
    _main()
