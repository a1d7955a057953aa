"""Web pages that Rehearsal serves beside Slack, and who came to see them."""

from typing import Any
from urllib.parse import urlsplit

from tests.given.rehearsal import RehearsalControl


def serve(rehearsal: RehearsalControl, name: str, text: str = "", **fields: Any) -> str:
    """Put a page in place (fields: see the control table) and return its address."""
    return str(rehearsal.control("POST", "/page", {"name": name, "text": text, **fields})["url"])


def visits(rehearsal: RehearsalControl) -> list[str]:
    """What was asked for, page and query, in order."""
    made = [call["args"] for call in rehearsal.calls("pages")]
    return [f"{one['page']}?{one['query']}" if one["query"] else str(one["page"]) for one in made]


def its_address(url: str) -> str:
    """Return the `address:port` at which a page of Rehearsal is served, as the setting [web] reachable takes it."""
    return urlsplit(url).netloc
