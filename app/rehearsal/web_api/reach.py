"""Which channels the app reaches, for reading and for writing, and which scope it needs for each kind."""

from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.world.channels import Channel


def need_scope(stage: Stage, *any_of: str) -> None:
    """Raise missing_scope unless the manifest grants one of these scopes (slack.md 4 and 5.1)."""
    if any_of and not stage.manifest.scopes & {*any_of}:
        raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(stage.manifest.scopes)))


def known_channel(stage: Stage, channel_id: str) -> Channel:
    """The channel, if the app may know of it: a private one or a direct message only from inside ("guess").

    Slack takes names here too in some methods; Rehearsal takes ids only ("guess": names are deprecated).
    """
    channel = stage.world.channels.get(channel_id)
    if channel is None or (channel.kind != "public" and stage.bot_user not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def readable_channel(stage: Stage, channel_id: str) -> Channel:
    """A channel whose messages the app may read: from inside, with the history scope of its kind."""
    channel = known_channel(stage, channel_id)
    need_scope(stage, f"{channel.scope_word}:history")
    if stage.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def listed_channel(stage: Stage, channel_id: str) -> Channel:
    """A channel whose name and members the app may read: with the read scope of its kind."""
    channel = known_channel(stage, channel_id)
    need_scope(stage, f"{channel.scope_word}:read")
    return channel


def writable_channel(stage: Stage, channel_id: str) -> Channel:
    """A channel the app may post in: from inside, not archived. A user's id means the direct message with them."""
    if channel_id.startswith("U") and channel_id in stage.world.people:
        return stage.world.direct_message(channel_id)
    channel = known_channel(stage, channel_id)
    if channel.archived:
        raise SlackError("is_archived")
    if stage.bot_user not in channel.members and "chat:write.public" not in stage.manifest.scopes:
        raise SlackError("not_in_channel")
    return channel
