"""The app's own messages: making one, finding one to change, and what it may look like."""

from typing import Any

from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.reach import known_channel, need_scope
from app.rehearsal.world.messages import Message

WRITE = ("chat:write",)
LOOKS = "username icon_emoji icon_url"


def own(stage: Stage, channel: str, root: str | None, text: str = "", **more: Any) -> Message:
    """A message by the app, with a fresh ts; it stands nowhere yet."""
    app = stage.world.app
    return Message(
        channel, stage.world.new_ts(), app.bot_user, text, root, bot_id=app.bot_id, app_id=app.app_id, **more
    )


def own_message(stage: Stage, args: Arguments, refusal: str) -> Message:
    """The app's message that `channel` and `ts` name; `refusal` is Slack's code for one of somebody else."""
    channel = known_channel(stage, args.text("channel"))
    said = stage.world.message(channel.id, args.text("ts"))
    if channel.archived:
        raise SlackError("is_archived")
    if said.bot_id != stage.world.app.bot_id:
        raise SlackError(refusal)
    return said


def check_looks(stage: Stage, args: Arguments) -> None:
    """Raise missing_scope when the call sets a name or icon without the right to (slack.md 1.1)."""
    if any(look in args for look in LOOKS.split()):
        need_scope(stage, "chat:write.customize")


def check_root(stage: Stage, channel: str, root: str) -> None:
    """Raise unless this ts is the root of a thread."""
    found = stage.world.messages[channel].get(root)
    if found is None:
        raise SlackError("thread_not_found")
    if found.root:
        # "guess": Slack warns against a reply's ts as thread_ts without saying what happens; refused loudly here
        raise SlackError("cannot_reply_to_message")
