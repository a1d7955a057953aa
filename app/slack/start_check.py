"""Before anything listens: do the tokens fit, and has the app every scope it needs? Each complaint ends in its fix."""

import re

from agents.errors import BadSetting
from agents.surface import CallFailed, Refused
from app.slack.egress import Egress, Told
from app.slack.identity import Identity
from app.slack.methods import scopes_needed
from app.slack.token_shapes import APPS, check_shapes, prefix_of

SECONDS = 10.0
"""Deadline of each of the two calls."""


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
            f"Slack refuses SLACK_BOT_TOKEN ({prefix_of(bot_token)}) with {no.cause}. Install the app again and copy "
            f"the token it shows: {APPS}, OAuth & Permissions."
        ) from None
    _check_scopes(told)
    names = {
        key: str(told.data.get(key) or "") for key in ("user_id", "bot_id", "team_id", "team", "enterprise_id", "url")
    }
    if not names["bot_id"] or not names["user_id"] or not names["team_id"]:
        raise BadSetting(
            f"SLACK_BOT_TOKEN ({prefix_of(bot_token)}) is not a bot's token. Copy the one that begins with "
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
