"""A page's title, and the links in it as a browser would resolve them. Runs in the child."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

MOST_LINKS = 500
"""Links of one page that are kept: those of a long contents page; a sitemap of thousands is no page to read."""
LONGEST = 2_000
"""Characters of one address, as in agents.policy.addresses."""


@dataclass(frozen=True, slots=True)
class Head:
    """Title of a page, the address against which its links count, and those links of its own host, each once."""

    title: str
    base: str
    links: list[str] = field(default_factory=list)


def head_of(html: str, address: str) -> Head:
    """Return what a page that came from `address` says of itself."""
    finder = _Finder()
    finder.feed(html)
    base = _joined(address, finder.base) or address
    host = urlsplit(address).hostname
    links: dict[str, None] = {}
    for href in finder.hrefs:
        link = _joined(base, href)
        if link and urlsplit(link).hostname == host and len(links) < MOST_LINKS:
            links[link] = None
    return Head(" ".join("".join(finder.title).split())[:300], base, list(links))


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.hrefs: list[str] = []
        self.base = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag in ("a", "area") and href:
            self.hrefs.append(href)
        elif tag == "base" and href and not self.base:
            self.base = href
        elif tag == "title" and not self.title:
            self._in_title = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)


def _joined(base: str, href: str) -> str:
    """Return an address without its fragment; empty for what leads to no page."""
    try:
        link = urljoin(base, href.strip()).partition("#")[0]
        scheme, host = urlsplit(link).scheme, urlsplit(link).hostname
    except ValueError:
        return ""
    return link if scheme in ("http", "https") and host and len(link) <= LONGEST else ""
