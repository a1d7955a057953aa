"""A write that a test server counts and can look up, but repeats when asked twice. Effect: write."""

from counting_tools.arguments import CountWanted
from counting_tools.server import ask
from tools.contract import Effect, FindProof, Reach, Tool, ToolContext, ToolFailed, ToolResult


def count_found_write(wanted: CountWanted, context: ToolContext) -> ToolResult:
    """Have the server keep the words; a second call keeps them twice, so `find` must be asked before repeating.

    Raises:
        Unavailable, ToolFailed: as counting_tools.server.ask.
        OSError: the answer was lost, and nobody knows whether it happened.
    """
    said = ask(context, "POST", "count_found_write", what=wanted.what, repeatable=False)
    if said is None:
        raise ToolFailed("The counting server takes no writes.")
    return ToolResult(text=said)


def find(wanted: CountWanted, context: ToolContext) -> ToolResult | None:
    """Return what an earlier effect of this call answered, or None where it had none."""
    said = ask(context, "GET", "count_found_write")
    return None if said is None else ToolResult(text=said)


TOOL = Tool(
    name="count_found_write",
    effect=Effect.WRITE,
    reach=Reach.INSIDE,
    description="Keep some words on a server that can look them up. For tests of Tagwork, not for real work.",
    arguments=CountWanted,
    call=count_found_write,
    # whoever repeats it waits for so long, because its first worker may still be inside it
    seconds=5.0,
    proof=FindProof(find),
)
