"""The chat.* methods: post, update, delete, ephemeral, permalink."""

from app.rehearsal.events.occasions import message_changed, message_deleted, message_posted
from app.rehearsal.json_shape import Json
from app.rehearsal.metadata import read_metadata
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.content import CONTENT, may_unfurl, read_content
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.own_messages import LOOKS, WRITE, check_looks, check_root, own, own_message
from app.rehearsal.web_api.reach import known_channel, writable_channel
from app.rehearsal.world.message_shapes import message_json


# slack.md 2: special, about one a second and channel (rate_limits.py)
@method("chat.postMessage", None, f"channel thread_ts reply_broadcast metadata {LOOKS} {CONTENT}", WRITE)
def post_message(stage: Stage, args: Arguments) -> Json:
    """Post as the app, in a channel or thread."""
    check_looks(stage, args)
    channel = writable_channel(stage, args.text("channel"))
    text, blocks = read_content(args)
    metadata = read_metadata(args.given.get("metadata"))
    root = args.text("thread_ts", "") or None
    if root:
        check_root(stage, channel.id, root)
    said = own(stage, channel.id, root, text, blocks=blocks, metadata=metadata, unfurls=may_unfurl(args))
    said.broadcast = bool(root) and args.flag("reply_broadcast")
    stage.world.say(said)
    stage.deliveries.send(message_posted(stage, said))
    shown = message_json(stage.world, said, stage.base_url, with_metadata=True)
    return {"channel": channel.id, "ts": said.ts, "message": shown}


@method("chat.postEphemeral", 4, f"channel user thread_ts {LOOKS} {CONTENT}", WRITE)
def post_ephemeral(stage: Stage, args: Arguments) -> Json:
    """Show something to one person in a channel; no history keeps it."""
    channel = writable_channel(stage, args.text("channel"))
    reader = args.text("user")
    if reader not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = read_content(args)
    root = args.text("thread_ts", "") or None
    said = own(stage, channel.id, root, text, blocks=blocks, unfurls=may_unfurl(args))
    stage.world.show_only_to(reader, said)
    return {"message_ts": said.ts}


@method("chat.update", 3, f"channel ts metadata reply_broadcast {CONTENT}", WRITE)
def update(stage: Stage, args: Arguments) -> Json:
    """Change an own message. Text without blocks takes the old blocks away; metadata stays unless told, {} removes it
    (Slack's page on the method)."""
    said = own_message(stage, args, "cant_update_message")
    if said.streaming:
        # measured against Slack by several who streamed; a stream that has ended or died takes the update
        raise SlackError("streaming_state_conflict")
    text, blocks = read_content(args)
    before = message_json(stage.world, said, stage.base_url)
    if "metadata" in args:
        removed = args.given["metadata"] in ({}, "{}")
        said.metadata = None if removed else read_metadata(args.given["metadata"])
    said.unfurls = may_unfurl(args)
    stage.world.edit(said, stage.bot_user, text, blocks)
    stage.deliveries.send(message_changed(stage, said, before))
    shown = message_json(stage.world, said, stage.base_url, with_metadata=True)
    return {"channel": said.channel, "ts": said.ts, "text": said.text, "message": shown}


@method("chat.delete", 3, "channel ts", WRITE)
def delete(stage: Stage, args: Arguments) -> Json:
    """Delete an own message."""
    said = own_message(stage, args, "cant_delete_message")
    if said.streaming:
        # measured, as for chat.update
        raise SlackError("cant_delete_message")
    before = message_json(stage.world, said, stage.base_url)
    stage.world.delete(said)
    stage.deliveries.send(message_deleted(stage, said, before))
    return {"channel": said.channel, "ts": said.ts}


@method("chat.getPermalink", None, "channel message_ts")
def get_permalink(stage: Stage, args: Arguments) -> Json:
    """The address of a message."""
    channel = known_channel(stage, args.text("channel"))
    said = stage.world.message(channel.id, args.text("message_ts"))
    thread = f"?thread_ts={said.root}&cid={channel.id}" if said.root else ""
    address = f"https://{stage.world.team_domain}.slack.com/archives/{channel.id}/p{said.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": address}
