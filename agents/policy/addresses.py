"""The addresses of pages: the one form in which two are compared, where they stand in a text, and whose they are. Pure.

An address carries whatever is appended to it to whoever serves it. So two are the same only where a browser would
send the same request for both, and nothing is ever cut off or filled in to make one fit.
"""

import re
import string
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}

LONGEST = 2_000
"""Characters of one address. Browsers and servers take at least this much; a longer one is more data than address."""

MARKED = re.compile(r"https?://[^\s<>\"`\\^{|}]+", re.IGNORECASE)
"""An address in a text that people wrote, with what may be punctuation behind it."""

AFTER = frozenset(".,;:!?)]}'*_~”’»…、。，）")
"""What people set behind an address and may not mean as its end."""

NOT_IN_ADDRESSES = frozenset('\\<>"`^{|}')
BEYOND_ASCII = re.compile(r"[^\x21-\x7e]")
HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?\.?", re.ASCII)


def exact(address: str) -> str:
    """Return the address in the form in which two are compared and in which it is asked for.

    Lower case for scheme and host, no default port, `/` for an empty path, no fragment, and escapes for letters beyond
    ASCII: what every browser does before it asks. Empty for what is no address of a page, or names a user.
    """
    if len(address) > LONGEST or not address.isprintable() or any(char in NOT_IN_ADDRESSES for char in address):
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port
        host = _host(parts.hostname) if parts.hostname else ""
    except ValueError:
        return ""
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or " " in address:
        return ""
    at = "" if port in (None, PORTS[parts.scheme]) else f":{port}"
    query = f"?{quote(parts.query, safe=string.punctuation)}" if parts.query else ""
    return f"{parts.scheme}://{host}{at}{quote(parts.path, safe=string.punctuation) or '/'}{query}"


def written_in(text: str) -> frozenset[str]:
    """Return the addresses that stand in a text, each also without what may stand behind it.

    That is punctuation, and words of a script that sets no space between an address and what follows.
    """
    found: set[str] = set()
    for match in MARKED.finditer(text):
        for address in {match.group(), BEYOND_ASCII.split(match.group())[0]}:
            found.add(exact(address))
            while address and address[-1] in AFTER:
                address = address[:-1]
                found.add(exact(address))
    return frozenset(found - {""})


def host_of(address: str) -> str:
    """Return the host of an exact address."""
    return urlsplit(address).hostname or ""


def same_host(one: str, other: str) -> bool:
    """Whether two exact addresses have one host and port; `www.` before a host counts as the host itself."""
    return _site(one) == _site(other)


def of_same_host(page: str, addresses: Iterable[str]) -> frozenset[str]:
    """Return those addresses, made exact, that have the host of `page`."""
    return frozenset(one for one in map(exact, addresses) if one and same_host(one, page))


def listed(host: str, hosts: Iterable[str]) -> bool:
    """Whether a list of hosts names this one; `*.example.com` names every host under example.com."""
    host = host.removesuffix(".")
    return any(host.endswith(one[1:]) if one.startswith("*.") else host == one for one in hosts)


def _host(host: str) -> str:
    if ":" in host:
        return f"[{host}]" if re.fullmatch(r"[0-9a-f:.]+", host) else ""
    named = host.encode("idna").decode()
    return named if HOST.fullmatch(named) else ""


def _site(address: str) -> tuple[str, int | None]:
    return host_of(address).removesuffix(".").removeprefix("www."), urlsplit(address).port
