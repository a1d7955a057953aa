"""The whole of `tagwork demo` with files of one's own: what it prints, and that every number of it was found."""

import difflib
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from tests.given.rehearsal import REPOSITORY

VARIES = {
    r"127\.0\.0\.1:\d+": "127.0.0.1:PORT",
    r"Done in [^:]+:": "Done in a while:",
    # what a yes binds names the Run by its id
    r"sha256 [0-9a-f]{64}": "sha256 DIGEST",
    r"\d\d \w{3} \d{4}, \d\d:\d\d UTC": "DAY AND TIME",
    # how many signs were given depends on how long things took
    r"Audit: \d+ events, numbers \d+ to \d+": "Audit: SOME events",
    r"message \d{10}\.\d{6}": "message TS",
    r"/p\d{16}": "/pTS",
}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
RESULTS = """
SELECT tool_call.tool, tool_call.worker, chunk.body FROM tool_call
JOIN content_chunk AS chunk ON chunk.content_id = tool_call.result_content_id
ORDER BY tool_call.id, chunk.number
"""

GERMAN = (
    "Händler;Monat;Umsatz (€);Zielumsatz\n"
    "Müller;Januar;1.234,50;1.300,00\nJäger;Januar;2.400,75;2.000,00\n"
    "Müller;Februar;1.100,25;1.200,00\nJäger;Februar;2.000,00;2.100,00\n"
)
ROWS = 1_500
LONG = "order,channel,cups\n" + "".join(f"o{at},{('shop', 'web', 'phone')[at % 3]},{at % 7}\n" for at in range(ROWS))
CUPS = {place: sum(at % 7 for at in range(ROWS) if at % 3 == place) for place in range(3)}


@dataclass(frozen=True)
class Told:
    """One demo that has ended: what it printed, and its journal's tool calls as (tool, worker, result)."""

    code: int
    lines: list[str]
    calls: list[tuple[str, str, str]]

    @property
    def threads(self) -> str:
        """The threads, without what differs between two demos: the port, ids, times and numbers of the trail."""
        whole = "\n".join(self.lines[self.lines.index("#sales") - 1 : self.lines.index("The audit trail")])
        for varies, instead in VARIES.items():
            whole = re.sub(varies, instead, whole)
        return whole

    def thread(self, number: int) -> str:
        """One thread of them."""
        return re.split(r"^\d\. .*$", self.threads, flags=re.MULTILINE)[number]

    def trail(self, number: int) -> list[str]:
        """The lines of one Run in the trail."""
        ends = [at for at, line in enumerate(self.lines) if re.fullmatch(r"  #\d+|", line)]
        begins = self.lines.index(f"  #{number}")
        return self.lines[begins + 1 : next(at for at in ends if at > begins)]

    @property
    def answer(self) -> str:
        """What the first thread's last message says, without its footer."""
        last = re.split(r"^Tagwork ", self.thread(1), flags=re.MULTILINE)[-1]
        return re.split(r"^ *#\d+ · ", last, flags=re.MULTILINE)[0]


def begin(folder: Path, *files: Path) -> "subprocess.Popen[str]":
    """Start the demo, with a file of one's own or as it is shipped."""
    command = [sys.executable, "-m", "app.cli", "demo", *(word for file in files for word in ("--csv", str(file)))]
    environ = {name: value for name, value in os.environ.items() if name != "ANTHROPIC_API_KEY"}
    environ["TMPDIR"] = str(folder)  # the demo keeps its data folder; pytest clears it away
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def told(demo: "subprocess.Popen[str]") -> Told:
    """Wait for a demo's end and read its journal."""
    printed, _ = demo.communicate(timeout=300)
    home = re.search(r"data folder (\S+) \(kept\)", printed)
    assert home is not None, printed
    with closing(sqlite3.connect(Path(home[1]) / "journal.db")) as journal:
        calls = [(tool, worker, words(json.loads(body))) for tool, worker, body in journal.execute(RESULTS)]
    return Told(demo.returncode, printed.rstrip().splitlines(), calls)


def words(value: Any) -> str:
    """Return every text of a JSON value."""
    if isinstance(value, dict):
        return "\n".join(map(words, value.values()))
    return "\n".join(map(words, value)) if isinstance(value, list) else str(value)


@pytest.mark.timeout(360)
def test_two_demos_tell_the_same_threads_and_show_all_that_a_teammate_does(tmp_path: Path) -> None:
    # when the demo is told twice, side by side: neither is in the other's way
    demos = [begin(tmp_path), begin(tmp_path)]
    first, second = (told(demo) for demo in demos)

    # then both come to their end, and say the same but for ids and times
    assert (first.code, second.code) == (0, 0), "\n".join([*first.lines, *second.lines])
    assert md5(first.threads.encode()).digest() == md5(second.threads.encode()).digest(), diff(first, second)

    # and there is a plan whose steps ran in two workers, one of them while the page stood still
    compared = first.thread(1)
    assert "✓ Read sales-q3.csv\n            ◐ Read the page targets\n" in compared
    assert len({worker for tool, worker, _ in first.calls if tool in ("read_file", "fetch_page")}) == 2
    together = next(line for line in first.lines if line.endswith("side by side"))
    assert "read_file and fetch_page" in together or "fetch_page and read_file" in together
    # and a colleague's word is acknowledged, and changes the plan
    assert re.search(r"^Ben .*revised.*\n(?: .*\n)* +:\w+: Tagwork$", compared, flags=re.MULTILINE)
    assert "✓ Read the page targets-revised\n            ◐ Compare" in compared
    # and a question is answered by a button
    assert "[net sales] [gross sales]\n          (Ben presses [net sales])" in compared
    # and the answer has a table, a chart and sources, from the revised targets
    assert re.search(r"North +│ +1241700 │ +1255000 │ +-13300", first.answer)
    assert "(bar chart)" in first.answer
    assert "revised (http://127.0.0.1:PORT/pages/targets-revised)" in first.answer
    # and a request is stopped by a button, and one is denied with its reason
    assert "(Ann presses [Stop])" in first.thread(2)
    assert "✗ Read notes.txt" in first.thread(2)
    assert "I may only read the channel that I am asked in" in first.thread(3)
    assert [tool for tool, _, _ in first.calls].count("read_channel") == 0
    # and whoever presses `why?` there is told the rule, alone
    assert "(Ben presses [why?])\nTagwork   (only Ben sees this)" in first.thread(3)
    assert "read_channel: denied by rule other-channel" in first.thread(3)

    # and a message elsewhere waits for a yes: Ben may not give it and is told so alone, Adam may
    asked = first.thread(4)
    assert "#4: may I use post_message to #general (C0GENERAL01)?" in asked
    assert "          The Q3 numbers are final.\n          ```\n          Exactly this runs: sha256 DIGEST" in asked
    assert "(Ben presses [Approve])\nTagwork   (only Ben sees this)\n          You are not among those" in asked
    assert "(Adam presses [Approve])" in asked
    assert "Approved by adam." in asked
    # and then it stands there once, and the trail has it in three lines
    assert "#general\nTagwork   The Q3 numbers are final.\n          Sent on request #4\n" in asked
    assert "(Rehearsal counts 1 message of Tagwork in #general)" in asked
    assert [told_as(line) for line in first.trail(4)[1:4]] == [
        "post_message   asked by change-inside",
        "Adam says yes to it",
        "post_message   succeeded in worker N",
    ]

    # and an admin's change is shown before it is saved, to that admin alone, and holds for the next call
    changed = first.thread(5)
    assert "Adam      /tagwork deny post_message in #sales\nTagwork   (only Adam sees this)" in changed
    assert "Not saved yet. This is what it would do:" in changed
    assert "Of last week's 13 calls, 1 would now be denied." in changed
    assert (
        "[Save] [Cancel]\n          (Adam presses [Save])\nTagwork   (only Adam sees this)\n          Saved" in changed
    )
    denied = flat(changed.rpartition("#sales")[2])
    assert "rule `said.post_message.c0sales0001.all` denies post_message" in denied
    assert "Owners and admins of the workspace can change that rule." in denied
    assert told_as(first.trail(5)[1]) == "post_message   denied by said.post_message.c0sales0001.all"
    assert [tool for tool, _, _ in first.calls].count("post_message") == 1

    # and the trail is whole, with what to try next
    assert any("read_channel" in line and "denied by other-channel" in line for line in first.lines)
    assert len([line for line in first.lines if line.startswith("  TAGWORK_HOME=")]) == 3
    assert re.fullmatch(r"audit: \d+ events, chain verified", first.lines[-1])


@pytest.mark.timeout(360)
def test_with_any_file_the_answer_follows_and_every_number_of_it_is_in_a_tool_result(tmp_path: Path) -> None:
    # given two files that have nothing in common
    german, long = tmp_path / "umsätze.csv", tmp_path / "orders.csv"
    german.write_bytes(GERMAN.encode("cp1252"))
    long.write_text(LONG, encoding="utf-8-sig")

    # when the demo is run with each, side by side
    demos = [begin(tmp_path, german), begin(tmp_path, long)]
    stories = [told(demo) for demo in demos]

    # then each answer is what the file says, with its sources
    assert "Müller missed its Zielumsatz: Umsatz (€) 2334.75, Zielumsatz 2500.00." in flat(stories[0].answer)
    assert "Jäger" not in stories[0].answer
    for at, place in enumerate(("shop", "web", "phone")):
        assert f"{place}: {CUPS[at]}" in stories[1].answer
    # and both were read at the same time, by two workers, and the trail is whole
    for story in stories:
        assert story.code == 0, "\n".join(story.lines)
        assert re.fullmatch(r"audit: \d+ events, chain verified", story.lines[-1])
        assert len({worker for tool, worker, _ in story.calls[:4] if tool == "read_file"}) == 2
        assert "notes.txt" in story.answer
        assert "found nothing" not in story.answer
        results = "\n".join(result for _, _, result in story.calls)
        numbers = NUMBER.findall(story.answer)
        assert numbers
        assert [number for number in numbers if number not in NUMBER.findall(results)] == []


def told_as(line: str) -> str:
    """Return what a line of the trail says, without when and in which worker."""
    return re.sub(r"worker \d+", "worker N", line[18:])


def flat(text: str) -> str:
    """Return a text in one line, as it was before it was laid out."""
    return " ".join(text.split())


def diff(first: Told, second: Told) -> str:
    """Return in what two demos differ."""
    return "\n".join(difflib.unified_diff(first.threads.splitlines(), second.threads.splitlines(), lineterm=""))
