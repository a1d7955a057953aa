"""The ledger: rows of rows.toml, the tests that are marked with them, and the verdict of each row.

A mark is `@pytest.mark.parity("Mention starts work", "beat")` above a test, once for each row that the test shows.
Marks are read from the source, so that the ledger needs no server and no import of what it reads.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.marks import TESTS, marks_of, texts_of

ROWS = Path(__file__).with_name("rows.toml")
PAGE = TESTS.parent / "docs" / "reference" / "parity.md"
MARKER = "parity"


class Verdict(StrEnum):
    """What the tests of a row show, the best of them counting."""

    NONE = "none"
    MATCH = "match"
    BEAT = "beat"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what must be shown to match it, and to beat it."""

    part: str
    title: str
    name: str
    match: str
    beat: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: the test (file::name, from tests/ on), the row and the verdict that it claims."""

    test: str
    row: str
    verdict: str


class BadMark(ValueError):
    """A mark names no row, or no verdict. The text says what there is."""


def rows() -> list[Row]:
    """Return every row in its order."""
    parts = tomllib.loads(ROWS.read_text(encoding="utf-8"))["part"]
    return [
        Row(part["key"], part["title"], row["name"], row["match"], row["beat"]) for part in parts for row in part["row"]
    ]


def check(mark: Mark, known: Sequence[Row]) -> None:
    """Raise BadMark where a mark names no row of ours, or a verdict that there is not."""
    if mark.row not in {row.name for row in known}:
        raise BadMark(f"{mark.test}: the parity list has no row {mark.row!r}. See tests/parity/rows.toml.")
    if mark.verdict not in {Verdict.MATCH, Verdict.BEAT}:
        raise BadMark(f"{mark.test}: {mark.verdict!r} is no verdict. Say match or beat.")


def marks(folder: Path = TESTS) -> list[Mark]:
    """Return every mark of the test files below a folder, in the order of their files. Raises BadMark."""
    found: list[Mark] = []
    for where, call in marks_of(MARKER, folder):
        said = texts_of(call)
        if len(said) != 2 or call.keywords:
            raise BadMark(f"{where}: a parity mark takes a row and a verdict, both as plain texts.")
        found.append(Mark(where, str(said[0]), str(said[1])))
    known = rows()
    for mark in found:
        check(mark, known)
    return found


def verdicts(known: Sequence[Row], found: Sequence[Mark]) -> Mapping[str, Verdict]:
    """Return the verdict of every row by its name."""
    order = list(Verdict)
    best = dict.fromkeys((row.name for row in known), Verdict.NONE)
    for mark in found:
        best[mark.row] = max(best[mark.row], Verdict(mark.verdict), key=order.index)
    return best


def counts(best: Mapping[str, Verdict]) -> str:
    """Return the counts in one line."""
    many = {verdict: sum(1 for one in best.values() if one is verdict) for verdict in reversed(Verdict)}
    return f"{len(best)} rows: " + ", ".join(f"{number} {verdict.value}" for verdict, number in many.items())


def page() -> str:
    """Return docs/reference/parity.md."""
    known, found = rows(), marks()
    best = verdicts(known, found)
    lines = [
        "<!-- Printed from the marks of the tests by `make docs`. Change the tests, not this page. -->",
        "",
        "# Parity",
        "",
        "What a hosted teammate for Slack does, and what our tests show of it, by each row's own words.",
        "A row without a verdict may be built; no test claims it.",
        "",
        f"**{counts(best)}.**",
    ]
    for key, title in dict.fromkeys((row.part, row.title) for row in known):
        lines += ["", f"## {key}. {title}", "", "| row | verdict | to match | to beat | tests |"]
        lines.append("| --- | --- | --- | --- | --- |")
        for row in (one for one in known if one.part == key):
            tests = ", ".join(dict.fromkeys(f"`{_short(one.test)}`" for one in found if one.row == row.name))
            verdict = best[row.name]
            shown = "" if verdict is Verdict.NONE else f"**{verdict.value}**"
            lines.append(f"| {row.name} | {shown} | {row.match} | {row.beat} | {tests} |")
    return "\n".join([*lines, ""])


def _short(test: str) -> str:
    return test.partition("::")[0]
