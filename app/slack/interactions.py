"""What people press, order and fill in, read from Slack's interaction payloads. None of it is trusted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.intake import Author, Channel, Click, Decision, Order, Post, Quoted
from agents.messages import Press
from app.slack.action_ids import ACTIONS, FEEDBACK
from app.slack.fields import BadPayload, Payload, id_in, object_in, text_in, ts_in
from app.slack.identity import Identity
from app.slack.typed_text import as_typed, with_ids

MOST_QUOTED = 1_500
"""Characters of a message that a shortcut quotes: private_metadata takes 3,000 (docs.slack.dev, views)."""


def click_of(body: Payload, us: Identity) -> Click | None:
    """Return the click of a `block_actions` payload in a message; None where it is not of a button of ours.

    Raises:
        BadPayload: a part is missing.
    """
    container = object_in(body, "container")
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    named, value = text_in(action, "action_id"), text_in(action, "value")
    if not named.startswith(ACTIONS) or text_in(container, "type") != "message":
        return None
    press, value = value.partition(":")[::2] if named == FEEDBACK else (named.split(":")[1], value)
    if press not in set(Press):
        return None
    user = object_in(body, "user")
    at = ts_in(container, "message_ts")
    return Click(
        app_id=id_in(body, "api_app_id"),
        team_id=id_in(object_in(body, "team"), "id"),
        channel=id_in(container, "channel_id"),
        root=ts_in(container, "thread_ts") if container.get("thread_ts") else at,
        at=at,
        user_id=id_in(user, "id"),
        press=Press(press),
        value=value[:200],
        external=_external(body, us),
        action_ts=text_in(action, "action_ts")[:64],
    )


def page_of(body: Payload) -> tuple[str, int, Click]:
    """Return the view, the page and the press on a card of a `block_actions` payload in a modal that shows a call.

    Raises:
        BadPayload: a part is missing.
    """
    view = object_in(body, "view")
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    try:
        kept, at = json.loads(text_in(view, "private_metadata")), int(text_in(action, "value"))
    except ValueError:
        raise BadPayload("the view carries no press") from None
    if not isinstance(kept, Mapping) or at < 0:
        raise BadPayload("the view carries no press")
    click = Click(
        app_id=id_in(body, "api_app_id"),
        team_id=id_in(object_in(body, "team"), "id"),
        channel=id_in(kept, "channel"),
        root=ts_in(kept, "root"),
        at=ts_in(kept, "at"),
        user_id=id_in(object_in(body, "user"), "id"),
        press=Press.SHOW,
        value=text_in(kept, "value")[:200],
    )
    return id_in(view, "id"), at, click


def order_of(body: Payload, us: Identity) -> Order:
    """Return the command of a slash command's form. Raises BadPayload where a part is missing."""
    channel = id_in(body, "channel_id")
    text, names = with_ids(text_in(body, "text"))
    return Order(
        app_id=id_in(body, "api_app_id"),
        team_id=id_in(body, "team_id"),
        channel=channel,
        channel_kind=Channel.DIRECT if channel.startswith("D") else Channel.PRIVATE,
        user_id=id_in(body, "user_id"),
        text=text,
        external=False,
        names=names,
    )


def decision_of(body: Payload, click: Click) -> Decision:
    """Return what someone decided about a change that they were shown, of a press on SAVE or CANCEL."""
    return Decision(
        app_id=click.app_id,
        team_id=click.team_id,
        channel=click.channel,
        channel_kind=Channel.DIRECT if click.channel.startswith("D") else Channel.PRIVATE,
        user_id=click.user_id,
        change_id=click.value,
        save=click.press is Press.SAVE,
    )


@dataclass(frozen=True, slots=True)
class Pointed:
    """A message that someone pointed at with the shortcut. `text` is cut to MOST_QUOTED."""

    app_id: str
    team_id: str
    user_id: str
    channel: str
    ts: str
    root: str
    author: str
    text: str

    def kept(self) -> str:
        """Return what the modal carries until it is submitted."""
        return json.dumps(
            {"channel": self.channel, "ts": self.ts, "root": self.root, "author": self.author, "text": self.text}
        )


def pointed_of(body: Payload) -> Pointed:
    """Return the message of a `message_action` payload. Raises BadPayload where a part is missing."""
    message = object_in(body, "message")
    ts = ts_in(body, "message_ts") if body.get("message_ts") else ts_in(message, "ts")
    return Pointed(
        app_id=id_in(body, "api_app_id"),
        team_id=id_in(object_in(body, "team"), "id"),
        user_id=id_in(object_in(body, "user"), "id"),
        channel=id_in(object_in(body, "channel"), "id"),
        ts=ts,
        root=ts_in(message, "thread_ts") if message.get("thread_ts") else ts,
        author=text_in(message, "user") or text_in(message, "bot_id"),
        text=as_typed(text_in(message, "text"))[:MOST_QUOTED],
    )


def asked_of(body: Payload, us: Identity, block: str, field: str) -> Post:
    """Return the request of a submitted modal about a message. Raises BadPayload where a part is missing."""
    view = object_in(body, "view")
    try:
        kept = json.loads(text_in(view, "private_metadata"))
    except ValueError:
        raise BadPayload("the view carries no message") from None
    if not isinstance(kept, Mapping):
        raise BadPayload("the view carries no message")
    channel = id_in(kept, "channel")
    quoted = text_in(kept, "text")
    user = object_in(body, "user")
    return Post(
        app_id=id_in(body, "api_app_id"),
        team_id=id_in(object_in(body, "team"), "id"),
        channel=channel,
        channel_kind=Channel.DIRECT if channel.startswith("D") else Channel.PRIVATE,
        ts=ts_in(kept, "ts"),
        root=ts_in(kept, "root"),
        author=Author(id_in(user, "id"), text_in(user, "team_id")),
        text=typed_in(view, block, field),
        addressed=True,
        key=id_in(view, "id"),
        about=Quoted(text_in(kept, "author"), quoted) if quoted else None,
        external=_external(body, us),
    )


def typed_in(view: Payload, block: str, field: str) -> str:
    """Return what someone typed into one field of a modal."""
    values = object_in(object_in(view, "state"), "values")
    return text_in(object_in(object_in(values, block), field), "value").strip()


def _external(body: Payload, us: Identity) -> bool:
    theirs = text_in(object_in(body, "user"), "team_id")
    return bool(theirs) and theirs not in us.own_teams(id_in(object_in(body, "team"), "id"))


def who_of(body: Payload) -> tuple[str, str, str]:
    """Return app, team and user id of an interaction. Raises BadPayload where one is missing."""
    return id_in(body, "api_app_id"), id_in(object_in(body, "team"), "id"), id_in(object_in(body, "user"), "id")


def trigger_of(body: Payload) -> str:
    """Return the trigger of an interaction, which opens a modal within 3 s; "" where there is none."""
    value: Any = body.get("trigger_id")
    return value if isinstance(value, str) else ""
