"""Fetches one page: redirects by hand, each judged again; bytes and seconds capped; no cookies, no proxy."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import urljoin

import httpcore2
import structlog

from agents.grants.sealing import KeyFile
from agents.policy.addresses import exact, host_of
from agents.web.answers import charset_of, header_of, read_body, tls_context
from agents.web.connecting import Guarded, NotReachable, OutOfTime, Until
from tools.contract import BadArguments, Page, ToolFailed

log = structlog.get_logger()

MOST_BYTES = 2_000_000
"""Bytes of a page that are read, unpacked: the text of a long book. What converts pages takes 0.1 s for it."""
SECONDS = 20.0
"""One page, redirects and a slowly dripping body included."""
REDIRECTS = 5
"""Redirects that are followed: browsers allow 20, pages that people link to need one or two."""
MOVED = frozenset({301, 302, 303, 307, 308})
HEADERS = [
    (b"User-Agent", b"Tagwork"),
    (b"Accept", b"text/html, application/pdf;q=0.9, text/*;q=0.9, application/json;q=0.9, */*;q=0.1"),
    (b"Accept-Encoding", b"gzip"),
]
LOGIN = frozenset({401, 403, 407})


class MayFollow(Protocol):
    """Says whether a redirect from one exact address to another may be followed."""

    def __call__(self, before: str, to: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the web is reached. `private`: what may be reached beyond the public one, each as `address:port`.

    `keys`: what opens the credentials of Grants; None: none can be used.
    """

    private: frozenset[str] = frozenset()
    seconds: float = SECONDS
    most_bytes: int = MOST_BYTES
    keys: KeyFile | None = None


def fetch(address: str, may_follow: MayFollow, reach: Reach) -> Page:
    """Return the page at `address`, which the policy has allowed.

    Raises:
        BadArguments: no address of a page.
        ToolFailed: it is not there, may not be reached, leads elsewhere or takes too long; the sentence says which.
    """
    wanted = exact(address)
    if not wanted:
        raise BadArguments("That is no address of a web page. It has to begin with http:// or https://.")
    until = Until(reach.seconds)
    for _ in range(REDIRECTS + 1):
        got = _told(wanted, partial(_get, wanted, until, reach), reach)
        if isinstance(got, Page):
            return got
        if not got:
            raise ToolFailed(f"{host_of(wanted)} sends the reader on to something that is no address of a web page.")
        if not may_follow(wanted, got):
            raise ToolFailed(
                f"The page sends the reader on to another place, {host_of(got)}, where I may not follow. "
                "Write the address that it leads to in this thread if it is to be read."
            )
        wanted = got
    raise ToolFailed(f"{host_of(wanted)} sends the reader on and on; I gave up after {REDIRECTS} times.")


def _told(address: str, get: Callable[[], Page | str], reach: Reach) -> Page | str:
    """Call `get`; what goes wrong on the way is said in words, and in the log with its cause."""
    host = host_of(address)
    try:
        return get()
    except NotReachable:
        cause, words = (
            "not_reachable",
            (f"{host} is at an address that I may not reach: inside a private network, or on an unusual port."),
        )
    except (OutOfTime, httpcore2.TimeoutException):
        cause, words = "time", f"{host} took longer than {reach.seconds:.0f} s."
    except (httpcore2.ConnectError, ssl.SSLError) as fault:
        certificate = "CERTIFICATE" in str(fault).upper()
        cause = "certificate" if certificate else "connect"
        words = f"{host} has no valid certificate." if certificate else f"{host} could not be reached."
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError) as fault:
        cause, words = type(fault).__name__, f"{host} broke off or answered what is no web page."
    log.info("a page could not be fetched", host=host, cause=cause)
    raise ToolFailed(words)


def _get(address: str, until: Until, reach: Reach) -> Page | str:
    """Return the page, or the exact address to which the other side sends us (empty: to none)."""
    host = host_of(address)
    with (
        httpcore2.ConnectionPool(
            ssl_context=tls_context(), network_backend=Guarded(until, reach.private), retries=0, http2=False
        ) as pool,
        pool.stream("GET", address, headers=HEADERS) as answer,
    ):
        if answer.status in MOVED:
            return exact(urljoin(address, header_of(answer.headers, b"location").split("#")[0]))
        if answer.status in LOGIN:
            raise ToolFailed(f"{host} wants a login for this page ({answer.status}). I only read public pages.")
        if answer.status != 200:
            raise ToolFailed(f"{host} answered {answer.status} instead of a page.")
        media_type, _, parameters = header_of(answer.headers, b"content-type").partition(";")
        packed = header_of(answer.headers, b"content-encoding").strip().lower()
        if packed not in ("", "identity", "gzip", "x-gzip"):
            raise ToolFailed(f"{host} packs its pages in a way that I do not read ({packed[:20]}).")
        body, cut = read_body(answer.iter_stream(), until, reach.most_bytes, unpack=packed not in ("", "identity"))
        return Page(address, media_type.strip().lower()[:100], charset_of(parameters), body, cut)
