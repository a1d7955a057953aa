"""Slack's payloads and our ids as tests give them: plain values after docs.slack.dev, one function a kind."""

from typing import Any

from app.slack.identity import Identity

US = Identity(
    app_id="A0TAGWORK01", team_id="T0HOME00001", team_name="Home", bot_user_id="U0TAGWORK01", bot_id="B0TAGWORK01"
)

Json = dict[str, Any]


def a_message(**changes: Any) -> Json:
    """Return a person's message in a public channel, as the event says it; a change to None removes the field."""
    event = {
        "type": "message",
        "channel": "C0SALES0001",
        "channel_type": "channel",
        "user": "U0ANN000001",
        "team": US.team_id,
        "text": "hello there",
        "ts": "1795546116.000100",
        **changes,
    }
    return {key: value for key, value in event.items() if value is not None}


def an_event(event: Json, **changes: Any) -> Json:
    """Return the callback that carries `event`; a change to None removes the field."""
    body = {
        "type": "event_callback",
        "api_app_id": US.app_id,
        "team_id": US.team_id,
        "event_id": "Ev0000000001",
        "event_time": 1795546116,
        "authorizations": [{"enterprise_id": None, "team_id": US.team_id, "user_id": US.bot_user_id, "is_bot": True}],
        "event": event,
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


def a_user(**changes: Any) -> Json:
    """Return a full member of our workspace, as users.info describes one."""
    return {"id": "U0ANN000001", "team_id": US.team_id, "name": "ann", "profile": {"display_name": "Ann"}, **changes}


def a_file(**changes: Any) -> Json:
    """Return a file, as events and files.info describe one."""
    file = {"id": "F0SALES0001", "name": "sales.csv", "mimetype": "text/csv", "size": 12, "user": "U0ANN000001"}
    return {**file, **changes}
