"""An act that a test server counts every time. Effect: act."""

from counting_tools.arguments import CountWanted
from counting_tools.server import ask
from tools.contract import Effect, Reach, Tool, ToolContext, ToolFailed, ToolResult


def count_act(wanted: CountWanted, context: ToolContext) -> ToolResult:
    """Have the effect on the server, once more with every repetition.

    Raises:
        Unavailable: nothing has happened.
        ToolFailed: the server said no.
        OSError: the answer was lost, and nobody knows whether it happened.
    """
    said = ask(context, "POST", "count_act", what=wanted.what, repeatable=False)
    if said is None:
        raise ToolFailed("The counting server does nothing.")
    return ToolResult(text=said)


TOOL = Tool(
    name="count_act",
    effect=Effect.ACT,
    reach=Reach.OUTSIDE,
    description="Do something that cannot be undone, on a test server. For tests of Tagwork, not for real work.",
    arguments=CountWanted,
    call=count_act,
)
