"""Tools as plain values, and an engine whose catalogue holds just these."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from agents.journal import policies, workspaces
from agents.journal.transaction import Transaction
from agents.policy.document import Document
from agents.policy.from_settings import FromSettings
from agents.toolcalls.catalogue import Catalogue
from tests.given.engines import Engine
from tools.contract import Arguments, Effect, Proof, Reach, Tool, ToolContext, ToolResult


class Words(Arguments):
    """What every plain tool takes."""

    what: str = ""


@dataclass
class Hand:
    """What the tools of one test did, in order. `does` may raise what a tool may raise, or wait."""

    done: list[str] = field(default_factory=list)
    does: Callable[[str], None] = lambda what: None

    def call(self, wanted: Words, context: ToolContext) -> ToolResult:
        """Do it: note the words, then whatever `does` brings."""
        self.done.append(wanted.what)
        self.does(wanted.what)
        return ToolResult(text=f"done: {wanted.what}")

    def tool(
        self,
        name: str,
        effect: Effect,
        *,
        proof: Proof | None = None,
        seconds: float = 60.0,
        quick: bool = False,
    ) -> Tool:
        """Return a tool of this hand. A `read` reaches the thread, all else the workspace."""
        return Tool(
            name=name,
            effect=effect,
            reach=Reach.THREAD if effect is Effect.READ else Reach.INSIDE,
            description=f"{name}, for tests.",
            arguments=Words,
            call=self.call,
            seconds=seconds,
            quick=quick,
            proof=proof,
        )


def equip(engine: Engine, *tools: Tool, allow: bool = True) -> None:
    """Give the engine these tools and no others; the policy lists them by name unless told not to."""
    names = frozenset(tool.name for tool in tools) if allow else frozenset[str]()
    engine.room = replace(
        engine.room,
        catalogue=Catalogue({tool.name: tool for tool in tools}, {}),
        conduct=replace(engine.room.conduct, policy=FromSettings(names)),
    )


def with_policy(engine: Engine, *names: str) -> None:
    """Have the policy allow these and nothing else."""

    def nothing_else(tx: Transaction) -> None:
        for workspace in workspaces.every(tx):
            if policies.newest(tx, workspace.id) is None:
                policies.add(tx, workspace.id, Document(), seen=0, actor="person:U0ADAM00001", reason="")

    engine.journal.write(nothing_else)
    conduct = replace(engine.room.conduct, policy=FromSettings(frozenset(names)))
    engine.room = replace(engine.room, conduct=conduct)
