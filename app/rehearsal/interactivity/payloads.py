"""The payloads of interactions, field by field as Slack sends them."""

from app.rehearsal.interactivity.elements import Element
from app.rehearsal.interactivity.views import View, view_json
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.message_shapes import message_json
from app.rehearsal.world.messages import Message
from app.rehearsal.world.people import Person

# what Slack calls these kinds of channel in `channel.name` and `channel_name`
UNNAMED = {"im": "directmessage", "private": "privategroup"}


def from_message(
    stage: Stage, person: Person, said: Message, action: Json, *, ephemeral: bool, state: dict[str, Json]
) -> Json:
    """`block_actions` of an element in a message; an ephemeral one is not shown in its payload."""
    container: Json = {
        "type": "message",
        "message_ts": said.ts,
        "channel_id": said.channel,
        "is_ephemeral": ephemeral,
    }
    if said.root:
        container["thread_ts"] = said.root
    payload = _common(stage, "block_actions", person) | {
        "container": container,
        "channel": channel_of(stage.world.channels[said.channel]),
        "state": {"values": state},
        "actions": [action],
    }
    if not ephemeral:
        payload["message"] = message_json(stage.world, said, stage.base_url)
    return payload


def from_view(stage: Stage, person: Person, view: View, action: Json) -> Json:
    """`block_actions` of an element in a modal or on the App Home."""
    return _common(stage, "block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(stage.world, view),
        "actions": [action],
    }


def suggestion(element: Element, typed: str, payload: Json) -> Json:
    """`block_suggestion`: what was typed into a menu that asks its app for options; `payload` is that of a choice."""
    named = {"type": "block_suggestion", "action_id": element.action_id, "block_id": element.block_id, "value": typed}
    return {name: value for name, value in payload.items() if name not in ("actions", "state")} | named


def message_action(stage: Stage, person: Person, said: Message, callback_id: str) -> Json:
    """The message shortcut `callback_id` on a message."""
    return _common(stage, "message_action", person) | {
        "action_ts": stage.world.new_ts(),
        "callback_id": callback_id,
        "channel": channel_of(stage.world.channels[said.channel]),
        "message_ts": said.ts,
        "message": message_json(stage.world, said, stage.base_url),
    }


def global_shortcut(stage: Stage, person: Person, callback_id: str) -> Json:
    """The global shortcut `callback_id`; it comes from no channel."""
    return _common(stage, "shortcut", person) | {"action_ts": stage.world.new_ts(), "callback_id": callback_id}


def view_submission(stage: Stage, person: Person, view: View) -> Json:
    """A modal was submitted with what is filled in."""
    return _common(stage, "view_submission", person) | {"view": view_json(stage.world, view), "response_urls": []}


def view_closed(stage: Stage, person: Person, view: View, cleared: bool) -> Json:
    """A modal was dismissed; there is no trigger in it."""
    return _common(stage, "view_closed", person) | {"view": view_json(stage.world, view), "is_cleared": cleared}


def command(stage: Stage, person: Person, channel: Channel, name: str, text: str) -> Json:
    """The form of a slash command."""
    world = stage.world
    form = {
        "token": world.credentials.verification_token,
        "team_id": world.team_id,
        "team_domain": world.team_domain,
        "channel_id": channel.id,
        "channel_name": UNNAMED.get(channel.kind, channel.name),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": world.app.app_id,
        "is_enterprise_install": "false",
    }
    return form | ({"enterprise_id": world.enterprise_id} if world.enterprise_id else {})


def action_of(stage: Stage, element: Element, choice: Json) -> Json:
    """One entry of `actions`."""
    return {
        "type": element.kind,
        "action_id": element.action_id,
        "block_id": element.block_id,
        **choice,
        "action_ts": stage.world.new_ts(),
    }


def channel_of(channel: Channel) -> Json:
    """The `channel` object of a payload."""
    return {"id": channel.id, "name": UNNAMED.get(channel.kind, channel.name)}


def _common(stage: Stage, kind: str, person: Person) -> Json:
    world = stage.world
    return {
        "type": kind,
        "token": world.credentials.verification_token,
        "team": {"id": world.team_id, "domain": world.team_domain},
        "enterprise": {"id": world.enterprise_id, "name": world.team_name} if world.enterprise_id else None,
        "is_enterprise_install": False,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id},
        "api_app_id": world.app.app_id,
    }
