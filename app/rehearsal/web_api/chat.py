"""The chat.* methods: post, update, delete, ephemeral, permalink."""

from app.rehearsal.blocks.check import read_blocks
from app.rehearsal.events.occasions import message_changed, message_deleted, message_posted
from app.rehearsal.json_shape import Json
from app.rehearsal.metadata import read_metadata
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.reach import known_channel, need_scope, writable_channel
from app.rehearsal.world.message_shapes import message_json
from app.rehearsal.world.messages import Message

WRITE = ("chat:write",)
CONTENT = "text blocks markdown_text parse link_names mrkdwn unfurl_links unfurl_media"
LOOKS = "username icon_emoji icon_url"
# slack.md 2: markdown_text holds 12,000 characters
MARKDOWN_TEXT = 12_000


# slack.md 2: special, about one a second and channel (rate_limits.py)
@method("chat.postMessage", None, f"channel thread_ts reply_broadcast metadata {LOOKS} {CONTENT}", WRITE)
def post_message(stage: Stage, args: Arguments) -> Json:
    """Post as the app, in a channel or thread."""
    if any(look in args for look in LOOKS.split()):
        need_scope(stage, "chat:write.customize")
    channel = writable_channel(stage, args.text("channel"))
    text, blocks = read_content(args)
    metadata = read_metadata(args.given.get("metadata"))
    root = args.text("thread_ts", "") or None
    if root:
        _check_root(stage, channel.id, root)
    said = _own(stage, channel.id, text, blocks, root)
    said.metadata, said.broadcast = metadata, bool(root) and args.flag("reply_broadcast")
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
    said = _own(stage, channel.id, text, blocks, args.text("thread_ts", "") or None)
    stage.world.show_only_to(reader, said)
    return {"message_ts": said.ts}


@method("chat.update", 3, f"channel ts metadata reply_broadcast {CONTENT}", WRITE)
def update(stage: Stage, args: Arguments) -> Json:
    """Change an own message. Without blocks the old blocks go ("guess": text alone replaces what was shown)."""
    said = _own_message(stage, args, "cant_update_message")
    text, blocks = read_content(args)
    before = message_json(stage.world, said, stage.base_url)
    if "metadata" in args:
        said.metadata = read_metadata(args.given["metadata"])
    stage.world.edit(said, stage.bot_user, text, blocks)
    stage.deliveries.send(message_changed(stage, said, before))
    shown = message_json(stage.world, said, stage.base_url, with_metadata=True)
    return {"channel": said.channel, "ts": said.ts, "text": said.text, "message": shown}


@method("chat.delete", 3, "channel ts", WRITE)
def delete(stage: Stage, args: Arguments) -> Json:
    """Delete an own message."""
    said = _own_message(stage, args, "cant_delete_message")
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


def read_content(args: Arguments) -> tuple[str, list[Json]]:
    """Text and blocks of a post. Raises no_text, markdown_text_conflict, msg_too_long, invalid_blocks."""
    if "markdown_text" in args:
        # slack.md 1.3: never together with text or blocks
        if "text" in args or "blocks" in args:
            raise SlackError("markdown_text_conflict")
        markdown = args.text("markdown_text")
        if len(markdown) > MARKDOWN_TEXT:
            raise SlackError("msg_too_long")
        return markdown, [{"type": "markdown", "block_id": "b0000", "text": markdown}]
    blocks = read_blocks(args.given["blocks"]) if args.given.get("blocks") else []
    text = args.text("text", "")
    if not blocks and not text.strip():
        raise SlackError("no_text")
    return text, blocks


def _own(stage: Stage, channel: str, text: str, blocks: list[Json], root: str | None) -> Message:
    app = stage.world.app
    return Message(
        channel, stage.world.new_ts(), app.bot_user, text, root, blocks, bot_id=app.bot_id, app_id=app.app_id
    )


def _own_message(stage: Stage, args: Arguments, refusal: str) -> Message:
    channel = known_channel(stage, args.text("channel"))
    said = stage.world.message(channel.id, args.text("ts"))
    if channel.archived:
        raise SlackError("is_archived")
    if said.bot_id != stage.world.app.bot_id:
        raise SlackError(refusal)
    return said


def _check_root(stage: Stage, channel: str, root: str) -> None:
    found = stage.world.messages[channel].get(root)
    if found is None:
        raise SlackError("thread_not_found")
    if found.root:
        # "guess": Slack warns against a reply's ts as thread_ts without saying what happens; refused loudly here
        raise SlackError("cannot_reply_to_message")
