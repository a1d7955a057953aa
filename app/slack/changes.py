"""What people change and take back, read from Slack's events: edits, reactions that stop, the session's own Stop."""

from agents.intake import Change
from app.slack.fields import Payload, id_in, object_in, text_in, ts_in
from app.slack.identity import Identity
from app.slack.payloads import event_of, team_of
from app.slack.typed_text import as_typed, without_mention

STOP_SIGNS = frozenset({"octagonal_sign", "stop_sign"})
"""Reactions that stop: Slack's name for the stop sign, and the name that workspaces give their own."""


def change_of(body: Payload, us: Identity) -> Change | None:
    """Return a person's edit of a `message_changed` event; None where only Slack changed something, as a preview.

    Raises:
        BadPayload: a part is missing, or the team cannot be decided.
    """
    event = event_of(body)
    message, before = object_in(event, "message"), object_in(event, "previous_message")
    edit = object_in(message, "edited")
    raw, raw_before = text_in(message, "text"), text_in(before, "text")
    # previews and reply counts come as message_changed too, with the edit of an earlier time or none
    if not edit or raw == raw_before or message.get("bot_id"):
        return None
    return Change(
        app_id=id_in(body, "api_app_id"),
        team_id=team_of(body),
        channel=id_in(event, "channel"),
        ts=ts_in(message, "ts"),
        edited_at=ts_in(edit, "ts"),
        user_id=id_in(message, "user"),
        before=as_typed(without_mention(raw_before, us.bot_user_id)),
        text=as_typed(without_mention(raw, us.bot_user_id)),
    )


def stop_sign_of(body: Payload) -> tuple[str, str, str, str, str] | None:
    """Return app, team, channel, message ts and user id of a `reaction_added` that stops; None for any other."""
    event = event_of(body)
    item = object_in(event, "item")
    if text_in(event, "reaction").split("::")[0] not in STOP_SIGNS or text_in(item, "type") != "message":
        return None
    return id_in(body, "api_app_id"), team_of(body), id_in(item, "channel"), ts_in(item, "ts"), id_in(event, "user")


def session_stop_of(body: Payload) -> tuple[str, str, str, str, str]:
    """Return app, team, channel, thread ts and user id of an `agent_session_stopped` event."""
    event = event_of(body)
    return (
        id_in(body, "api_app_id"),
        team_of(body),
        id_in(event, "channel"),
        ts_in(event, "thread_ts"),
        id_in(event, "user"),
    )


def join_of(body: Payload, us: Identity) -> tuple[str, str, str, str] | None:
    """Return app, team, channel and the event's own time of a `member_joined_channel` of ours; None: of another."""
    event = event_of(body)
    if text_in(event, "user") != us.bot_user_id:
        return None
    return id_in(body, "api_app_id"), team_of(body), id_in(event, "channel"), text_in(event, "event_ts")[:64]


def home_of(body: Payload) -> tuple[str, str, str, str, str]:
    """Return app, team, user id, tab and channel of an `app_home_opened` event."""
    event = event_of(body)
    return (
        id_in(body, "api_app_id"),
        team_of(body),
        id_in(event, "user"),
        text_in(event, "tab"),
        text_in(event, "channel"),
    )
