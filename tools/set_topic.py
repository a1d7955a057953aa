"""Set what stands at the top of a channel. Effect: write, found by reading it. Reaches the workspace."""

from pydantic import Field

from tools.contract import Arguments, Destination, Effect, FindProof, Reach, Tool, ToolContext, ToolResult, Trust
from tools.guards.recipients import ChannelId, Outside, in_channel


class TopicWanted(Arguments):
    topic: str = Field(max_length=250, description="The new topic, plain words without addresses. Empty: none.")
    channel: ChannelId = ""
    outside: Outside = False


def set_topic(wanted: TopicWanted, context: ToolContext) -> ToolResult:
    """Set it.

    Raises:
        BadArguments: readers outside who were not said to be there.
        ToolFailed: it may not be set there.
        Unavailable: Slack asks to wait.
        MayHaveHappened: the answer was lost.
    """
    context.topics.set(wanted.channel, wanted.topic, outside=wanted.outside)
    return _told(wanted)


def find(wanted: TopicWanted, context: ToolContext) -> ToolResult | None:
    """Return the result where the channel has this topic, else None. Raises MayHaveHappened where it cannot look."""
    return _told(wanted) if context.topics.is_set(wanted.channel, wanted.topic) else None


def _told(wanted: TopicWanted) -> ToolResult:
    return ToolResult(text=f"The topic of {wanted.channel or 'this channel'} is set.", trust=Trust.TRUSTED)


def reached(wanted: TopicWanted) -> Destination:
    """Return the channel."""
    return in_channel(wanted.channel, wanted.outside)


TOOL = Tool(
    name="set_topic",
    effect=Effect.WRITE,
    reach=Reach.INSIDE,
    description=(
        "Set the topic of a channel, the line at its top that everyone there sees; what stood there is replaced. Use "
        "it only when someone asked for it. Do not use it for longer texts (write_canvas), nor to answer."
    ),
    arguments=TopicWanted,
    call=set_topic,
    touches=reached,
    proof=FindProof(find),
    # three calls of Slack at most, ten seconds each
    seconds=30.0,
)
