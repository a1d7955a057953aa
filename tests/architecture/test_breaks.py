"""Defences that a slow proof takes out (tests/proofs/broken_on_purpose.py): each still stands where its entry says."""

import ast
import json
from pathlib import Path

import pytest

from tests.architecture.test_markers import FAILURES, marked
from tests.marks import marks_of, texts_of
from tests.proofs.broken_on_purpose import Break

ROOT = Path(__file__).parents[2]
BREAKS = [Break(**one) for one in json.loads((ROOT / "tests/data/broken_on_purpose.json").read_text(encoding="utf-8"))]
SHOWN = {10, 11, *range(14, 19), *range(22, 28), *range(36, 40), 41, *range(48, 61), 66, 67}
"""Failures whose defence must be seen to be needed; each later part adds its own."""
LAWS = {"E13", "E14", "E20", "E23", "E25", "E27"}
"""Laws of whose defences the same must be seen."""


def test_every_failure_that_is_to_be_shown_has_a_break_and_a_marked_test() -> None:
    # given the failures to be shown, when entries and marks are gathered, then none is missing
    assert not SHOWN - {one.number for one in BREAKS}
    assert not {str(number) for number in SHOWN} - {number for _, number in marked("failure_mode")}
    assert not [one.number for one in BREAKS if isinstance(one.number, int) and str(one.number) not in FAILURES]


def test_every_law_that_is_to_be_seen_has_a_break_of_a_test_that_shows_it() -> None:
    # given the laws, when entries and marks are gathered, then each has an entry, whose test is marked with it
    broken = {one for one in BREAKS if isinstance(one.number, str)}
    assert {one.number for one in broken} == LAWS
    for one in broken:
        assert one.test.partition("[")[0].removeprefix("tests/") in {
            where for where, call in marks_of("law") if one.number in texts_of(call)
        }, one.test


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: f"{one.number} {one.test.partition('::')[2]}")
def test_a_break_still_fits(one: Break) -> None:
    # given an entry, when looked up, then its text stands once in the product's code, and its test is there
    assert one.file.split("/")[0] in {"app", "agents", "tools"}
    assert (ROOT / one.file).read_text(encoding="utf-8").count(one.old) == 1
    assert one.old != one.new
    file, _, name = one.test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name.partition("[")[0] in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
