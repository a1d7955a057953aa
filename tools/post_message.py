"""Post into another channel, or write to a person. Effect: write, found by its mark. Reaches the workspace."""

import hashlib
from typing import Self

from pydantic import model_validator

from tools.contract import Destination, Effect, FindProof, Reach, Sent, Source, Tool, ToolContext, ToolResult, Trust
from tools.guards.recipients import Text, ToSomeone


class MessageWanted(ToSomeone):
    text: Text

    @model_validator(mode="after")
    def _someone(self) -> Self:
        if not self.channel and not self.person:
            raise ValueError("names neither a channel nor a person")
        return self


def post_message(wanted: MessageWanted, context: ToolContext) -> ToolResult:
    """Post it. Returns where it stands.

    Raises:
        BadArguments: no such person, or readers outside who were not said to be there.
        ToolFailed: it may not be posted there.
        Unavailable: Slack asks to wait.
        MayHaveHappened: the answer was lost.
    """
    return _told(wanted, context.messages.post(wanted.recipient, wanted.text))


def find(wanted: MessageWanted, context: ToolContext) -> ToolResult | None:
    """Return the result of a post that this call made, or None. Raises MayHaveHappened where it cannot look."""
    sent = context.messages.posted(wanted.recipient)
    return None if sent is None else _told(wanted, sent)


def _told(wanted: MessageWanted, sent: Sent) -> ToolResult:
    digest = hashlib.sha256(wanted.text.encode()).hexdigest()
    source = Source(kind="message", id=sent.at, digest=digest, title="me", url=sent.url)
    to = f"to {wanted.person}" if wanted.person else f"in {wanted.channel}"
    return ToolResult(text=f"Posted {to} as message {sent.at}.", sources=(source,), trust=Trust.TRUSTED)


def reached(wanted: MessageWanted) -> Destination:
    """Return the channel or person."""
    return wanted.destination


TOOL = Tool(
    name="post_message",
    effect=Effect.WRITE,
    reach=Reach.INSIDE,
    description=(
        "Post one message into a channel, or write to one person, for all who read there. Use it only when someone "
        "asked for it: to tell another channel, to hand something to a colleague. Do not use it to answer here: what "
        "you say at the end is posted in this thread by itself. Nobody is notified by what stands in it, and addresses "
        "become code."
    ),
    arguments=MessageWanted,
    call=post_message,
    touches=reached,
    proof=FindProof(find),
    # three calls of Slack at most, ten seconds each
    seconds=30.0,
)
