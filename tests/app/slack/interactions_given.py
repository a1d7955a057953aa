"""Interaction payloads of Slack as tests give them: plain values after docs.slack.dev, one function a kind."""

from typing import Any

from tests.app.slack.events_given import US, Json

AT, ROOT = "1795546120.000200", "1795546116.000100"


def _by(**changes: Any) -> Json:
    return {
        "team": {"id": US.team_id, "domain": "home"},
        "user": {"id": "U0ANN000001", "name": "ann", "team_id": US.team_id},
        "api_app_id": US.app_id,
        "token": "verification",
        "trigger_id": "1.2.abc",
        "response_url": "https://hooks.slack.com/actions/T0HOME00001/1/abc",
        **changes,
    }


def a_click(action_id: str, value: str = "", **changes: Any) -> Json:
    """Return the `block_actions` of a button in a message of a thread."""
    container = {
        "type": "message", "message_ts": AT, "channel_id": "C0SALES0001", "is_ephemeral": False, "thread_ts": ROOT,
    }  # fmt: skip
    action = {"type": "button", "action_id": action_id, "block_id": "b1", "value": value, "action_ts": AT}
    return _by(
        type="block_actions",
        container=container,
        channel={"id": "C0SALES0001", "name": "sales"},
        message={"type": "message", "ts": AT, "thread_ts": ROOT, "text": "…"},
        actions=[action],
        **changes,
    )


def a_command(text: str, **changes: Any) -> Json:
    """Return the form of `/tagwork text`."""
    return {
        "token": "verification",
        "team_id": US.team_id,
        "team_domain": "home",
        "channel_id": "C0SALES0001",
        "channel_name": "sales",
        "user_id": "U0ANN000001",
        "user_name": "ann",
        "command": "/tagwork",
        "text": text,
        "api_app_id": US.app_id,
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0HOME00001/1/abc",
        "trigger_id": "1.2.abc",
        **changes,
    }


def a_shortcut(text: str = "ship on Friday", **message: Any) -> Json:
    """Return the `message_action` of our shortcut on a message."""
    said = {"type": "message", "user": "U0BEN000001", "ts": ROOT, "text": text, **message}
    return _by(
        type="message_action",
        callback_id="ask_about_message",
        action_ts=AT,
        channel={"id": "C0SALES0001", "name": "sales"},
        message_ts=said["ts"],
        message=said,
    )


def a_submission(callback_id: str, private_metadata: str, typed: str, **changes: Any) -> Json:
    """Return the `view_submission` of one of our modals."""
    view = {
        "id": "V0MODAL00001",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "state": {"values": {"words": {"typed": {"type": "plain_text_input", "value": typed}}}},
    }
    return _by(type="view_submission", view={**view, **changes})
