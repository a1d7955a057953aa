"""Answers of every kind look as they were once read and found good; and Slack takes each of their posts at once."""

from collections.abc import Iterator

import pytest

from agents.deliveries.parts import Sheet, Words, parts_of, too_long
from agents.messages import Link, Message
from agents.surface import OutFile
from tests.app.slack import golden
from tests.app.slack.surface_given import Stage, on_stage
from tests.given.waiting import until

PAGE = Link("https://wiki.example/targets", "Targets")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with on_stage() as running:
        yield running


@pytest.mark.parity("Tables and long text", "beat")
@pytest.mark.failure_mode(16)
@pytest.mark.failure_mode(27)
@pytest.mark.failure_mode(30)
@pytest.mark.parametrize("name", golden.NAMES)
def test_it_looks_as_it_did(name: str) -> None:
    # given an answer as a model wrote it, when parted and laid out, then people see what was found good
    assert golden.seen(name) == golden.expected(name)


def test_the_lengths_are_those_of_their_names() -> None:
    # given the long answers, when measured, then the one is posts and the other a file
    assert len(golden.answer("fifteen_thousand")) > 15_000
    assert not too_long(parts_of(golden.answer("fifteen_thousand")))
    assert len(golden.answer("forty_thousand")) > 40_000
    assert too_long(parts_of(golden.answer("forty_thousand")))


@pytest.mark.failure_mode(28)
@pytest.mark.failure_mode(67)
@pytest.mark.parametrize("name", golden.NAMES)
def test_slack_takes_every_part_in_its_layout_and_fetches_nothing(stage: Stage, name: str) -> None:
    # given an answer in its parts
    place = stage.thread(name)
    parts = parts_of(golden.answer(name))
    # when each post and file is given to people, the last with a source
    for number, part in enumerate(parts):
        if isinstance(part, Words):
            stage.surface.post(place, Message(markdown=part.markdown, sources=(PAGE,)), f"{name}-{number}", seconds=5)
        else:
            give(stage, part)
    # then nothing was refused or posted without its layout, and no preview was asked for
    sent = [call for call in stage.rehearsal.calls("chat.postMessage") if call["args"].get("thread_ts") == place.root]
    assert [call["outcome"] for call in sent] == ["ok"] * sum(isinstance(part, Words) for part in parts)
    assert all(call["args"]["blocks"] for call in sent)
    assert stage.unfurled(place) == []


def give(stage: Stage, sheet: Sheet) -> None:
    """Upload a table and see it in a thread."""
    place = stage.thread("a file")
    file = OutFile(sheet.name, sheet.media_type, sheet.body, sheet.alt)
    file_id = stage.surface.upload(file, seconds=5)
    stage.surface.share(place, file_id, file, seconds=5)
    until(lambda: stage.surface.shared(place, file_id, seconds=5), "the file in its thread")
    assert stage.unfurled(place) == []
