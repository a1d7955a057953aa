"""Transcripts: what is written is read again, and what is none is refused with its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from agents.errors import BadSetting
from app.rehearse.steadying import steady
from app.rehearse.steps import Attached, Step
from app.rehearse.transcript import read_transcript, write_transcript

SAY = {"does": "say", "who": "ann", "text": "hello"}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    # given
    steps = (
        Step("say", "ann", "sales", "hello", files=(Attached("a.csv", text="x\n1\n"), Attached("b.csv", path="b.csv"))),
        Step("wait", waits_for="text", what="done", seconds=5.0),
        Step("press", "ben", what="Stop", thread=1),
    )
    # when
    write_transcript(tmp_path / "talk.json", "A talk.", steps, ["Ann       hello", "#7 in 3 s for $0.0125"])
    kept = read_transcript(tmp_path / "talk.json")
    # then
    assert (kept.about, kept.steps, kept.folder) == ("A talk.", steps, tmp_path)
    assert kept.seen == ("Ann       hello", "#… in … s for $…")


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([SAY, {"does": "shout"}], "step 2: `does` must be one of say, reply"),
        ([{"does": "say", "who": "ann"}], "step 1: say needs `text`"),
        ([SAY | {"colour": "red"}], "step 1: say does not take `colour`"),
        ([SAY | {"text": 7}], "step 1: `text` must be a text"),
        ([{"does": "wait", "for": "luck"}], "step 1: `for` must be one of settled"),
        ([{"does": "stop", "who": "ann", "thread": "first"}], "step 1: `thread` and `seconds` must be numbers"),
        ([SAY | {"files": [{"name": "a.csv"}]}], "step 1: a file has a `name`, and a `text` or a `path`"),
    ],
)
def test_a_wrong_step_is_named_with_what_is_wrong(tmp_path: Path, steps: list[Any], sentence: str) -> None:
    # given
    (tmp_path / "talk.json").write_text(json.dumps({"steps": steps}))
    # when / then
    with pytest.raises(BadSetting, match=sentence):
        read_transcript(tmp_path / "talk.json")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("[1]", "is no transcript"), ("{", "is no JSON"), ('{"steps": [], "more": 1}', "is no transcript")],
)
def test_a_file_that_is_no_transcript_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    # given
    (tmp_path / "talk.json").write_text(content)
    # when / then
    with pytest.raises(BadSetting, match=sentence):
        read_transcript(tmp_path / "talk.json")


def test_two_runs_of_the_same_look_the_same() -> None:
    # given what differs by nature: numbers of Runs, seconds, money, ports, times
    one = ["#1 · Done in 2 s · $0.0160 · http://127.0.0.1:40001/pages/x · [1795558433.279359] 2026-11-24 22:13"]
    two = ["#27 · Done in 11 s · $0.0021 · http://127.0.0.1:512/pages/x · [1795558499.000001] 2026-11-25 07:00"]
    # then
    assert steady(one) == steady(two)
    assert steady(["Total: 793, 12% in May"]) == ["Total: 793, 12% in May"]
