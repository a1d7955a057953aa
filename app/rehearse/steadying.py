"""What two runs of one transcript differ in though nothing is different: numbers, times, ids, money, the port. Pure."""

import re
from collections.abc import Sequence

VARIES = (
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://127.0.0.1:…"),
    (re.compile(r"\b\d{10}\.\d{6}\b"), "…"),
    (re.compile(r"(?<=/p)\d{16}\b"), "…"),
    (re.compile(r"(?<=/)F[A-Z0-9]{8,}(?=/)"), "F…"),
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b"), "…"),
    (re.compile(r"\b\d\d \w{3} \d{4}, \d\d:\d\d UTC"), "…"),
    (re.compile(r"\bsha256 [0-9a-f]{16,64}"), "sha256 …"),
    (re.compile(r"\b\d+ events, numbers \d+ to \d+\b"), "… events"),
    (re.compile(r"\bin \d+ s\b"), "in … s"),
    (re.compile(r"#\d+\b"), "#…"),
    (re.compile(r"\$\d+\.\d+"), "$…"),
)


def steady(lines: Sequence[str]) -> list[str]:
    """Return the lines with … for what no two runs share."""
    return [_steady(line) for line in lines]


def _steady(line: str) -> str:
    for pattern, shown in VARIES:
        line = pattern.sub(shown, line)
    return line
