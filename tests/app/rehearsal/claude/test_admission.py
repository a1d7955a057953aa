"""Who may call, and how."""

import anthropic
import httpx2
import pytest

from app.rehearsal.claude.admission import VERSION
from app.rehearsal.claude.state import DEFAULT_API_KEY
from tests.app.rehearsal.claude.claude_server import MODEL, ClaudeServer, ask, refusal

BODY = {"model": MODEL, "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}


def test_the_key_is_taken_as_a_bearer_token_and_as_x_api_key(server: ClaudeServer) -> None:
    # given the key in each of the two headers
    headers = ({"authorization": f"Bearer {DEFAULT_API_KEY}"}, {"x-api-key": DEFAULT_API_KEY})

    # when each is sent
    answers = [
        httpx2.post(f"{server.url}/v1/messages", json=BODY, headers={"anthropic-version": VERSION} | one)
        for one in headers
    ]

    # then both are served, with a request id
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(answer.headers["request-id"].startswith("req_") for answer in answers)


def test_a_wrong_key_is_an_authentication_error(server: ClaudeServer) -> None:
    # given a client with another key
    with server.client(api_key="sk-ant-other") as client, pytest.raises(anthropic.AuthenticationError) as refused:
        # when it asks
        ask(client)

    # then it is told so in the API's own shape
    assert refused.value.status_code == 401
    assert refused.value.type == "authentication_error"
    assert refused.value.request_id


def test_a_control_changes_the_key(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given another key at the server
    server.control("PUT", "/settings", {"api_key": "sk-ant-new"})

    # when the old and the new key are used
    with server.client(api_key="sk-ant-new") as renewed:
        reply = ask(renewed)

    # then only the new one serves
    assert reply.role == "assistant"
    assert refusal(claude).status_code == 401


@pytest.mark.parametrize("version", [None, "2023-06-01"])
def test_a_request_without_the_served_version_is_refused(server: ClaudeServer, version: str | None) -> None:
    # given a request with no version, or an old one
    headers = {"x-api-key": DEFAULT_API_KEY} | ({"anthropic-version": version} if version else {})

    # when it is sent
    answer = httpx2.post(f"{server.url}/v1/messages", json=BODY, headers=headers)

    # then it is a 400 that names the header
    assert answer.status_code == 400
    assert "anthropic-version" in answer.json()["error"]["message"]


def test_a_beta_name_that_is_none_is_refused_and_a_known_one_is_taken(claude: anthropic.Anthropic) -> None:
    # when a known and an unknown beta name are sent
    known = ask(claude, extra_headers={"anthropic-beta": "context-management-2025-06-27"})
    with pytest.raises(anthropic.BadRequestError, match="anthropic-beta"):
        ask(claude, extra_headers={"anthropic-beta": "no-such-beta-2026-01-01"})

    # then the known one changed nothing
    assert known.stop_reason == "end_turn"
