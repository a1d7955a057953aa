"""Where the app and people are: conversations.list, members, join, leave, open and users.conversations."""

from collections.abc import Iterable
from typing import Any

from app.rehearsal.events.occasions import membership_changed
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.paging import next_cursor, read_cursor
from app.rehearsal.web_api.reach import known_channel, listed_channel, need_scope
from app.rehearsal.world.channels import Channel, channel_json

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
LEAVE = ("channels:manage", "groups:write", "im:write", "mpim:write")
TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
PAGE, MOST = 100, 1_000
# Slack's page on conversations.open
PEOPLE_IN_GROUP = 8


@method("conversations.list", 2, "cursor exclude_archived limit types", READ)
def list_conversations(stage: Stage, args: Arguments) -> Json:
    """The channels that the app may know of, in pages; private ones and direct messages only where it is in."""
    ours = stage.bot_user
    known = [one for one in stage.world.channels.values() if one.kind == "public" or ours in one.members]
    return _page(stage, args, known)


@method("users.conversations", 3, "cursor exclude_archived limit types user", READ)
def users_conversations(stage: Stage, args: Arguments) -> Json:
    """The channels that someone is in, as far as the app may know of them; the app's own without `user`."""
    user = args.text("user", stage.bot_user)
    if user not in stage.world.people:
        raise SlackError("user_not_found")
    ours = stage.bot_user
    known = [
        one
        for one in stage.world.channels.values()
        if user in one.members and (one.kind == "public" or ours in one.members)
    ]
    return _page(stage, args, known)


@method("conversations.members", 4, "channel cursor limit", READ)
def members(stage: Stage, args: Arguments) -> Json:
    """Who is in a channel, in pages."""
    channel = listed_channel(stage, args.text("channel"))
    limit = args.number("limit", PAGE, MOST, "invalid_limit")
    start = read_cursor(args, "user")
    page = [user for user in sorted(channel.members) if user > start]
    more = page[limit - 1] if page[limit:] else ""
    return {"members": page[:limit], "response_metadata": next_cursor("user", more)}


@method("conversations.join", 3, "channel", ("channels:join",))
def join(stage: Stage, args: Arguments) -> Json:
    """Let the app join a public channel."""
    channel = known_channel(stage, args.text("channel"))
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    answer: Json = {}
    if stage.bot_user in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        channel.members.append(stage.bot_user)
        events = membership_changed(stage, channel, stage.bot_user, "member_joined_channel", channel.creator)
        stage.deliveries.send(events)
    return {"channel": channel_json(channel, stage.world.team_id, stage.bot_user), **answer}


@method("conversations.leave", 3, "channel", LEAVE)
def leave(stage: Stage, args: Arguments) -> Json:
    """Let the app leave a channel."""
    channel = known_channel(stage, args.text("channel"))
    need_scope(stage, "channels:manage" if channel.kind == "public" else f"{channel.scope_word}:write")
    if channel.kind == "im":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.name == "general":
        raise SlackError("cant_leave_general")
    if stage.bot_user not in channel.members:
        return {"not_in_channel": True}
    events = membership_changed(stage, channel, stage.bot_user, "member_left_channel", channel.creator)
    stage.deliveries.send(events)
    channel.members.remove(stage.bot_user)
    return {}


@method("conversations.open", 3, "channel users return_im prevent_creation", ("im:write", "mpim:write"))
def open_conversation(stage: Stage, args: Arguments) -> Json:
    """Open the direct message with one person, or the group message with up to eight."""
    if "channel" in args:
        channel = known_channel(stage, args.text("channel"))
    else:
        users = _users(stage, args.given.get("users") or "")
        if len(users) == 1:
            need_scope(stage, "im:write")
            channel = stage.world.direct_message(users[0])
        else:
            need_scope(stage, "mpim:write")
            channel = stage.world.group_message(users)
    full = channel_json(channel, stage.world.team_id, stage.bot_user)
    return {"channel": full if args.flag("return_im") else {"id": channel.id}}


def _users(stage: Stage, given: Any) -> list[str]:
    users = given if isinstance(given, list) else [one.strip() for one in str(given).split(",") if one.strip()]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > PEOPLE_IN_GROUP:
        raise SlackError("too_many_users")
    for user in users:
        person = stage.world.people.get(user)
        if person is None:
            raise SlackError("user_not_found")
        if person.kind == "deactivated":
            raise SlackError("user_disabled")
    return users


def _page(stage: Stage, args: Arguments, channels: Iterable[Channel]) -> Json:
    wanted = _types(args)
    for kind in wanted:
        need_scope(stage, {"public": "channels:read", "private": "groups:read"}.get(kind, f"{kind}:read"))
    start, limit = read_cursor(args, "channel"), args.number("limit", PAGE, MOST, "invalid_limit")
    left = [
        one
        for one in sorted(channels, key=lambda one: one.id)
        if one.kind in wanted and one.id > start and not (one.archived and args.flag("exclude_archived"))
    ]
    more = left[limit - 1].id if left[limit:] else ""
    shown = [channel_json(one, stage.world.team_id, stage.bot_user) for one in left[:limit]]
    return {"channels": shown, "response_metadata": next_cursor("channel", more)}


def _types(args: Arguments) -> list[str]:
    named = [one.strip() for one in args.text("types", "public_channel").split(",")]
    if any(one not in TYPES for one in named):
        raise SlackError("invalid_types")
    return [TYPES[one] for one in named]
