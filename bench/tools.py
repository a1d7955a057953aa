"""The tool that both sides call: it does next to nothing, so that what stands around it is measured."""

from pydantic import Field

from tools.contract import Arguments, Effect, Reach, Tool, ToolContext, ToolResult


def look_up(what: str) -> str:
    """Return what there is to know about `what`."""
    return f"{what}: nothing new."


class Wanted(Arguments):
    what: str = Field(default="", max_length=100, description="What to look up.")


def _call(wanted: Wanted, context: ToolContext) -> ToolResult:
    return ToolResult(text=look_up(wanted.what))


LOOK_UP = Tool(
    name="look_up",
    effect=Effect.READ,
    reach=Reach.THREAD,
    description="Look something up. For measurements, not for real work.",
    arguments=Wanted,
    call=_call,
    seconds=5.0,
    quick=True,
)

LOOK_UP_ELSEWHERE = Tool(
    name="look_up_elsewhere",
    effect=Effect.READ,
    reach=Reach.THREAD,
    description="Look something up, on whichever worker is free. For measurements, not for real work.",
    arguments=Wanted,
    call=_call,
)
