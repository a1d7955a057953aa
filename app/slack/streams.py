"""Messages that grow: opened without text, grown with text that is inert by itself, made exact when they end.

A stream takes no flag against previews (docs.slack.dev, methods/chat.startStream), so its text holds nothing that a
client could take for an address, a mention or a link, not even as code. The layout that people keep replaces it.
"""

from agents.messages import Message
from agents.surface import OutcomeUnknown, Place, Refused
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.limits import MARKDOWN
from app.slack.posting import send
from app.slack.streamed_text import settled

OVER = frozenset({"message_not_in_streaming_state", "stopped_by_user"})
"""The stream has ended: by us, by age, or by somebody's Stop. docs.slack.dev, methods/chat.appendStream, errors."""


def open_stream(egress: Egress, place: Place, reader: str, deadline: Deadline) -> str:
    """Begin a stream without text. Returns its ts."""
    asked = {
        "channel": place.channel,
        "thread_ts": place.root,
        "recipient_user_id": reader,
        "recipient_team_id": place.team_id,
    }
    at = egress.call("chat.startStream", asked, seconds=deadline).get("ts")
    if not isinstance(at, str):
        raise OutcomeUnknown("unreadable_answer")
    return at


def grow(egress: Egress, place: Place, at: str, before: str, more: str, deadline: Deadline) -> None:
    """Show what `more` adds to what of `before` is shown already."""
    shown = len(settled(before))
    new = settled(before + more)[shown:]
    for start in range(0, len(new), MARKDOWN):
        chunk = {"type": "markdown_text", "text": new[start : start + MARKDOWN]}
        try:
            egress.call("chat.appendStream", {"channel": place.channel, "ts": at, "chunks": [chunk]}, seconds=deadline)
        except Refused as no:
            raise Refused("message_not_in_streaming_state") if no.cause in OVER else no from None


def close(egress: Egress, place: Place, at: str, deadline: Deadline, *, works: bool) -> None:
    """End a stream with what it says. Slack takes the agent for idle afterwards, unless it is told that it `works`."""
    status = "processing" if works else "active"
    try:
        egress.call("chat.stopStream", {"channel": place.channel, "ts": at, "session_status": status}, seconds=deadline)
    except Refused as no:
        if no.cause not in OVER | {"message_not_found"}:
            raise


def end(
    egress: Egress, place: Place, at: str, message: Message, delivery_id: str, deadline: Deadline, *, works: bool
) -> None:
    """End a stream, and make its message say exactly `message`: what stopStream is given it only adds."""
    close(egress, place, at, deadline, works=works)
    send(egress, "chat.update", {"channel": place.channel, "ts": at}, message, delivery_id, deadline)
