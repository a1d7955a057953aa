"""Files that people share: how they appear in events, and what their private addresses answer."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from pathlib import Path

import pytest

from tests.app.rehearsal.conftest import web_client
from tests.given.rehearsal import FileToPost, RehearsalProcess

CSV = FileToPost("sales.csv", b"region,sales\nNorth,90\n")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect to the test."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


def get(url: str, token: str | None) -> tuple[int, Message, bytes]:
    """GET with a bearer token, redirects not followed. Out: status, headers, body."""
    request = urllib.request.Request(url)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=10) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read()


def shared_file(rehearsal: RehearsalProcess, channel: str = "sales") -> tuple[str, str]:
    """A file in a post; out: its id and its private address."""
    user = "ann" if channel != "secret" else "adam"
    file = rehearsal.post(user, channel, "here", files=[CSV]).files[0]
    return file, f"{rehearsal.url}/files-pri/{rehearsal.team_id}-{file}/sales.csv"


def test_a_file_comes_with_the_event_and_its_address_answers_the_bytes(rehearsal: RehearsalProcess) -> None:
    # given
    posted = rehearsal.post("ann", "sales", "@tagwork look", files=[CSV])
    # when
    event = rehearsal.events("message")[0]["payload"]["event"]
    (file,) = event["files"]
    status, headers, body = get(file["url_private"], rehearsal.bot_token)
    # then
    assert event["subtype"] == "file_share"
    assert (file["id"], file["name"], file["mimetype"], file["size"]) == (
        posted.files[0],
        "sales.csv",
        "text/csv",
        len(CSV.content),
    )
    assert file["shares"]["public"][posted.channel][0]["ts"] == posted.ts
    assert (status, headers.get_content_type(), body) == (200, "text/csv", CSV.content)
    assert get(file["url_private_download"], rehearsal.bot_token)[2] == CSV.content


def test_files_may_come_in_a_second_event_of_the_same_post(rehearsal: RehearsalProcess) -> None:
    # given / when
    posted = rehearsal.post("ann", "sales", "@tagwork look", files=[CSV], file_form="second_event")
    # then
    told = [
        (event["payload"]["event"]["type"], "files" in event["payload"]["event"], event["payload"]["event"]["ts"])
        for event in rehearsal.events()
    ]
    assert told == [
        ("message", False, posted.ts),
        ("app_mention", False, posted.ts),
        ("message", True, posted.ts),
    ]
    assert len({event_id for _, event_id in posted.events}) == 3


def test_a_file_may_be_named_by_a_link_alone(rehearsal: RehearsalProcess) -> None:
    # given / when
    posted = rehearsal.post("ann", "sales", "@tagwork look at", files=[CSV], file_form="link")
    # then
    event = rehearsal.events("message")[0]["payload"]["event"]
    assert "files" not in event
    (link,) = [one for one in event["blocks"][0]["elements"][0]["elements"] if one["type"] == "link"]
    assert f"/{posted.files[0]}/" in link["url"]
    assert web_client(rehearsal).files_info(file=posted.files[0])["file"]["name"] == "sales.csv"


@pytest.mark.failure_mode(31)
def test_without_the_right_to_a_file_its_address_answers_a_login_page(
    rehearsal: RehearsalProcess, manifest_with: Callable[..., Path]
) -> None:
    # given a request without token, a file in a channel without the bot, and an app without files:read
    _, url = shared_file(rehearsal)
    _, elsewhere = shared_file(rehearsal, "secret")
    with RehearsalProcess.start(manifest=manifest_with(without=("files:read",))) as poor:
        # when
        answers = [
            get(url, None),
            get(url, "xoxb-wrong"),
            get(elsewhere, rehearsal.bot_token),
            get(shared_file(poor)[1], poor.bot_token),
        ]
    # then
    assert [(status, headers.get_content_type()) for status, headers, _ in answers] == [(200, "text/html")] * 4
    assert all(b"Sign in" in body for _, _, body in answers)


def test_a_deleted_file_is_gone_and_leaves_a_tombstone(rehearsal: RehearsalProcess) -> None:
    # given
    file, url = shared_file(rehearsal)
    # when
    rehearsal.control("POST", "/delete_file", {"file": file})
    # then
    assert get(url, rehearsal.bot_token)[0] == 404
    assert rehearsal.history("sales")[0]["files"] == [{"id": file, "mode": "tombstone"}]


def test_a_download_can_be_redirected_refused_or_cut(rehearsal: RehearsalProcess) -> None:
    # given
    file, url = shared_file(rehearsal)
    rehearsal.fault("redirect", "files", location="http://127.0.0.1:9/elsewhere", channel=file)
    rehearsal.fault("http_500", "files")
    rehearsal.fault("reset_before", "files")
    # when
    redirected, failed = get(url, rehearsal.bot_token), get(url, rehearsal.bot_token)
    # then
    assert (redirected[0], redirected[1]["location"]) == (302, "http://127.0.0.1:9/elsewhere")
    assert failed[0] == 500
    with pytest.raises(ConnectionResetError):
        get(url, rehearsal.bot_token)
    assert get(url, rehearsal.bot_token)[0] == 200


def test_downloads_can_be_held_until_two_are_under_way(rehearsal: RehearsalProcess) -> None:
    # given a hold that lets go at two
    _, url = shared_file(rehearsal)
    rehearsal.hold("both", "files", until_arrived=2)
    done = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        # when one arrives
        first = pool.submit(get, url, rehearsal.bot_token)
        first.add_done_callback(lambda _: done.set())
        rehearsal.wait_for("hold", name="both", at_least=1)
        held = not done.is_set()
        second = pool.submit(get, url, rehearsal.bot_token)
        # then it waits for the other
        assert held
        assert [first.result(10)[0], second.result(10)[0]] == [200, 200]
