"""A read that a test server counts. Effect: read."""

from counting_tools.arguments import CountWanted
from counting_tools.server import ask
from tools.contract import Effect, Reach, Tool, ToolContext, ToolFailed, ToolResult


def count_read(wanted: CountWanted, context: ToolContext) -> ToolResult:
    """Return how often this call was read before and now, as the server counts.

    Raises:
        Unavailable, ToolFailed: as counting_tools.server.ask.
    """
    said = ask(context, "GET", "count_read", what=wanted.what)
    if said is None:
        raise ToolFailed("The counting server has nothing to read.")
    return ToolResult(text=said)


TOOL = Tool(
    name="count_read",
    effect=Effect.READ,
    reach=Reach.THREAD,
    description="Read a counter that goes up with every reading. For tests of Tagwork, not for real work.",
    arguments=CountWanted,
    call=count_read,
    seconds=5.0,
    quick=True,
)
