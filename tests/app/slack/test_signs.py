"""Signs of work under way: the session with its Stop where Slack has one, eyes where not; all of them go away again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.surface import CallFailed, Place, TryLater
from tests.app.slack.surface_given import Stage, on_stage
from tests.given.rehearsal import MANIFEST


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    with on_stage() as stage:
        yield stage


@pytest.fixture
def stage(running: Stage) -> Iterator[Stage]:
    yield running
    running.rehearsal.clear_faults()


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An app that is not declared an agent."""
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    del manifest["features"]["agent_view"]
    file = Path(tmp_path_factory.mktemp("manifest")) / "manifest.yml"
    file.write_text(yaml.safe_dump(manifest), encoding="utf-8")
    with on_stage(manifest=file) as stage:
        yield stage


def session_of(stage: Stage, place: Place) -> str:
    """Return the status of the thread's session, "" where it has none."""
    here = [one for one in stage.rehearsal.sessions() if one["thread_ts"] == place.root]
    return str(here[0]["status"]) if here else ""


def reactions_on(stage: Stage, place: Place) -> list[str]:
    """Return the reactions on the thread's first message."""
    first: dict[str, Any] = stage.rehearsal.thread(place.channel, place.root)[0]
    return [one["name"] for one in first.get("reactions", [])]


@pytest.mark.failure_mode(23)
@pytest.mark.parametrize(("waits", "status"), [(False, "active"), (True, "suspended")])
def test_work_shows_as_the_sessions_status_and_its_end_too(stage: Stage, waits: bool, status: str) -> None:
    # given a request
    place = stage.thread()
    # when its sign is shown, and taken away, each twice
    for _ in range(2):
        stage.surface.show_sign(place, place.root, seconds=5)
    assert (session_of(stage, place), reactions_on(stage, place)) == ("processing", [])
    for _ in range(2):
        stage.surface.clear_sign(place, place.root, waits=waits, seconds=5)
    # then the session says whose move it is
    assert session_of(stage, place) == status


@pytest.mark.failure_mode(23)
def test_the_passing_line_is_inert_and_goes_with_the_sign(stage: Stage) -> None:
    # given a line under a thread
    place = stage.thread()
    stage.surface.show_status(place, "reads https://evil.example <!here>\nand sales.csv", seconds=5)
    status = stage.rehearsal.calls("assistant.threads.setStatus")[-1]["args"]["status"]
    assert status == "reads https：⁄⁄evil·example ‹!here> and sales.csv"
    # when the sign is taken away, then the line is too
    stage.surface.clear_sign(place, place.root, seconds=5)
    assert stage.rehearsal.calls("assistant.threads.setStatus")[-1]["args"]["status"] == ""


def test_an_app_without_sessions_shows_eyes_and_asks_no_more_once_that_is_sure(plain_app: Stage) -> None:
    # given an app that is no agent, and two requests
    for number in range(2):
        place = plain_app.thread(f"request {number}")
        # when each is signed, then there are eyes, and they are taken away
        plain_app.surface.show_sign(place, place.root, seconds=5)
        assert reactions_on(plain_app, place) == ["eyes"]
        plain_app.surface.clear_sign(place, place.root, seconds=5)
        assert reactions_on(plain_app, place) == []
    # and Slack was asked for a session until it had refused twice
    assert len(plain_app.rehearsal.calls("agents.sessions.setStatus")) == 2


@pytest.mark.failure_mode(22)
def test_one_refusal_that_is_slacks_own_trouble_leaves_no_sign_standing(stage: Stage) -> None:
    # given a session that shows that it works, and a Slack that refuses one call for a reason that nobody understands
    place = stage.thread()
    stage.surface.show_sign(place, place.root, seconds=5)
    stage.rehearsal.fault("error", "agents.sessions.setStatus", error="not_understood_at_all")
    # when the sign is taken away, then it is, and the next one is shown as ever
    stage.surface.clear_sign(place, place.root, seconds=5)
    assert session_of(stage, place) == "active"
    other = stage.thread()
    stage.surface.show_sign(other, other.root, seconds=5)
    assert session_of(stage, other) == "processing"


@pytest.mark.failure_mode(22)
def test_trouble_with_one_session_is_no_word_about_all_of_them(stage: Stage) -> None:
    # given a Slack that asks to wait, once
    place, other = stage.thread(), stage.thread()
    stage.rehearsal.fault("ratelimited", "agents.sessions.setStatus", seconds=3)
    # when signs are shown, then the one has eyes and the next its session
    stage.surface.show_sign(place, place.root, seconds=5)
    stage.surface.show_sign(other, other.root, seconds=5)
    assert (reactions_on(stage, place), session_of(stage, other)) == (["eyes"], "processing")
    # and the eyes are taken away like any sign, whatever becomes of the line and the session
    stage.rehearsal.fault("ratelimited", "assistant.threads.setStatus", seconds=3)
    stage.rehearsal.fault("ratelimited", "agents.sessions.setStatus", seconds=3)
    with pytest.raises(TryLater):
        stage.surface.clear_sign(place, place.root, seconds=5)
    assert reactions_on(stage, place) == []


@pytest.mark.failure_mode(22)
def test_a_reaction_that_cannot_be_looked_for_keeps_nobody(stage: Stage) -> None:
    # given a request whose session works, and a Slack that asks to wait with reactions
    place = stage.thread()
    stage.surface.show_sign(place, place.root, seconds=5)
    stage.rehearsal.fault("ratelimited", "reactions.remove", seconds=3)
    # when the sign is taken away, then that is all: no reaction was given
    stage.surface.clear_sign(place, place.root, seconds=5)
    assert session_of(stage, place) == "active"


def test_a_message_that_joined_is_acknowledged_beside_the_sign(stage: Stage) -> None:
    # given a request that is worked on
    place = stage.thread()
    reply = stage.rehearsal.post("ben", "sales", "only North", thread_ts=place.root).ts
    # when a reply to it is acknowledged, twice
    for _ in range(2):
        stage.surface.acknowledge(place, reply, seconds=5)
    # then it has a hand, which stays when the sign goes
    stage.surface.clear_sign(place, place.root, seconds=5)
    assert [one["name"] for one in stage.last(place)["reactions"]] == ["ok_hand"]
    # and a message that is gone raises what any call raises
    stage.rehearsal.delete(place.channel, reply)
    with pytest.raises(CallFailed, match="message_not_found"):
        stage.surface.acknowledge(place, reply, seconds=5)
