"""A write that a test server counts, and of which it honours the key. Effect: write."""

from counting_tools.arguments import CountWanted
from counting_tools.server import ask
from tools.contract import Effect, KeyProof, Reach, Tool, ToolContext, ToolFailed, ToolResult


def count_write(wanted: CountWanted, context: ToolContext) -> ToolResult:
    """Have the server keep the words, once per call however often this is repeated.

    Raises:
        Unavailable, ToolFailed: as counting_tools.server.ask.
        OSError: the answer was lost, and nobody knows whether it happened.
    """
    said = ask(context, "POST", "count_write", what=wanted.what, repeatable=False)
    if said is None:
        raise ToolFailed("The counting server takes no writes.")
    return ToolResult(text=said)


TOOL = Tool(
    name="count_write",
    effect=Effect.WRITE,
    reach=Reach.INSIDE,
    description="Keep some words on a server that honours keys. For tests of Tagwork, not for real work.",
    arguments=CountWanted,
    call=count_write,
    proof=KeyProof(lives=86_400),
)
