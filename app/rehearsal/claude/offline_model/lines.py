"""The lines of a plan, in plain words: what a call is for, as the people in the thread would say it."""

import re
from urllib.parse import urlsplit

from app.rehearsal.claude.offline_model.addresses import URL
from app.rehearsal.claude.offline_model.chart_words import apart

THREAD = "Read this thread"
CHART = "Draw the chart"
MOST_CHARACTERS = 120
"""Characters of one line: what fits beside a tick on a phone in two rows."""
ASKS = re.compile(r"^(?:which|what|who|whose|when|where|why|how|whether)\b", re.I)
WHERE = re.compile(
    r"\s*\b(?:in|from|on|of|with)\s+(?:this|that|the|our|my|these|those)\s+(?:attached\s+|\w+\s+)?"
    r"(?:csv|file|files|spreadsheet|table|page|wiki|sheet|attachment)s?\b(?:\s+page)?",
    re.I,
)
"""Words that only say where the figures are: the lines before it say that already."""


def of_file(name: str) -> str:
    """Return the line for reading a file."""
    return _short(f"Read {name or 'the file'}")


def of_page(url: str) -> str:
    """Return the line for reading a page: by the last part of its address, which people recognise."""
    return _short(f"Read the page {page_name(url)}")


def page_name(url: str) -> str:
    """Return what a page is called while its title is not known."""
    parts = urlsplit(url)
    return parts.path.rstrip("/").rpartition("/")[2] or parts.hostname or "on the web"


def of_clause(clause: str) -> str:
    """Return the line for what a clause asks: "Find out which region missed its target"."""
    said = " ".join(apart(WHERE.sub("", URL.sub("", clause)))[0].split()).strip(" ,:;-") or clause.strip()
    return _short(f"Find out {said[:1].lower()}{said[1:]}" if ASKS.match(said) else said[:1].upper() + said[1:])


def doing(lines: list[str]) -> str:
    """Return one short sentence that says what comes now: "Next: read sales.csv, read the page targets."."""
    return f"Next: {', '.join(line[:1].lower() + line[1:] for line in lines)}."


def _short(line: str) -> str:
    return line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 1].rsplit(' ', 1)[0]}…"
