"""What is said where: conversations.info, conversations.history and conversations.replies."""

import re

from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.paging import next_cursor, read_cursor
from app.rehearsal.web_api.reach import listed_channel, readable_channel
from app.rehearsal.world.channels import channel_json
from app.rehearsal.world.message_shapes import message_json, tombstone_json
from app.rehearsal.world.messages import Message

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
WINDOW = "channel cursor limit oldest latest inclusive include_all_metadata"
# Slack's method pages: 1,000 replies and 100 messages of history by default, never more than 1,000 at once
MOST = 1_000
TS = re.compile(r"\d{1,16}(\.\d{1,6})?")


@method("conversations.info", 3, "channel include_locale include_num_members", READ)
def info(stage: Stage, args: Arguments) -> Json:
    """What a channel is."""
    channel = listed_channel(stage, args.text("channel"))
    shown = channel_json(channel, stage.world.team_id, stage.bot_user)
    if args.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.history", 3, WINDOW, HISTORY)
def history(stage: Stage, args: Arguments) -> Json:
    """The messages that stand in a channel, newest first; thread replies only when they were broadcast."""
    channel = readable_channel(stage, args.text("channel"))
    shown = [
        one
        for one in stage.world.messages[channel.id].values()
        if not one.deleted and (one.root is None or one.broadcast)
    ]
    newest_first = sorted(_window(args, shown), key=lambda one: one.ts, reverse=True)
    before = read_cursor(args, "ts")
    left = [one for one in newest_first if not before or one.ts < before]
    limit = args.number("limit", 100, MOST, "invalid_limit")
    page = left[:limit]
    return {
        "messages": _shown(stage, args, page),
        "has_more": len(left) > limit,
        "pin_count": 0,
        "response_metadata": next_cursor("ts", page[-1].ts if len(left) > limit else ""),
    }


@method("conversations.replies", 3, f"ts {WINDOW}", HISTORY)
def replies(stage: Stage, args: Arguments) -> Json:
    """A thread, oldest first (slack.md 8.23). The root opens the first page whatever `oldest` says ("guess").

    The ts of a reply gets that reply alone ("guess": only a root's ts names a thread).
    """
    channel = readable_channel(stage, args.text("channel"))
    root = stage.world.messages[channel.id].get(args.text("ts"))
    standing = stage.world.live_replies(channel.id, root.ts) if root else []
    if root is None or (root.deleted and not standing):
        raise SlackError("thread_not_found")
    after = read_cursor(args, "ts")
    left = [one for one in _window(args, standing) if not after or one.ts > after]
    if not after:
        left.insert(0, root)
    limit = args.number("limit", MOST, MOST, "invalid_limit")
    page, more = left[:limit], len(left) > limit
    return {
        "messages": _shown(stage, args, page),
        "has_more": more,
        "response_metadata": next_cursor("ts", page[-1].ts if more else ""),
    }


def _shown(stage: Stage, args: Arguments, page: list[Message]) -> list[Json]:
    metadata = args.flag("include_all_metadata")
    return [
        tombstone_json(stage.world, one)
        if one.deleted
        else message_json(stage.world, one, stage.base_url, with_metadata=metadata)
        for one in page
    ]


def _window(args: Arguments, messages: list[Message]) -> list[Message]:
    oldest, latest = _stamp(args, "oldest"), _stamp(args, "latest")
    inclusive = args.flag("inclusive")

    def inside(one: Message) -> bool:
        ts = _micros(one.ts)
        if oldest is not None and (ts < oldest or (ts == oldest and not inclusive)):
            return False
        return latest is None or ts < latest or (ts == latest and inclusive)

    return [one for one in messages if inside(one)]


def _stamp(args: Arguments, name: str) -> int | None:
    value = args.given.get(name)
    if value in (None, ""):
        return None
    if not TS.fullmatch(str(value)):
        raise SlackError(f"invalid_ts_{name}")
    return _micros(str(value))


def _micros(ts: str) -> int:
    seconds, _, micros = ts.partition(".")
    return int(seconds) * 1_000_000 + int(micros.ljust(6, "0"))
