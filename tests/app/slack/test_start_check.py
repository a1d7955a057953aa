"""The start check names the setting, the shape and the fix, and shows nothing of a secret."""

import json
from collections.abc import Iterator

import pytest

from agents.errors import BadSetting
from agents.surface import TryLater
from app.slack.egress import Egress
from app.slack.methods import scopes_needed
from app.slack.start_check import check_tokens
from tests.app.slack.wire_server import Reply, WireServer, says, wire_server

BOT, APP, SECRET = "xoxb-1-verysecret", "xapp-1-A0FROMTOKEN-2-verysecret", "0123456789abcdef0123456789abcdef"
WHO = {"user_id": "U0TAGWORK01", "bot_id": "B0TAGWORK01", "team_id": "T0HOME00001", "team": "Home"}


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server


def who(scopes: str | None = None, **changes: object) -> Reply:
    """Return auth.test's answer; with every scope unless others are given."""
    reply = says(**{**WHO, **changes})
    reply.headers = {"X-OAuth-Scopes": ",".join(scopes_needed()) if scopes is None else scopes}
    return reply


def complaint(wire: WireServer, **secrets: str) -> str:
    """Return what the check complains of."""
    given = {"bot_token": BOT, "app_token": APP, **secrets}
    egress = Egress(given["bot_token"], wire.api)
    with pytest.raises(BadSetting) as bad:
        check_tokens(egress, **given)  # type: ignore[arg-type]
    egress.close()
    assert "verysecret" not in str(bad.value)
    return str(bad.value)


def test_good_tokens_tell_who_we_are(wire: WireServer) -> None:
    # given a token with every scope, when checked, then all our ids are known
    wire.answer("auth.test", who(enterprise_id="E0ORG000001"))
    wire.answer("bots.info", says(bot={"id": "B0TAGWORK01", "app_id": "A0TAGWORK01"}))
    egress = Egress(BOT, wire.api)
    us = check_tokens(egress, bot_token=BOT, app_token=APP)
    egress.close()
    assert (us.app_id, us.team_id, us.bot_user_id) == ("A0TAGWORK01", "T0HOME00001", "U0TAGWORK01")
    assert us.own_teams("T0HOME00001") == {"T0HOME00001", "E0ORG000001"}


def test_the_app_token_tells_the_app_where_slack_does_not(wire: WireServer) -> None:
    # given a bots.info that says no, when checked, then the id comes from the app-level token
    wire.answer("auth.test", who())
    wire.answer("bots.info", Reply(200, b'{"ok": false, "error": "bot_not_found"}'))
    egress = Egress(BOT, wire.api)
    assert check_tokens(egress, bot_token=BOT, app_token=APP).app_id == "A0FROMTOKEN"
    egress.close()


@pytest.mark.failure_mode(63)
@pytest.mark.parametrize(
    ("secrets", "names"),
    [
        ({"bot_token": "xoxp-1-verysecret"}, ["SLACK_BOT_TOKEN", "xoxb-", "begins with xoxp-…"]),
        ({"bot_token": "verysecret"}, ["SLACK_BOT_TOKEN", "something else"]),
        ({"bot_token": ""}, ["SLACK_BOT_TOKEN is not set"]),
        ({"app_token": "xoxb-verysecret"}, ["SLACK_APP_TOKEN", "xapp-", "connections:write"]),
        ({"app_token": "", "signing_secret": "verysecret"}, ["SLACK_SIGNING_SECRET", "32 hex digits"]),
        ({"app_token": "", "signing_secret": ""}, ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]),
    ],
)
def test_a_secret_of_the_wrong_shape_is_told_before_slack_is_asked(
    wire: WireServer, secrets: dict[str, str], names: list[str]
) -> None:
    # given secrets of which one is wrong, when checked, then the complaint names it, its shape and where to find it
    told = complaint(wire, **secrets)
    assert all(name in told for name in names)
    assert wire.seen == []


def test_a_refused_token_says_what_to_do(wire: WireServer) -> None:
    # given a token that Slack refuses, when checked, then the complaint has Slack's code and the fix
    wire.answer("auth.test", Reply(200, b'{"ok": false, "error": "token_revoked"}'))
    told = complaint(wire)
    assert "token_revoked" in told
    assert "Install the app again" in told


def test_missing_scopes_are_listed(wire: WireServer) -> None:
    # given an app installed with an older manifest, when checked, then what is missing is named
    wire.answer("auth.test", who(scopes=",".join(scopes_needed() - {"files:read", "users:read"})))
    assert "lacks the scopes files:read, users:read" in complaint(wire)


def test_a_token_that_is_no_bots_is_refused(wire: WireServer) -> None:
    # given an answer without a bot, when checked, then it is refused
    wire.answer("auth.test", who(bot_id=None))
    assert "not a bot's token" in complaint(wire)


def test_a_slack_that_cannot_be_reached_is_no_bad_setting(wire: WireServer) -> None:
    # given a Slack that asks to wait, when checked, then it may be tried later
    wire.answer("auth.test", Reply(429, json.dumps({"ok": False}).encode(), {"Retry-After": "3"}))
    egress = Egress(BOT, wire.api)
    with pytest.raises(TryLater):
        check_tokens(egress, bot_token=BOT, app_token=APP)
    egress.close()
