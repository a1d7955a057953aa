"""Read CSV text as records: which delimiter, quoted newlines, endings of every system. Runs in the child."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from tools.guards.refusals import Refused

DELIMITERS = ",;\t|"
"""Tried in this order; of two that fit equally well the first wins."""
LOOKED_AT = 50
"""Records that decide the delimiter."""
MAX_CELL = 1_000_000
"""Characters of one cell: a quote that is never closed makes the rest of the file one cell."""


def records_of(text: str, file_name: str) -> tuple[Iterator[list[str]], str]:
    """Return the records, blank ones left out, and the delimiter.

    Raises:
        Refused: not to be read as CSV; also while the records are read.
    """
    csv.field_size_limit(MAX_CELL)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    delimiter = ","
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        delimiter, text = first.strip()[-1], rest
    else:
        delimiter = _delimiter(text)
    return _records(text, delimiter, file_name), delimiter


def _records(text: str, delimiter: str, file_name: str) -> Iterator[list[str]]:
    reader = csv.reader(_lines(text), delimiter=delimiter)
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield record
    except csv.Error as fault:
        raise Refused(f'"{file_name}" cannot be read as CSV near line {reader.line_num:,}: {fault}.') from None


def ends_inside_quotes(text: str, delimiter: str) -> bool:
    """Whether the text stops before a quoted cell does, as a file does that was cut off."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        for _ in reader:
            continue
    except csv.Error as fault:
        return "unexpected end of data" in str(fault)
    return False


def _lines(text: str) -> Iterator[str]:
    """Split at line feeds only: str.splitlines also splits at characters that belong into cells."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _delimiter(text: str) -> str:
    """Return the delimiter that gives most of the first records one width, and of those the widest."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = _widths(text, delimiter)
        if not widths:
            continue
        width, often = Counter(widths).most_common(1)[0]
        score = (round(often / len(widths), 1), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(text: str, delimiter: str) -> Sequence[int]:
    try:
        return [len(record) for record in islice(csv.reader(_lines(text), delimiter=delimiter), LOOKED_AT) if record]
    except csv.Error:
        return []
