"""An act that nobody's policy allows unasked, which a test server counts every time. Effect: act."""

from dataclasses import replace

from counting_tools.arguments import CountWanted
from counting_tools.count_act import TOOL as ACT
from counting_tools.server import ask
from tools.contract import Reach, ToolContext, ToolFailed, ToolResult


def count_asked_act(wanted: CountWanted, context: ToolContext) -> ToolResult:
    """Have the effect on the server, once more with every repetition.

    Raises:
        Unavailable: nothing has happened.
        ToolFailed: the server said no.
        OSError: the answer was lost, and nobody knows whether it happened.
    """
    said = ask(context, "POST", "count_asked_act", what=wanted.what, repeatable=False)
    if said is None:
        raise ToolFailed("The counting server does nothing.")
    return ToolResult(text=said)


TOOL = replace(ACT, name="count_asked_act", reach=Reach.INSIDE, call=count_asked_act)
