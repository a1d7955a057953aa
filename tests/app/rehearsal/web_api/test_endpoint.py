"""What the Web API's edge does with tokens, bodies, scopes and methods, driven by the real slack_sdk client."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import MANIFEST, error_of, web_client
from tests.given.rehearsal import RehearsalProcess


def raw(rehearsal: RehearsalProcess, method: str, body: bytes, content_type: str) -> dict[str, object]:
    """One POST with the bot token and this body."""
    request = urllib.request.Request(f"{rehearsal.slack_api_url}{method}", data=body)
    request.add_header("Content-Type", content_type)
    request.add_header("Authorization", f"Bearer {rehearsal.bot_token}")
    with urllib.request.urlopen(request, timeout=10) as response:
        answer: dict[str, object] = json.load(response)
        return answer


def test_auth_test_names_the_bot_and_tells_the_granted_scopes(shared_client: WebClient) -> None:
    # given a valid bot token / when
    answer = shared_client.auth_test()
    # then
    assert answer["user_id"].startswith("U")
    assert answer["bot_id"].startswith("B")
    assert answer["team_id"].startswith("T")
    scopes = {name.lower(): value for name, value in answer.headers.items()}["x-oauth-scopes"]
    assert "chat:write" in scopes.split(",")


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_a_missing_or_wrong_token_is_refused_in_slacks_words(
    shared_rehearsal: RehearsalProcess, token: str, error: str
) -> None:
    # given a client with such a token / when
    refusal = error_of(lambda: web_client(shared_rehearsal, token).auth_test())
    # then
    assert refusal["error"] == error


def test_an_app_token_is_the_wrong_kind_for_a_bot_method(shared_rehearsal: RehearsalProcess) -> None:
    # given
    client = web_client(shared_rehearsal, shared_rehearsal.app_token)
    # when
    refusal = error_of(lambda: client.auth_test())
    # then
    assert refusal["error"] == "not_allowed_token_type"


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive"])
def test_a_withdrawn_token_stays_refused_until_it_is_given_back(rehearsal: RehearsalProcess, error: str) -> None:
    # given
    client = web_client(rehearsal)
    rehearsal.revoke("bot", error)
    # when
    refusal = error_of(lambda: client.auth_test())
    rehearsal.revoke("bot", "valid")
    # then
    assert refusal["error"] == error
    assert client.auth_test()["ok"]


def test_a_method_outside_the_table_is_unknown(shared_client: WebClient) -> None:
    # given a method that Tagwork does not use / when
    refusal = error_of(lambda: shared_client.api_call("calls.add"))
    # then
    assert refusal["error"] == "unknown_method"


def test_an_argument_that_is_not_modelled_is_refused_loudly(shared_client: WebClient) -> None:
    # given / when
    refusal = error_of(lambda: shared_client.chat_postMessage(channel="C0SALES0001", text="x", attachments=[{}]))
    # then
    assert refusal["error"] == "invalid_arguments"
    assert "attachments" in str(refusal["response_metadata"])


def test_a_missing_scope_names_what_is_needed_and_what_is_there(manifest_with: Callable[..., Path]) -> None:
    # given an app without reactions:write
    manifest = manifest_with(without=("reactions:write",))
    with RehearsalProcess.start(manifest=manifest) as rehearsal:
        posted = rehearsal.post("ann", "sales", "hello")
        # when
        refusal = error_of(
            lambda: web_client(rehearsal).reactions_add(channel=posted.channel, timestamp=posted.ts, name="eyes")
        )
    # then
    assert (refusal["error"], refusal["needed"]) == ("missing_scope", "reactions:write")
    assert "chat:write" in str(refusal["provided"]).split(",")


def test_the_scope_of_a_history_follows_the_kind_of_channel(manifest_with: Callable[..., Path]) -> None:
    # given an app that may read public channels but no private ones
    manifest = manifest_with(without=("groups:history", "message.groups"))
    with RehearsalProcess.start(manifest=manifest) as rehearsal:
        client = web_client(rehearsal)
        # when
        refusal = error_of(lambda: client.conversations_history(channel="C0FINANCE01"))
        # then
        assert (refusal["error"], refusal["needed"]) == ("missing_scope", "groups:history")
        assert client.conversations_history(channel="C0SALES0001")["ok"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json;charset=utf-8", b'{"channel": "C0SALES0001", "text": "caf\\u00e9"}'),
        ("application/x-www-form-urlencoded", b"channel=C0SALES0001&text=caf%C3%A9"),
        (
            "multipart/form-data; boundary=xx",
            b'--xx\r\nContent-Disposition: form-data; name="channel"\r\n\r\nC0SALES0001\r\n'
            b'--xx\r\nContent-Disposition: form-data; name="text"\r\n\r\ncaf\xc3\xa9\r\n--xx--\r\n',
        ),
    ],
)
def test_a_body_may_come_in_any_of_slacks_three_forms(
    shared_rehearsal: RehearsalProcess, content_type: str, body: bytes
) -> None:
    # given the same call as JSON, form or multipart / when
    answer = raw(shared_rehearsal, "chat.postMessage", body, content_type)
    # then
    assert answer["ok"] is True
    message = answer["message"]
    assert isinstance(message, dict)
    assert message["text"] == "café"


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[1]", "json_not_object"),
        ("text/plain", b"x", "invalid_post_type"),
    ],
)
def test_a_broken_body_is_refused_with_http_200(
    shared_rehearsal: RehearsalProcess, content_type: str, body: bytes, error: str
) -> None:
    # given / when
    answer = raw(shared_rehearsal, "chat.postMessage", body, content_type)
    # then
    assert answer == {"ok": False, "error": error}


def test_users_info_tells_every_kind_of_account_apart(shared_client: WebClient) -> None:
    # given the default people / when
    flags = {
        user: {name for name, value in shared_client.users_info(user=user)["user"].items() if value is True}
        for user in ("U0OLIVIA001", "U0ADAM00001", "U0ANN000001", "U0GUS000001", "U0GINA00001", "U0STRANGE01")
    }
    # then
    assert "is_owner" in flags["U0OLIVIA001"]
    assert flags["U0ADAM00001"] == {"is_admin"}
    assert flags["U0ANN000001"] == set()
    assert flags["U0GUS000001"] == {"is_restricted"}
    assert flags["U0GINA00001"] == {"is_restricted", "is_ultra_restricted"}
    assert flags["U0STRANGE01"] == {"is_stranger"}


def test_a_stranger_belongs_to_another_team_and_a_deactivated_account_says_so(shared_client: WebClient) -> None:
    # given / when
    stranger = shared_client.users_info(user="U0STRANGE01")["user"]
    gone = shared_client.users_info(user="U0DORA00001")["user"]
    # then
    assert stranger["team_id"] != shared_client.auth_test()["team_id"]
    assert gone["deleted"] is True
    assert error_of(lambda: shared_client.users_info(user="U0NOBODY001"))["error"] == "user_not_found"


def test_team_and_bots_info_name_this_workspace_and_this_bot(shared_client: WebClient) -> None:
    # given / when
    team, bot = shared_client.team_info()["team"], shared_client.bots_info()["bot"]
    # then
    me = shared_client.auth_test()
    assert (team["id"], bot["user_id"]) == (me["team_id"], me["user_id"])
    assert error_of(lambda: shared_client.bots_info(bot="B0NOSUCHBOT"))["error"] == "bot_not_found"


def test_two_worlds_run_side_by_side_with_ids_and_tokens_of_their_own() -> None:
    # given two Rehearsals, one of another team
    other = {"team": {"id": "T0OTHER0001", "name": "Other", "domain": "other"}}
    with (
        RehearsalProcess.start(manifest=MANIFEST) as one,
        RehearsalProcess.start(manifest=MANIFEST, world=other) as two,
    ):
        # when a client of one talks to the other
        refusal = error_of(lambda: web_client(two, one.bot_token).auth_test())
        # then
        assert refusal["error"] == "invalid_auth"
        assert web_client(two).auth_test()["team_id"] == "T0OTHER0001"
