"""Uploading a file: its address, its bytes, its completion in a thread, and what is refused."""

import urllib.error
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of
from tests.given.rehearsal import RehearsalProcess

SALES = "C0SALES0001"
CONTENT = b"region,target\nNorth,100\n"


def send(address: str, content: bytes, content_type: str = "application/octet-stream") -> tuple[int, str]:
    """POST these bytes. Out: status and body."""
    request = urllib.request.Request(address, data=content, headers={"Content-Type": content_type}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def announced(client: WebClient, length: int = len(CONTENT)) -> tuple[str, str]:
    """An announced file: its address and id."""
    answer = client.files_getUploadURLExternal(filename="targets.csv", length=length)
    return str(answer["upload_url"]), str(answer["file_id"])


def test_the_clients_own_upload_shares_a_file_in_the_thread(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    root = rehearsal.post("ann", "sales", "root").ts
    # when
    answer = client.files_upload_v2(
        channel=SALES, thread_ts=root, content=CONTENT, filename="targets.csv", title="Targets", alt_txt="a table",
        initial_comment="here",
    )  # fmt: skip
    # then
    message = rehearsal.thread("sales", root)[-1]
    assert (message["text"], message["subtype"], message["by_app"]) == ("here", "file_share", True)
    (shown,) = message["files"]
    assert (shown["id"], shown["title"], shown["name"]) == (answer["file"]["id"], "Targets", "targets.csv")
    info = client.files_info(file=shown["id"])["file"]
    assert (info["size"], info["alt_txt"]) == (len(CONTENT), "a table")
    request = urllib.request.Request(info["url_private"], headers={"Authorization": f"Bearer {rehearsal.bot_token}"})
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.read() == CONTENT


def test_bytes_may_come_as_a_form(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    address, file = announced(client)
    head = b'--xx\r\nContent-Disposition: form-data; name="file"; filename="targets.csv"\r\n\r\n'
    # when
    status, said = send(address, head + CONTENT + b"\r\n--xx--\r\n", "multipart/form-data; boundary=xx")
    client.files_completeUploadExternal(files=[{"id": file, "title": "Targets"}], channel_id=SALES)
    # then
    assert (status, said) == (200, f"OK - {len(CONTENT)}")
    assert rehearsal.history("sales")[-1]["files"][0]["id"] == file


def test_there_is_no_file_before_the_upload_is_complete(shared_client: WebClient) -> None:
    # given
    address, file = announced(shared_client)
    early = error_of(lambda: shared_client.files_completeUploadExternal(files=[{"id": file, "title": ""}]))
    send(address, CONTENT)
    # when
    before = error_of(lambda: shared_client.files_info(file=file))
    shared_client.files_completeUploadExternal(files=[{"id": file, "title": ""}])
    # then
    assert (early["error"], before["error"]) == ("file_not_found", "file_not_found")
    found = shared_client.files_info(file=file)["file"]
    assert (found["title"], found["shares"]) == ("targets.csv", {})
    again = error_of(lambda: shared_client.files_completeUploadExternal(files=[{"id": file, "title": ""}]))
    assert again["error"] == "file_not_found"


def test_other_bytes_than_announced_are_refused(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    address, file = announced(client, length=5)
    # when
    status, _ = send(address, CONTENT)
    # then
    assert status == 400
    assert [call["outcome"] for call in rehearsal.calls("upload")] == ["wrong_length"]
    assert error_of(lambda: client.files_completeUploadExternal(files=[{"id": file, "title": "x"}]))["error"]
    assert send(address.replace("/v1/", "/v1/x"), CONTENT)[0] == 404


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"channel_id": "C0SECRET001"}, "channel_not_found"),
        ({"channel_id": "C0OLDNEWS01"}, "is_archived"),
        ({"channel_id": SALES, "thread_ts": "1700000000.000100"}, "thread_not_found"),
        ({"channel_id": SALES, "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
    ],
)
def test_a_file_is_shared_only_where_the_app_may_post(
    shared_client: WebClient, more: dict[str, Any], error: str
) -> None:
    # given
    address, file = announced(shared_client)
    send(address, CONTENT)
    args = {"files": [{"id": file, "title": "x"}], **more}
    # when
    refusal = error_of(lambda: shared_client.api_call("files.completeUploadExternal", json=args))
    # then
    assert refusal["error"] == error
    assert error_of(lambda: shared_client.files_info(file=file))["error"] == "file_not_found"


@pytest.mark.parametrize("length", [0, 2**30 + 1])
def test_a_file_has_at_least_one_byte_and_at_most_a_gigabyte(shared_client: WebClient, length: int) -> None:
    # given / when
    refusal = error_of(lambda: announced(shared_client, length))
    # then
    assert refusal["error"] == "invalid_arguments"


def test_an_own_file_can_be_deleted_and_leaves_a_tombstone(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    client.files_upload_v2(channel=SALES, content=CONTENT, filename="targets.csv")
    (file,) = rehearsal.history("sales")[-1]["files"]
    theirs = rehearsal.control(
        "POST", "/post", {"user": "ann", "channel": "sales", "text": "x", "files": [{"name": "a.txt", "text": "a"}]}
    )["files"][0]
    # when
    client.files_delete(file=file["id"])
    # then
    assert rehearsal.history("sales")[0]["files"] == [{"id": file["id"], "mode": "tombstone"}]
    assert error_of(lambda: client.files_delete(file=file["id"]))["error"] == "file_deleted"
    assert error_of(lambda: client.files_delete(file=theirs))["error"] == "cant_delete_file"


@pytest.mark.parametrize(
    ("kind", "arrived"), [("http_500", False), ("http_500_after", True), ("reset_before", False), ("reset_after", True)]
)
def test_the_bytes_can_meet_faults_with_and_without_effect(
    rehearsal: RehearsalProcess, client: WebClient, kind: str, arrived: bool
) -> None:
    # given
    address, file = announced(client)
    rehearsal.fault(kind, "upload", channel=file)
    # when
    try:
        status, _ = send(address, CONTENT)
        assert status == 500
    except OSError:
        assert kind.startswith("reset")
    # then
    rehearsal.wait_for("calls", method="upload", outcome=kind)
    files: list[dict[str, str | None]] = [{"id": file, "title": "x"}]
    if arrived:
        client.files_completeUploadExternal(files=files)
    else:
        assert error_of(lambda: client.files_completeUploadExternal(files=files))["error"] == "file_not_found"
