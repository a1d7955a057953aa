"""Before anything listens: do the tokens fit, and has the app every scope it needs? Each complaint ends in its fix."""

import re

from agents.errors import BadSetting
from agents.surface import CallFailed, Refused
from app.slack.egress import Egress, Told
from app.slack.identity import Identity
from app.slack.methods import scopes_needed

SECONDS = 10.0
"""Deadline of each of the two calls."""

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


def check_tokens(
    egress: Egress, *, bot_token: str, app_token: str = "", signing_secret: str = "", listens: bool = True
) -> Identity:
    """Ask Slack who the bot token stands for and return it. `egress` must be built with the same token.

    Raises:
        BadSetting: a secret has the wrong shape, Slack refuses the token, or scopes are missing.
        TryLater, OutcomeUnknown: Slack could not be asked.
    """
    check_shapes(bot_token=bot_token, app_token=app_token, signing_secret=signing_secret, listens=listens)
    try:
        told = egress.told("auth.test", {}, seconds=SECONDS)
    except Refused as no:
        raise BadSetting(
            f"Slack refuses SLACK_BOT_TOKEN ({_prefix(bot_token)}) with {no.cause}. Install the app again and copy the "
            f"token it shows: {APPS}, OAuth & Permissions."
        ) from None
    _check_scopes(told)
    names = {
        key: str(told.data.get(key) or "") for key in ("user_id", "bot_id", "team_id", "team", "enterprise_id", "url")
    }
    if not names["bot_id"] or not names["user_id"] or not names["team_id"]:
        raise BadSetting(
            f"SLACK_BOT_TOKEN ({_prefix(bot_token)}) is not a bot's token. Copy the one that begins with "
            f"xoxb-: {APPS}, OAuth & Permissions."
        )
    return Identity(
        app_id=_app_id(egress, names["bot_id"], app_token),
        team_id=names["team_id"],
        team_name=names["team"],
        bot_user_id=names["user_id"],
        bot_id=names["bot_id"],
        enterprise_id=names["enterprise_id"],
        url=names["url"] and f"{names['url'].rstrip('/')}/",
    )


def _app_id(egress: Egress, bot_id: str, app_token: str) -> str:
    try:
        bot = egress.call("bots.info", {"bot": bot_id}, seconds=SECONDS).get("bot")
    except CallFailed:
        bot = None
    named = bot.get("app_id") if isinstance(bot, dict) else None
    if isinstance(named, str) and named:
        return named
    # an app-level token carries its app's id: xapp-1-A0123456789-…
    carried = re.match(r"xapp-\d+-(A[A-Z0-9]+)-", app_token)
    return carried.group(1) if carried else ""


def _check_scopes(told: Told) -> None:
    granted = {scope.strip() for scope in told.headers.get("x-oauth-scopes", "").split(",")} - {""}
    missing = sorted(scopes_needed() - granted) if granted else []
    if missing:
        raise BadSetting(
            f"SLACK_BOT_TOKEN lacks the scopes {', '.join(missing)}. Paste manifest.yml again ({APPS}, App Manifest), "
            "install the app again and copy the new token."
        )


def _shape(name: str, value: str, pattern: str, wanted: str, where: str) -> None:
    if re.fullmatch(pattern, value):
        return
    found = f"begins with {_prefix(value)}" if value else "is not set"
    raise BadSetting(f"{name} {found}; it must look like {wanted}. Find it under {APPS}, {where}.")


def _prefix(token: str) -> str:
    """Return what may be shown of a token: its kind, nothing of the secret."""
    kind = re.match(r"(xox[a-z]|xapp|xoxe\.xox[bp])-", token)
    return f"{kind.group(0)}…" if kind else "something else"
