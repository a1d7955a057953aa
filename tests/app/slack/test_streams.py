"""An answer that grows before people's eyes: inert from its first word, exact at its end, and there once."""

import json
from collections.abc import Iterator

import pytest

from agents.messages import Message
from agents.surface import Place, Refused
from tests.app.slack.surface_given import ANN, Stage, on_stage

HOSTILE = "See https://evil.example/?d=1 <!channel> [x](https://evil.example) evil.com. "


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    with on_stage() as stage:
        yield stage


@pytest.fixture
def stage(running: Stage) -> Iterator[Stage]:
    yield running
    running.rehearsal.clear_faults()
    running.rehearsal.clock(0)


def grow(stage: Stage, place: Place, at: str, text: str, step: int) -> None:
    """Let a text come in pieces of `step` characters."""
    for start in range(0, len(text), step):
        stage.surface.grow_stream(place, at, text[:start], text[start : start + step], seconds=5)


@pytest.mark.failure_mode(25)
def test_the_first_words_are_shown_at_once(stage: Stage) -> None:
    # given a stream without text
    place = stage.thread()
    at = stage.surface.open_stream(place, ANN, seconds=5)
    # when its first words come, then they are there
    stage.surface.grow_stream(place, at, "", "Net", seconds=5)
    assert stage.last(place)["text"] == "Net"


@pytest.mark.failure_mode(30)
@pytest.mark.failure_mode(67)
@pytest.mark.parametrize("step", [1, 7, 1_000])
def test_nothing_in_a_stream_is_ever_live_and_its_end_is_exact(stage: Stage, step: int) -> None:
    # given a hostile answer that comes in pieces
    place = stage.thread()
    at = stage.surface.open_stream(place, ANN, seconds=5)
    grow(stage, place, at, HOSTILE, step)
    # when it ends, twice
    for _ in range(2):
        stage.surface.end_stream(place, at, Message(markdown=HOSTILE), "d1", seconds=5)
    # then no state of it was live, and what stands there is the message alone, findable
    assert stage.unfurled(place) == []
    assert stage.surface.find(place, "d1", oldest=place.root, seconds=5) == [at]
    said = stage.last(place)
    assert said["text"].startswith("See `https://evil.example/?d=1` &lt;!channel&gt; x (")
    assert "⁄" not in json.dumps(said["blocks"], ensure_ascii=False)
    assert len(stage.rehearsal.thread(place.channel, place.root)) == 2


@pytest.mark.failure_mode(15)
@pytest.mark.failure_mode(17)
def test_a_stream_that_died_of_age_says_so_and_still_ends_exactly(stage: Stage) -> None:
    # given a stream that Slack has closed after its five minutes
    place = stage.thread()
    at = stage.surface.open_stream(place, ANN, seconds=5)
    stage.surface.grow_stream(place, at, "", "The first half", seconds=5)
    stage.rehearsal.clock(301)
    # when more comes, then it is refused under one name
    with pytest.raises(Refused, match="message_not_in_streaming_state"):
        stage.surface.grow_stream(place, at, "The first half", " and the second", seconds=5)
    # and its end is the whole answer, once
    stage.surface.end_stream(place, at, Message(markdown="The first half and the second"), "d1", seconds=5)
    assert stage.last(place)["text"] == "The first half and the second"
    assert stage.surface.find(place, "d1", oldest=place.root, seconds=5) == [at]


def test_a_stream_that_somebody_stopped_is_over(stage: Stage) -> None:
    # given a stream in a thread whose Stop is pressed
    place = stage.thread()
    stage.surface.show_sign(place, place.root, seconds=5)
    at = stage.surface.open_stream(place, ANN, seconds=5)
    stage.surface.grow_stream(place, at, "", "Some", seconds=5)
    stage.rehearsal.stop_session("ann", place.channel, place.root)
    # when more comes, then it is refused; closing and ending it is a success
    with pytest.raises(Refused, match="message_not_in_streaming_state"):
        stage.surface.grow_stream(place, at, "Some", " more", seconds=5)
    stage.surface.close_stream(place, at, seconds=5)
    stage.surface.end_stream(place, at, Message(markdown="Stopped."), "d1", seconds=5)
    assert stage.last(place)["text"] == "Stopped."


def test_a_stream_can_be_closed_as_it_stands(stage: Stage) -> None:
    # given a stream with words
    place = stage.thread()
    at = stage.surface.open_stream(place, ANN, seconds=5)
    stage.surface.grow_stream(place, at, "", "So far", seconds=5)
    # when closed twice, then it says what it said; and one that is gone needs no closing
    for _ in range(2):
        stage.surface.close_stream(place, at, seconds=5)
    assert stage.last(place)["text"] == "So far"
    stage.surface.delete(place, at, seconds=5)
    stage.surface.close_stream(place, at, seconds=5)


@pytest.mark.failure_mode(16)
def test_much_text_at_once_comes_in_chunks_that_slack_takes(stage: Stage) -> None:
    # given more new text than one chunk holds
    place = stage.thread()
    at = stage.surface.open_stream(place, ANN, seconds=5)
    # when shown, then all of it is there
    stage.surface.grow_stream(place, at, "", "word " * 4_000, seconds=5)
    assert stage.last(place)["text"].count("word") == 4_000
