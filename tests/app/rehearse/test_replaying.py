"""The shipped transcripts, played against whole processes: their threads look as they were recorded.

Where a look was changed on purpose: `tagwork rehearse --replay FILE --record`, and read the difference.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo.trail import events
from app.rehearse.replaying import differences, play
from app.rehearse.running import Running
from app.rehearse.steps import Step
from app.rehearse.transcript import Transcript, read_transcript
from tests.given.rehearsal import REPOSITORY

KILLED = REPOSITORY / "tests/data/transcripts/a_killed_worker.json"
TRANSCRIPTS = sorted({*(REPOSITORY / "tests/data/transcripts").glob("*.json")} - {KILLED})


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Tagwork on a Rehearsal, with the offline model."""
    environ = {name: value for name, value in os.environ.items() if name != "ANTHROPIC_API_KEY"}
    with Running(tmp_path_factory.mktemp("home"), environ) as started:
        started.wait_until_ready()
        yield started


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_plays_as_it_was_recorded(running: Running, path: Path) -> None:
    # given
    transcript = read_transcript(path)
    # when
    lines, wrong = play(running, transcript)
    # then
    assert wrong == ""
    assert transcript.seen
    assert differences(transcript, lines) == []


@pytest.mark.law("E6")
@pytest.mark.failure_mode(20)
def test_a_worker_that_is_killed_is_taken_over_by_itself_and_the_trail_says_so(running: Running) -> None:
    # given a worker that stands in the middle of a Run
    transcript = read_transcript(KILLED)
    # when it is killed, and nobody does anything
    lines, wrong = play(running, transcript)
    # then the thread has everything once, as it was recorded, and no technical word
    assert wrong == ""
    assert differences(transcript, lines) == []
    # and the trail says once who was lost, who took over, and what
    recovered = [one for one in events(running.environ) if one["event"] == "run:recovered"]
    assert [one["data"]["of"] for one in recovered] == ["tool_call"]
    assert recovered[0]["data"]["lost"] != recovered[0]["data"]["worker"]


def test_a_step_that_cannot_be_done_is_told_with_its_number_and_the_thread_so_far(running: Running) -> None:
    # given
    steps = (Step("say", "ann", "sales", "hello"), Step("press", "ann", what="Yes"), Step("delete", "ann"))
    # when
    lines, wrong = play(running, Transcript("", steps))
    # then
    assert wrong == "step 2 (press): There is no [Yes] to press here; there is nothing."
    assert lines == ["#sales", "Ann       hello", ""]


def test_another_thread_than_the_recorded_one_shows_where(running: Running) -> None:
    # given
    transcript = Transcript("", (Step("say", "ann", "sales", "hello"),), ("#sales", "Ann       good-bye", ""))
    # when
    lines, _ = play(running, transcript)
    # then
    assert [line for line in differences(transcript, lines) if line.startswith(("-A", "+A"))] == [
        "-Ann       good-bye",
        "+Ann       hello",
    ]
