"""How a message looks on the wire: in histories and in events."""

from app.rehearsal.json_shape import Json
from app.rehearsal.world.files import file_json
from app.rehearsal.world.messages import Message
from app.rehearsal.world.world import World


def file_objects(world: World, files: list[str], base_url: str) -> list[Json]:
    """The file objects of a message; a deleted file leaves a tombstone, as in Slack's histories ("guess")."""
    public = {channel.id for channel in world.channels.values() if channel.kind == "public"}
    shown = []
    for name in files:
        file = world.files[name]
        if file.deleted:
            shown.append({"id": file.id, "mode": "tombstone"})
        else:
            shown.append(file_json(file, world.team_id, base_url, public))
    return shown


def message_json(world: World, message: Message, base_url: str, with_metadata: bool = False) -> Json:
    """A message as histories and answers show it; metadata only when asked for."""
    shown: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.subtype:
        shown["subtype"] = message.subtype
    if message.via is not None:
        del shown["user"]
        shown |= {"username": message.via, "bot_id": message.bot_id}
    elif message.bot_id:
        shown |= bot_fields(world, message)
    if message.client_msg_id:
        shown["client_msg_id"] = message.client_msg_id
    if message.user in world.people:
        shown["team"] = world.people[message.user].team_id
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.files:
        shown |= {"files": file_objects(world, message.files, base_url), "upload": True, "display_as_bot": False}
    if message.edited:
        shown["edited"] = message.edited
    if message.reactions:
        shown["reactions"] = reactions_json(message)
    if with_metadata and message.metadata:
        shown["metadata"] = message.metadata
    return shown | agent_fields(world, message) | thread_fields(world, message)


def agent_fields(world: World, message: Message) -> Json:
    """What marks a streamed message and the root of a thread with a session, as captured from Slack."""
    shown: Json = {}
    if message.stream:
        shown["streaming_state"] = "in_progress" if message.streaming else "completed"
    session = world.sessions.of(message.channel, message.ts)
    return shown | ({"agent_session": session.on_root(world.app.bot_user)} if session else {})


def bot_fields(world: World, message: Message) -> Json:
    """What marks a post as an app's: bot_id, app_id and the bot's profile."""
    name = world.people[message.user].name if message.user in world.people else world.app.name
    profile = {
        "id": message.bot_id,
        "app_id": message.app_id,
        "user_id": message.user,
        "name": name,
        "deleted": False,
        "team_id": world.team_id,
        "updated": 0,
    }
    return {"bot_id": message.bot_id, "app_id": message.app_id, "bot_profile": profile}


def reactions_json(message: Message) -> list[Json]:
    """The `reactions` list of a message."""
    return [
        {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items() if users
    ]


def thread_fields(world: World, message: Message) -> Json:
    """thread_ts and what belongs with it: parent_user_id on a reply, counts on a root that has replies."""
    if message.root:
        parent = world.messages[message.channel].get(message.root)
        return {"thread_ts": message.root} | ({"parent_user_id": parent.user} if parent else {})
    replies = world.live_replies(message.channel, message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(one.user for one in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users[:5],
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": True,
    }


def tombstone_json(world: World, message: Message) -> Json:
    """What stands in a thread where its deleted root was ("guess" from Slack's clients: subtype tombstone)."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "ts": message.ts,
    } | thread_fields(world, message)
