"""Addresses of web pages, as they stand in a text: without the full stop or bracket after them."""

import re

SLACK = re.compile(r"^https?://(?:[\w-]+\.)*slack\.com(?:[/:?#]|$)", re.I)
"""Links to messages and files of Slack itself: no pages, other tools read what they stand for."""
URL = re.compile(r"https?://[^\s<>|\"']+[^\s<>|\"'.,;:!?)]")


def pages_in(text: str) -> list[str]:
    """Return the addresses of pages that a text names, each once, in its order."""
    return [url for url in dict.fromkeys(URL.findall(text)) if not SLACK.match(url)]
