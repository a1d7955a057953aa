"""Every number that a test carries means something: a law of the engine, or a failure of the field."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
FAILURES: dict[str, str] = json.loads((TESTS / "data" / "field_failures.json").read_text(encoding="utf-8"))
SHOWN = {f"E{number}" for number in [*range(1, 22), 23, 24, 25, 27]}
"""The laws of what is built; each later part adds its own."""


def marked(marker: str) -> Iterator[tuple[str, str]]:
    """Every (file, argument) of that marker in the suite."""
    for file in TESTS.rglob("test_*.py"):
        for found in re.finditer(rf"^\s*@pytest\.mark\.{marker}\((.*?)\)$", file.read_text(encoding="utf-8"), re.M):
            yield str(file.relative_to(TESTS)), found[1].strip("\"'")


def test_every_marked_failure_is_one_that_is_listed() -> None:
    # given the list of failures, when every marker of the suite is looked up, then it is there, with a sentence
    assert [int(number) for number in FAILURES] == list(range(1, len(FAILURES) + 1))
    assert all(len(title.split()) > 3 and not title.endswith(".") for title in FAILURES.values())
    assert not [where for where, number in marked("failure_mode") if number not in FAILURES]


def test_every_law_of_what_is_built_is_shown_by_a_test() -> None:
    # given the laws that are to be shown first, when the suite's markers are gathered, then none is missing
    shown = {number for _, number in marked("law")}
    assert not SHOWN - shown
    assert not [number for number in shown if not re.fullmatch(r"E([1-9]|1\d|2[0-7])", number)]
