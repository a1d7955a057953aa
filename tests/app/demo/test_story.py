"""The whole of `tagwork demo` with files of one's own: what it prints, and that every number of it was found."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.given.rehearsal import REPOSITORY

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
    def answer(self) -> str:
        """Tagwork's lines of the thread."""
        start = next(at for at, line in enumerate(self.lines) if line.startswith(" Tagwork  "))
        return "\n".join(line[10:] for line in self.lines[start : self.lines.index("The audit trail")]).strip()


def begin(path: Path) -> "subprocess.Popen[str]":
    """Start the demo with a file."""
    command = [sys.executable, "-m", "app.cli", "demo", "--csv", str(path)]
    environ = {name: value for name, value in os.environ.items() if name != "ANTHROPIC_API_KEY"}
    environ["TMPDIR"] = str(path.parent)  # the demo keeps its data folder; pytest clears it away
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def told(demo: "subprocess.Popen[str]") -> Told:
    """Wait for a demo's end and read its journal."""
    printed, _ = demo.communicate(timeout=200)
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


@pytest.mark.timeout(240)
def test_with_any_file_the_answer_follows_and_every_number_of_it_is_in_a_tool_result(tmp_path: Path) -> None:
    # given two files that have nothing in common
    german, long = tmp_path / "umsätze.csv", tmp_path / "orders.csv"
    german.write_bytes(GERMAN.encode("cp1252"))
    long.write_text(LONG, encoding="utf-8-sig")

    # when the demo is run with each, side by side: neither is in the other's way
    demos = [begin(german), begin(long)]
    stories = [told(demo) for demo in demos]

    # then each answer is what the file says, with its sources
    assert "Müller missed its Zielumsatz: Umsatz (€) 2334.75, Zielumsatz 2500.00." in stories[0].answer
    assert "Jäger" not in stories[0].answer
    for at, place in enumerate(("shop", "web", "phone")):
        assert f"{place}: {CUPS[at]}" in stories[1].answer
    # and both were read at the same time, by two workers, and the trail is whole
    for story in stories:
        assert story.code == 0, "\n".join(story.lines)
        assert re.fullmatch(r"audit: \d+ events, chain verified", story.lines[-1])
        assert len({worker for tool, worker, _ in story.calls if tool == "read_file"}) == 2
        assert "notes.txt" in story.answer
        assert "found nothing" not in story.answer
        results = "\n".join(result for _, _, result in story.calls)
        numbers = NUMBER.findall(story.answer)
        assert numbers
        assert [number for number in numbers if number not in NUMBER.findall(results)] == []
