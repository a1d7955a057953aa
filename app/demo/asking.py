"""What the demo's person asks about a file: a fixed question, or what the header suggests."""

import csv
from collections.abc import Sequence
from pathlib import Path

from agents.errors import BadSetting

SHIPPED = Path(__file__).parent / "sales.csv"
NOTES = Path(__file__).parent / "notes.txt"
QUESTION = "Read both files, please. Which region missed its target?"

LOOKED_AT = 50
"""Rows that the person glances at to see what the columns hold."""

WANTED = ("target", "goal", "quota", "plan", "budget", "forecast", "ziel", "soll", "objectif", "meta")
"""Words that people use for a column to compare with."""


def question_for(path: Path | None) -> str:
    """Return the question. A person who attaches a file knows its columns; so does this one, by its header.

    Raises BadSetting where the file cannot be read as text with a header line.
    """
    if path is None:
        return QUESTION
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as fault:
        raise BadSetting(
            f"CSV={path} cannot be read ({type(fault).__name__}). Name a CSV file with a header line."
        ) from None
    rows = [row for row in csv.reader(text.splitlines()[: LOOKED_AT + 1], _dialect(text)) if row]
    if not rows:
        raise BadSetting(f"CSV={path} is empty. Name a CSV file with a header line.")
    words, numbers = _columns(rows[0], rows[1:])
    by = words[0] if words else ""
    goal = next((name for name in numbers if any(word in name.lower() for word in WANTED)), "")
    done = next((name for name in numbers if name != goal), "")
    if by and goal and done:
        return f'Read both files, please. Which "{by}" has a total "{done}" below its total "{goal}"?'
    if by and numbers:
        return f'Read both files, please. What is the total "{numbers[-1]}" for each "{by}"?'
    if numbers:
        return f'Read both files, please. What is the total "{numbers[0]}"?'
    return f'Read both files, please. How many rows are there for each "{rows[0][0]}"?'


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:4000], delimiters=",;\t|")
    except csv.Error:
        return csv.excel


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    words: list[str] = []
    numbers: list[str] = []
    for at, name in enumerate(header):
        cells = [row[at].strip() for row in rows if at < len(row) and row[at].strip()]
        (numbers if cells and all(_is_number(cell) for cell in cells) else words).append(name.strip())
    return words, numbers


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
