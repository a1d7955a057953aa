"""The prompt: typed in a terminal, and piped into the command."""

import json
import os
import subprocess
import sys
from pathlib import Path

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from app.rehearse.prompting import Terminal
from tests.given.rehearsal import REPOSITORY

UP = "\x1b[A"
BACKSPACE = "\x7f"


def test_the_prompt_edits_lines_and_keeps_a_history(tmp_path: Path) -> None:
    # given
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(f"hellp{BACKSPACE}o\r")
        first = Terminal(tmp_path / "state" / "history", []).next(lambda: "the thread", "ann> ")
        # when another time the line before is wanted again
        keys.send_text(f"{UP}\r")
        again = Terminal(tmp_path / "state" / "history", []).next(lambda: "the thread", "ann> ")
        # and then the end
        keys.send_text("\x04")
        end = Terminal(tmp_path / "state" / "history", []).next(lambda: "", "ann> ")
    # then
    assert (first, again, end) == ("hello", "hello", None)


def test_piped_lines_are_done_one_after_the_other_and_can_be_kept(tmp_path: Path) -> None:
    # given two people, a file, a command, and what cannot be done
    (tmp_path / "sales.csv").write_text("region,sales,target\nNorth,402,400\nSouth,281,300\n")
    typed = """\
/upload sales.csv @tagwork Which region missed its target?
/as ben
thank you
/edit thanks
/react tada
/workers
/trail 1
/press Nothing
/thread new
/tagwork help
/channel nowhere
/as ann
@tagwork post "The Q3 numbers are final." into #general
/as ben
/press Approve
/as adam
/press Approve
/thread new
/tagwork deny post_message in #sales
/press Save
@tagwork post "The Q3 numbers are final." into #general
/press why?
/as ben
/channel general
good morning
/thread
/save talk.json
/quit
never read
"""
    environ = {name: value for name, value in os.environ.items() if name != "ANTHROPIC_API_KEY"}
    # when
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "rehearse"],
        cwd=tmp_path,
        env=environ | {"PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    # then everything that was typed and seen stands there
    assert (done.returncode, done.stderr) == (0, "")
    seen = done.stdout
    for line in (
        "ann in #sales> /upload sales.csv @tagwork Which region missed its target?",
        "          [file: sales.csv, 48 bytes]",
        "ben in #sales, thread 1> thank you",
        "Ben       thanks (edited)",
        "          :tada: Ben",
        "There is no [Nothing] to press here; there is",
        "Tagwork   (only Ben sees this)",
        "There is no channel 'nowhere'; there are dm,",
        "  4  #general  Ben       good morning",
        "  worker, process ",
        "run:queued             person:U0ANN000001 ",
    ):
        assert line in seen
    assert "South missed its target" in seen
    # and a message elsewhere waited for a yes that not everyone may give, and an admin's change held for the next
    assert "adam in #sales> /press Save\nTagwork   (only Adam sees this)\n          Saved" in seen
    course = (
        ": may I use post_message to #general (C0GENERAL01)?",
        "You are not among those who may approve this.",
        "Approved by adam.",
        "Not saved yet.",
        "adam in #sales> /press Save",
        "`said.post_message.c0sales0001.all` denies post_message",
        "post_message: denied by rule `said.post_message.c0sales0001.all`",
    )
    at = [seen.find(words) for words in course]
    assert at == sorted(at), seen
    assert -1 not in at, seen
    assert "never read" not in seen
    # and what was kept is a transcript that waits where the prompt waited
    kept = json.loads((tmp_path / "talk.json").read_text())
    does = [step["does"] for step in kept["steps"]]
    assert does[:3] == ["say", "wait", "reply"]
    assert kept["steps"][0]["files"] == [{"name": "sales.csv", "text": (tmp_path / "sales.csv").read_text()}]
    assert kept["seen"][0] == "#sales"
