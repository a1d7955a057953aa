"""Write into the canvas of a channel. Effect: write, found by the mark that each piece ends with."""

from typing import Self

from pydantic import Field, model_validator

from tools.contract import Arguments, Destination, Effect, FindProof, Reach, Tool, ToolContext, ToolResult, Trust, Where
from tools.guards.recipients import ChannelId, Outside, in_channel


class CanvasWanted(Arguments):
    text: str = Field(min_length=1, max_length=8_000, description="What to write, in Markdown. Addresses become code.")
    channel: ChannelId = ""
    where: Where = Field(
        default=Where.END,
        description="start or end of the canvas, after one section, or instead of one. A section is one heading, "
        "paragraph or list item.",
    )
    section: str = Field(
        default="", max_length=200, description="Words that only the section has which after and instead are about."
    )
    outside: Outside = False

    @model_validator(mode="after")
    def _a_section(self) -> Self:
        if bool(self.section.strip()) != (self.where in (Where.AFTER, Where.INSTEAD)):
            raise ValueError("section belongs to after and instead, and to these alone")
        return self


def write_canvas(wanted: CanvasWanted, context: ToolContext) -> ToolResult:
    """Write it; a channel without a canvas gets one.

    Raises:
        BadArguments: no section or several with these words, or readers outside who were not said to be there.
        ToolFailed: it may not be written there.
        Unavailable: Slack asks to wait.
        MayHaveHappened: the answer was lost.
    """
    context.canvases.write(wanted.channel, wanted.text, wanted.where, wanted.section, outside=wanted.outside)
    return _told(wanted)


def find(wanted: CanvasWanted, context: ToolContext) -> ToolResult | None:
    """Return the result where this call's mark stands in the canvas, else None. Raises MayHaveHappened as `call`."""
    return _told(wanted) if context.canvases.is_written(wanted.channel) else None


def _told(wanted: CanvasWanted) -> ToolResult:
    return ToolResult(text=f"Written into the canvas of {wanted.channel or 'this channel'}.", trust=Trust.TRUSTED)


def reached(wanted: CanvasWanted) -> Destination:
    """Return the channel."""
    return in_channel(wanted.channel, wanted.outside)


TOOL = Tool(
    name="write_canvas",
    effect=Effect.WRITE,
    reach=Reach.INSIDE,
    description=(
        "Write into the canvas of a channel, the document that everyone there can open; a channel without one gets it. "
        "Use it when someone asks to keep something in the canvas, or to bring a line of it up to date. You cannot "
        "read a canvas: to replace something, someone has to say what stands there. Do not use it to answer. Every "
        "piece ends with a short mark that it is yours."
    ),
    arguments=CanvasWanted,
    call=write_canvas,
    touches=reached,
    proof=FindProof(find),
    # four calls of Slack at most, ten seconds each
    seconds=40.0,
)
