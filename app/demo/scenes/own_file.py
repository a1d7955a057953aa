"""A file of one's own: two files read side by side, and what its columns suggest answered."""

from pathlib import Path

from app.demo.asking import NOTES
from app.demo.telling import Telling


def tell(telling: Telling, table: Path, question: str) -> bool:
    """Ask about a table. Each download waits for the other one: both are read at the same time."""
    if telling.is_offline:
        telling.rehearsing.post("holds", name="both files", method="files", until_arrived=2)
    files = tuple(telling.upload("ann", path) for path in (table, NOTES))
    telling.begin("1. A question about your file", "ann", f"@tagwork {question}", files)
    return telling.to_the_answer("ann")
