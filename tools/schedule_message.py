"""Have a message posted later, here or to others. Effect: write, found among what waits. Reaches the workspace."""

from datetime import UTC, datetime

from pydantic import Field

from tools.contract import BadArguments, Destination, Effect, FindProof, Reach, Tool, ToolContext, ToolResult, Trust
from tools.guards.recipients import Text, ToSomeone


class LaterWanted(ToSomeone):
    text: Text
    at: str = Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})$",
        description="When, with its offset from UTC: 2026-11-24T09:00+01:00. At most 120 days ahead.",
    )


def schedule_message(wanted: LaterWanted, context: ToolContext) -> ToolResult:
    """Schedule it. Returns when it will be posted.

    Raises:
        BadArguments: a time that is in no calendar, no such person, or readers outside who were not said to be there.
        ToolFailed: it may not be posted there, or not then.
        Unavailable: Slack asks to wait.
        MayHaveHappened: the answer was lost.
    """
    at = _moment(wanted)
    context.messages.post_later(wanted.recipient, wanted.text, at)
    return _told(wanted)


def find(wanted: LaterWanted, context: ToolContext) -> ToolResult | None:
    """Return the result of a message that waits or was posted, or None. Raises MayHaveHappened where it cannot look."""
    return _told(wanted) if context.messages.is_to_come(wanted.recipient, wanted.text, _moment(wanted)) else None


def _moment(wanted: LaterWanted) -> int:
    try:
        return int(datetime.fromisoformat(wanted.at).timestamp())
    except ValueError:
        raise BadArguments(f"There is no {wanted.at} in the calendar.") from None


def _told(wanted: LaterWanted) -> ToolResult:
    when = datetime.fromtimestamp(_moment(wanted), UTC)
    to = f"to {wanted.person}" if wanted.person else f"in {wanted.channel}" if wanted.channel else "in this thread"
    return ToolResult(text=f"It will be posted {to} at {when:%Y-%m-%d %H:%M} UTC.", trust=Trust.TRUSTED)


def reached(wanted: LaterWanted) -> Destination:
    """Return the channel or person."""
    return wanted.destination


TOOL = Tool(
    name="schedule_message",
    effect=Effect.WRITE,
    reach=Reach.INSIDE,
    description=(
        "Have Slack post one message at a later time; without channel and person it is a reminder in this thread. Use "
        "it when someone asks to be reminded, or to announce something later. Say the time with the offset that they "
        "mean. Do not use it for work that is to be done later: only these words are posted. Nobody is notified by "
        "what stands in it, and addresses become code."
    ),
    arguments=LaterWanted,
    call=schedule_message,
    touches=reached,
    proof=FindProof(find),
    # three calls of Slack at most, ten seconds each
    seconds=30.0,
)
