"""Files are given to people in their thread: unseen until they are shared, found again by their id, titled inertly."""

from collections.abc import Iterator

import pytest

from agents.surface import OutcomeUnknown, OutFile, Refused, TryLater
from tests.app.slack.surface_given import Stage, on_stage
from tests.given.waiting import until

CSV = OutFile("sales by region.csv", "text/csv", b"region,net\nNorth,90\n", "Net sales by region")


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    with on_stage() as stage:
        yield stage


@pytest.fixture
def stage(running: Stage) -> Iterator[Stage]:
    yield running
    running.rehearsal.clear_faults()


def test_a_file_stands_in_its_thread_once_it_is_shared(stage: Stage) -> None:
    # given an uploaded file that nobody sees
    place = stage.thread()
    file_id = stage.surface.upload(CSV, seconds=5)
    assert stage.surface.shared(place, file_id, seconds=5) == []
    # when shared
    at = stage.surface.share(place, file_id, CSV, seconds=5)
    found = until(lambda: stage.surface.shared(place, file_id, seconds=5), "the file in its thread")
    # then it stands in that thread once, whole
    assert len(found) == 1
    assert at in {"", found[0]}
    said = stage.last(place)
    assert (said["ts"], said["files"][0]["title"]) == (found[0], "sales by region")
    assert stage.surface.download(place, file_id, max_bytes=1_000, seconds=5) == CSV.body
    # and in no other
    assert stage.surface.shared(stage.thread(), file_id, seconds=5) == []


@pytest.mark.failure_mode(30)
@pytest.mark.failure_mode(67)
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("evil.com/<!channel>.csv", "evil·com__!channel_"),
        ("notes.md", "notes"),
        ("q3\u202efdp.exe", "q3fdp"),
        ("", "file"),
    ],
)
def test_a_files_title_is_inert(stage: Stage, name: str, title: str) -> None:
    # given a file whose name holds what clients act on
    place = stage.thread()
    file = OutFile(name, "text/csv", b"x", alt="see https://evil.example")
    # when shared, then its title and description are words, and nothing is fetched for them
    file_id = stage.surface.upload(file, seconds=5)
    stage.surface.share(place, file_id, file, seconds=5)
    until(lambda: stage.surface.shared(place, file_id, seconds=5), "the file in its thread")
    assert stage.last(place)["files"][0]["title"] == title
    assert stage.rehearsal.calls("files.getUploadURLExternal")[-1]["args"]["alt_txt"] == "see https：⁄⁄evil·example"
    assert stage.unfurled(place) == []


@pytest.mark.failure_mode(17)
@pytest.mark.parametrize("kind", ["timeout_after", "reset_after", "http_500_after"])
def test_a_share_whose_answer_was_lost_is_found_again(stage: Stage, kind: str) -> None:
    # given a Slack that shares a file and does not say so
    place = stage.thread()
    file_id = stage.surface.upload(CSV, seconds=5)
    stage.rehearsal.fault(kind, "files.completeUploadExternal")
    # when shared, then the outcome is unknown, and the look-up finds it once
    with pytest.raises(OutcomeUnknown):
        stage.surface.share(place, file_id, CSV, seconds=1)
    assert len(until(lambda: stage.surface.shared(place, file_id, seconds=5), "the share")) == 1


def test_refusals_and_waiting_are_told_apart(stage: Stage) -> None:
    # given a Slack that asks to wait, then refuses
    place = stage.thread()
    stage.rehearsal.fault("ratelimited", "files.getUploadURLExternal", seconds=4)
    with pytest.raises(TryLater):
        stage.surface.upload(CSV, seconds=5)
    # when a file is shared that Slack does not know, then that is a refusal
    with pytest.raises(Refused):
        stage.surface.share(place, "F0NOSUCH001", CSV, seconds=5)
