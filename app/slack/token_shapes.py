"""What the secrets for Slack must look like, told without asking Slack and without Slack's packages."""

import re

from agents.errors import BadSetting

APPS = "https://api.slack.com/apps"


def check_shapes(*, bot_token: str, app_token: str = "", signing_secret: str = "", listens: bool = True) -> None:
    """Check what the secrets look like, without asking Slack. Raises BadSetting, showing a token's prefix at most.

    A process that does not listen, as a worker, needs no way in for Slack.
    """
    _shape("SLACK_BOT_TOKEN", bot_token, r"xoxb-[\w-]+", "xoxb-…", "OAuth & Permissions, Bot User OAuth Token")
    if listens and not app_token and not signing_secret:
        raise BadSetting(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set, so Slack has no way in. "
            f"Set one: {APPS}, Basic Information."
        )
    if app_token:
        where = "Basic Information, App-Level Tokens, scope connections:write"
        _shape("SLACK_APP_TOKEN", app_token, r"xapp-[\w-]+", "xapp-…", where)
    if signing_secret:
        where = "Basic Information, App Credentials, Signing Secret"
        # gateways in front of Slack sign with secrets of their own; what is refused is a token put in the wrong place
        _shape("SLACK_SIGNING_SECRET", signing_secret, r"(?!xox|xapp)[\w-]{16,}", "32 hex digits", where)


def _shape(name: str, value: str, pattern: str, wanted: str, where: str) -> None:
    if re.fullmatch(pattern, value):
        return
    found = f"begins with {prefix_of(value)}" if value else "is not set"
    raise BadSetting(f"{name} {found}; it must look like {wanted}. Find it under {APPS}, {where}.")


def prefix_of(token: str) -> str:
    """Return what may be shown of a token: its kind, nothing of the secret."""
    kind = re.match(r"(xox[a-z]|xapp|xoxe\.xox[bp])-", token)
    return f"{kind.group(0)}…" if kind else "something else"
