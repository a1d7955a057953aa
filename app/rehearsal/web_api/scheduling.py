"""chat.scheduleMessage, chat.deleteScheduledMessage, chat.scheduledMessages.list."""

from math import inf

from app.rehearsal.json_shape import Json
from app.rehearsal.metadata import read_metadata
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments, wrong_argument
from app.rehearsal.web_api.content import CONTENT, may_unfurl, read_content
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.own_messages import WRITE, check_root, own
from app.rehearsal.web_api.paging import next_cursor, read_cursor
from app.rehearsal.web_api.reach import known_channel, writable_channel
from app.rehearsal.world.scheduled import Scheduled

# Slack's pages: up to 120 days ahead; none is deleted in its last minute
FURTHEST_SECONDS = 120 * 86_400
LAST_MINUTE = 60
PAGE, MOST = 100, 1_000
# Slack's page on chat.scheduleMessage: at most 30 in a channel within five minutes
WINDOW_SECONDS, IN_WINDOW = 300, 30
# that page names each of CONTENT but this one
TAKEN = CONTENT.replace(" mrkdwn", "")


@method("chat.scheduleMessage", 3, f"channel post_at thread_ts reply_broadcast metadata {TAKEN}", WRITE)
def schedule_message(stage: Stage, args: Arguments) -> Json:
    """Let a message wait for its time, which Rehearsal's clock tells."""
    channel = writable_channel(stage, args.text("channel"))
    post_at = _post_at(stage, args)
    text, blocks = read_content(args)
    root = args.text("thread_ts", "") or None
    if root:
        check_root(stage, channel.id, root)
    metadata = read_metadata(args.given.get("metadata"))
    said = own(stage, channel.id, root, text, blocks=blocks, metadata=metadata, unfurls=may_unfurl(args))
    said.broadcast = bool(root) and args.flag("reply_broadcast")
    near = [
        one
        for one in stage.world.schedule.waiting
        if one.message.channel == channel.id and abs(one.post_at - post_at) < WINDOW_SECONDS
    ]
    if len(near) >= IN_WINDOW:
        raise SlackError("restricted_too_many")
    made = Scheduled(stage.world.ids.new("Q"), said, post_at, int(stage.world.clock.now()))
    stage.world.schedule.waiting.append(made)
    shown = {"text": text, "type": "delayed_message", "bot_id": said.bot_id, "user": said.user, "blocks": blocks}
    return {"channel": channel.id, "scheduled_message_id": made.id, "post_at": post_at, "message": shown}


@method("chat.deleteScheduledMessage", 3, "channel scheduled_message_id", WRITE)
def delete_scheduled_message(stage: Stage, args: Arguments) -> Json:
    """Let a message wait no more; not in its last minute."""
    channel, wanted = known_channel(stage, args.text("channel")), args.text("scheduled_message_id")
    waiting = stage.world.schedule.waiting
    found = next((one for one in waiting if one.id == wanted and one.message.channel == channel.id), None)
    if found is None or found.post_at - stage.world.clock.now() < LAST_MINUTE:
        raise SlackError("invalid_scheduled_message_id")
    waiting.remove(found)
    return {}


@method("chat.scheduledMessages.list", 3, "channel cursor latest limit oldest")
def list_scheduled_messages(stage: Stage, args: Arguments) -> Json:
    """The messages that wait, earliest first, in pages."""
    channel = args.text("channel", "")
    oldest, latest = _bound(args, "oldest", 0.0), _bound(args, "latest", inf)
    start, limit = read_cursor(args, "scheduled"), args.number("limit", PAGE, MOST, "invalid_arguments")
    found = sorted(
        (
            one
            for one in stage.world.schedule.waiting
            if channel in ("", one.message.channel) and oldest <= one.post_at <= latest
        ),
        key=_place,
    )
    left = [one for one in found if _place(one) > start]
    more = _place(left[limit - 1]) if left[limit:] else ""
    page = [one.shown() for one in left[:limit]]
    return {"scheduled_messages": page, "response_metadata": next_cursor("scheduled", more)}


def _bound(args: Arguments, name: str, default: float) -> float:
    try:
        return float(args.given.get(name) or default)
    except (TypeError, ValueError):
        raise wrong_argument(f"must be a time in Unix seconds: {name}") from None


def _place(scheduled: Scheduled) -> str:
    return f"{scheduled.post_at:012d}/{scheduled.id}"


def _post_at(stage: Stage, args: Arguments) -> int:
    try:
        post_at = int(args.given.get("post_at") or "")
    except (TypeError, ValueError):
        raise SlackError("invalid_time") from None
    ahead = post_at - stage.world.clock.now()
    if ahead <= 0:
        raise SlackError("time_in_past")
    if ahead > FURTHEST_SECONDS:
        raise SlackError("time_too_far")
    return post_at
