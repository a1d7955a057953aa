"""Reading along: what a Run may that nobody addressed, when it keeps silent, and when it stops listening. Pure.

Such a Run reads in the place where it is, and nothing more: nobody stands behind it who could say yes to anything.
"""

from collections.abc import Sequence

from agents.runs.life import State
from tools.contract import Effect, Reach, Tool

NEAR = frozenset({Reach.THREAD, Reach.INSIDE})

PAUSED_AFTER = 100
"""Messages in a row to which nothing was to be said, and after which it listens no more until someone mentions it: as
many as Claude Tag reads (its users' guide, when Claude responds)."""

NOBODY_TO_ASK = "Nobody asked for this, so nobody is asked for a yes to it."

SILENT = "SILENT:"
"""What a reply begins with that is not to be shown; behind it stands why."""

SAID_SO, ASKED, LATE, NO_MONEY = "model", "asked", "late", "budget"
"""Causes of a Run's silence: its model chose it, or never came to choose."""

SILENCED = {
    ASKED: "someone asked me in its thread before I came to a word",
    LATE: "I came to it when it was ten minutes old or older",
    NO_MONEY: "there was no money for it",
    "deletion": "its message was deleted",
}
"""What people read of those causes that are not the model's; `deletion` is a way to stop (agents.stopping.How)."""

TOLD = f"""\
Nobody addressed you. In this channel you read along, and what follows was written for others. Answer only if all of \
this is so: someone states a question or a need of theirs that nobody has met; you know the answer, or find it with \
your tools; it is worth interrupting people for. Then answer once, shortly, in at most five sentences. You cannot \
change anything here: if the need is work, say in one sentence that they can mention you to have it done.
In every other case, and whenever you doubt, your whole reply is one line: {SILENT} and why, in a few words. Nobody \
sees that line. Most messages are of this kind."""


def unasked_may(tool: Tool) -> bool:
    """Whether a tool is offered to a Run that nobody asked for."""
    return tool.effect is Effect.READ and tool.reach in NEAR


def silence_in(text: str) -> str | None:
    """Return why nothing is to be said, by the model's own word; None: its words are an answer.

    A reply without words says nothing, and one that says both is not shown: what nobody asked for may be left out.
    """
    lines = [line.strip().strip("*_`> ") for line in text.splitlines()]
    if not any(lines):
        return "it said nothing"
    silent = next((line for line in lines if line.upper().startswith(SILENT)), None)
    return None if silent is None else silent[len(SILENT) :].strip() or "it gave no reason"


def paused(newest: Sequence[State]) -> bool:
    """Whether it listens no more in a channel: its newest Runs there, PAUSED_AFTER of them, all ended in silence."""
    return len(newest) >= PAUSED_AFTER and all(one is State.SILENT for one in newest[:PAUSED_AFTER])
