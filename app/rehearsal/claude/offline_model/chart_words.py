"""The words by which a clause wants a chart, beside what it asks: "… and chart the gap", "… as a bar chart"."""

import re

ASKED = re.compile(
    r"\b(?:(?:line|bar|pie|area)\s+)?(?:chart|charts|plot|graph|diagram|visuali[sz]e|diagramm)\b|"
    r"\bdraw\b.*\b(?:gap|it|them|bars?|lines?|pie)\b",
    re.I,
)
BESIDE = re.compile(
    r"(?:,\s*(?:and\s+)?|\s+(?:and|then)\s+)(?:please\s+)?(?:chart|plot|graph|draw|visuali[sz]e)\b.*$|"
    r"\s+as\s+an?\s+(?:\w+\s+)?(?:chart|graph|plot|diagram)\b.*$",
    re.I | re.S,
)


def asks_for_chart(clause: str) -> bool:
    """Whether a clause wants a chart."""
    return bool(ASKED.search(clause))


def apart(clause: str) -> tuple[str, str]:
    """Return what a clause asks, and the words behind it that want a chart of that; these may be empty."""
    match = BESIDE.search(clause)
    return (clause[: match.start()], match[0]) if match else (clause, "")
