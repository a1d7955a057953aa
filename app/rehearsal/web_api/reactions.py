"""reactions.add, reactions.remove, reactions.get."""

import re

from app.rehearsal.events.occasions import reaction_changed
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.reach import known_channel
from app.rehearsal.world.message_shapes import message_json
from app.rehearsal.world.messages import Message

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


@method("reactions.add", 3, "channel timestamp name", ("reactions:write",))
def add(stage: Stage, args: Arguments) -> Json:
    """React as the app."""
    said, name = _target(stage, args), _name(args)
    stage.world.react(said, stage.bot_user, name)
    stage.deliveries.send(reaction_changed(stage, said, stage.bot_user, name, "reaction_added"))
    return {}


@method("reactions.remove", 2, "channel timestamp name", ("reactions:write",))
def remove(stage: Stage, args: Arguments) -> Json:
    """Take the app's own reaction back."""
    said, name = _target(stage, args), _name(args)
    stage.world.unreact(said, stage.bot_user, name)
    stage.deliveries.send(reaction_changed(stage, said, stage.bot_user, name, "reaction_removed"))
    return {}


@method("reactions.get", 3, "channel timestamp full", ("reactions:read",))
def get(stage: Stage, args: Arguments) -> Json:
    """A message with its reactions."""
    said = _target(stage, args)
    return {"type": "message", "channel": said.channel, "message": message_json(stage.world, said, stage.base_url)}


def _target(stage: Stage, args: Arguments) -> Message:
    channel = known_channel(stage, args.text("channel"))
    if stage.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    return stage.world.message(channel.id, args.text("timestamp"))


def _name(args: Arguments) -> str:
    name = args.text("name").strip(":")
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name
