"""What Slack tells the app about a change: the events that the manifest subscribes to, from where the bot is in."""

from app.rehearsal.blocks.typed_text import mentions
from app.rehearsal.events.envelope import Event, new_event
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.message_shapes import message_json
from app.rehearsal.world.messages import Message
from app.rehearsal.world.people import Person, user_json
from app.rehearsal.world.sessions import Session

# the manifest's word for messages of each kind of channel
MESSAGES = {"public": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}


def message_posted(stage: Stage, said: Message, without_files: bool = False) -> list[Event]:
    """`message`, and `app_mention` when the text mentions the app, with the same ts and different event ids.

    There is no app_mention in direct messages. The app hears its own posts too, as in Slack.
    """
    channel = stage.world.channels[said.channel]
    if stage.bot_user not in channel.members:
        return []
    told = []
    if MESSAGES[channel.kind] in stage.manifest.events:
        told.append(new_event(stage.world, "message", message_event(stage, said, without_files), channel))
    mentioned = said.bot_id != stage.world.app.bot_id and mentions(said.blocks, stage.bot_user)
    if mentioned and channel.kind != "im" and "app_mention" in stage.manifest.events:
        told.append(new_event(stage.world, "app_mention", mention_event(stage, said, without_files), channel))
    return told


def message_event(stage: Stage, said: Message, without_files: bool = False) -> Json:
    """The `message` event of a post."""
    channel = stage.world.channels[said.channel]
    event = _post_fields(stage, said, channel, without_files)
    return event | {"channel": said.channel, "event_ts": said.ts, "channel_type": channel.event_word}


def mention_event(stage: Stage, said: Message, without_files: bool = False) -> Json:
    """The `app_mention` event of a post: no channel_type and no subtype."""
    event = _post_fields(stage, said, stage.world.channels[said.channel], without_files)
    event.pop("subtype", None)
    return event | {"type": "app_mention", "channel": said.channel, "event_ts": said.ts}


def message_changed(stage: Stage, said: Message, before: Json) -> list[Event]:
    """A message_changed event; `before` is how the message looked."""
    now = message_json(stage.world, said, stage.base_url)
    edit = said.edited or {"ts": stage.world.new_ts()}
    return _about_message(
        stage, said, {"subtype": "message_changed", "message": now, "previous_message": before, "ts": edit["ts"]}
    )


def root_changed(stage: Stage, said: Message, before: Json) -> list[Event]:
    """A message_changed event without an edit: only what Slack keeps on a thread's root is new (as captured)."""
    now, ts = message_json(stage.world, said, stage.base_url), stage.world.new_ts()
    return _about_message(
        stage, said, {"subtype": "message_changed", "message": now, "previous_message": before, "ts": ts}
    )


def message_deleted(stage: Stage, said: Message, before: Json) -> list[Event]:
    """A message_deleted event; `before` is how the message looked."""
    ts = stage.world.new_ts()
    return _about_message(
        stage, said, {"subtype": "message_deleted", "deleted_ts": said.ts, "previous_message": before, "ts": ts}
    )


def reaction_changed(stage: Stage, said: Message, user: str, name: str, what: str) -> list[Event]:
    """reaction_added or reaction_removed (`what`)."""
    item = {"type": "message", "channel": said.channel, "ts": said.ts}
    event = {"type": what, "user": user, "reaction": name, "item": item, "item_user": said.user}
    return plain_event(stage, what, event, stage.world.channels[said.channel])


def user_changed(stage: Stage, person: Person) -> list[Event]:
    """user_change: flags or names of an account are new."""
    now = int(stage.world.clock.now())
    return plain_event(stage, "user_change", {"type": "user_change", "user": user_json(person, now), "cache_ts": now})


def membership_changed(stage: Stage, channel: Channel, user: str, what: str, by: str) -> list[Event]:
    """member_joined_channel or member_left_channel (`what`); the app hears of its own joining."""
    event = {
        "type": what,
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.kind == "private" else "C",
        "team": stage.world.people[user].team_id if user in stage.world.people else stage.world.team_id,
        "inviter": by,
    }
    return plain_event(stage, what, event, channel)


def channel_changed(stage: Stage, channel: Channel, what: str) -> list[Event]:
    """channel_archive, channel_unarchive, channel_shared or channel_unshared (`what`)."""
    return plain_event(stage, what, {"type": what, "channel": channel.id, "user": channel.creator}, channel)


def topic_set(stage: Stage, channel: Channel) -> list[Event]:
    """The message that a channel's topic was set, of the app's own doing. "guess": no history keeps it here."""
    if MESSAGES[channel.kind] not in stage.manifest.events:
        return []
    event = {
        "type": "message",
        "subtype": "channel_topic",
        "user": stage.bot_user,
        "topic": channel.topic,
        "text": f"set the channel topic: {channel.topic}",
        "channel": channel.id,
        "channel_type": channel.event_word,
    }
    ts = stage.world.new_ts()
    return [new_event(stage.world, "message", event | {"ts": ts, "event_ts": ts}, channel)]


def session_stopped(stage: Stage, channel: Channel, user: str, root: str, streams: list[str]) -> list[Event]:
    """agent_session_stopped: someone pressed the native Stop, and these streams have ended (slack.md 1.2)."""
    event = {
        "type": "agent_session_stopped",
        "channel": channel.id,
        "user": user,
        "thread_ts": root,
        "streaming_message_ts": streams,
    }
    return plain_event(stage, "agent_session_stopped", event, channel)


def session_title_changed(stage: Stage, channel: Channel, user: str, session: Session) -> list[Event]:
    """agent_session_title_changed. That its fields are those of the stop, and the title, is a "guess"."""
    event = {
        "type": "agent_session_title_changed",
        "channel": channel.id,
        "user": user,
        "thread_ts": session.thread_ts,
        "title": session.title,
    }
    return plain_event(stage, "agent_session_title_changed", event, channel)


def app_context_changed(stage: Stage, user: str, looked_at: Channel) -> list[Event]:
    """app_context_changed: what the person looks at beside the app. The shape of an entity is a "guess"."""
    conversation = stage.world.direct_message(user)
    entity = {"type": "slack#/types/channel_id", "value": looked_at.id, "team_id": stage.world.team_id}
    event = {
        "type": "app_context_changed",
        "user": user,
        "channel": conversation.id,
        "context": {"entities": [entity]},
    }
    return plain_event(stage, "app_context_changed", event, conversation)


def app_home_opened(stage: Stage, user: str, tab: str, view: Json | None) -> list[Event]:
    """app_home_opened; on the home tab with the view that stands there."""
    conversation = stage.world.direct_message(user)
    event = {"type": "app_home_opened", "user": user, "channel": conversation.id, "tab": tab}
    return plain_event(
        stage, "app_home_opened", event | ({"view": view} if view and tab == "home" else {}), conversation
    )


def plain_event(stage: Stage, what: str, event: Json, channel: Channel | None = None) -> list[Event]:
    """One event of type `what`, when subscribed and, for a channel's event, when the app is in it."""
    if what not in stage.manifest.events or (channel and stage.bot_user not in channel.members):
        return []
    return [new_event(stage.world, what, event | {"event_ts": stage.world.new_ts()}, channel)]


def _about_message(stage: Stage, said: Message, more: Json) -> list[Event]:
    channel = stage.world.channels[said.channel]
    if stage.bot_user not in channel.members or MESSAGES[channel.kind] not in stage.manifest.events:
        return []
    event = {
        "type": "message",
        "hidden": True,
        "channel": said.channel,
        "event_ts": more["ts"],
        "channel_type": channel.event_word,
    }
    return [new_event(stage.world, "message", event | more, channel)]


def _post_fields(stage: Stage, said: Message, channel: Channel, without_files: bool) -> Json:
    event = message_json(stage.world, said, stage.base_url)
    for name in ("reply_count", "reply_users_count", "reply_users", "latest_reply", "is_locked", "subscribed"):
        event.pop(name, None)
    if said.root is None:
        # a new post in the channel has no thread yet
        event.pop("thread_ts", None)
    if without_files and "files" in event:
        for name in ("files", "upload", "display_as_bot"):
            event.pop(name)
        event.pop("subtype", None)
    author = stage.world.people.get(said.user)
    if channel.external and author:
        # slack.md 1.10: in shared channels events carry user_team
        event |= {"user_team": author.team_id, "source_team": author.team_id, "team": author.team_id}
    return event
