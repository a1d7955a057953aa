"""The shipped transcripts, played against whole processes: their threads look as they were recorded.

Where a look was changed on purpose: `tagwork rehearse --replay FILE --record`, and read the difference.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.rehearse.replaying import differences, play
from app.rehearse.running import Running
from app.rehearse.steps import Step
from app.rehearse.transcript import Transcript, read_transcript
from tests.given.rehearsal import REPOSITORY

TRANSCRIPTS = sorted((REPOSITORY / "tests/data/transcripts").glob("*.json"))


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
