"""Sends one request to a service and reads its answer: nothing is followed, bytes and seconds capped, no cookies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpcore2
import structlog

from agents.policy.addresses import host_of
from agents.web.answers import charset_of, header_of, read_body, tls_context
from agents.web.connecting import Guarded, NotReachable, OutOfTime, Until
from agents.web.fetching import MOVED, Reach
from tools.contract import MayHaveHappened, ToolFailed, Unavailable

log = structlog.get_logger()

RETRY_AFTER, LONGEST_WAIT = 30.0, 3_600.0
"""Seconds to wait after a 429 that names none, and the most that one may name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `leads_to`: the host to which it sends the reader on; `cut`: the body was longer than is read."""

    status: int
    media_type: str
    charset: str
    body: bytes
    cut: bool
    leads_to: str = ""


class _NotSent(Exception):
    """No byte of the request left."""


def ask(method: str, address: str, headers: Mapping[str, str], body: bytes, reach: Reach) -> Answer:
    """Send a request to an exact address, once, and return what came back.

    `headers` may hold a credential: it goes over this one connection, is in no log and no exception, and goes nowhere
    else, wherever the answer may lead.

    Raises:
        ToolFailed: nothing was sent: it may not be reached, or is not there.
        Unavailable: the other side counted too many, and did nothing.
        MayHaveHappened: it was sent, and no whole answer came.
    """
    host, until = host_of(address), Until(reach.seconds)
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    sent += [(b"User-Agent", b"Tagwork"), (b"Accept-Encoding", b"identity")]
    if body or method not in ("GET", "HEAD", "DELETE"):
        sent.append((b"Content-Length", str(len(body)).encode()))
    try:
        return _ask(method, address, sent, body, until, reach)
    except _NotSent as fault:
        cause = str(fault)
        words = NOT_SENT.get(cause, "could not be reached.")
    except (OutOfTime, httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as fault:
        # its text may quote what was sent; its kind says enough
        log.warning("a service did not answer", host=host, cause=type(fault).__name__)
        raise MayHaveHappened(f"{host} did not answer") from None
    log.info("a service was not asked", host=host, cause=cause)
    raise ToolFailed(f"{host} {words} Nothing was sent.")


NOT_SENT = {
    "not_reachable": "is at an address that I may not reach: inside a private network, or on an unusual port.",
    "time": "took too long to connect.",
    "certificate": "has no valid certificate.",
}


class _Noting(Guarded):
    """The guarded network, which notes whether a connection was ever made and what kept it from that."""

    def connect_tcp(self, host: str, port: int, *args: object, **kwargs: object) -> httpcore2.NetworkStream:
        """Connect, as Guarded does. Raises _NotSent."""
        try:
            return super().connect_tcp(host, port, *args, **kwargs)  # type: ignore[arg-type]
        except NotReachable:
            raise _NotSent("not_reachable") from None
        except (OutOfTime, httpcore2.TimeoutException):
            raise _NotSent("time") from None
        except (httpcore2.NetworkError, OSError):
            raise _NotSent("connect") from None


def _ask(
    method: str, address: str, headers: Sequence[tuple[bytes, bytes]], body: bytes, until: Until, reach: Reach
) -> Answer:
    with httpcore2.ConnectionPool(
        ssl_context=tls_context(), network_backend=_Noting(until, reach.private), retries=0, http2=False
    ) as pool:
        try:
            stream = pool.stream(method, address, headers=list(headers), content=body or None)
            with stream as answer:
                return _answer(address, answer, until, reach)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as fault:
            # of TLS, too: the request goes out only after it
            raise _NotSent("certificate" if "CERTIFICATE" in str(fault).upper() else "connect") from None


def _answer(address: str, answer: httpcore2.Response, until: Until, reach: Reach) -> Answer:
    host = host_of(address)
    if answer.status == 429:
        named = header_of(answer.headers, b"retry-after").strip()
        wait = float(named) if named.isascii() and named.isdigit() else RETRY_AFTER
        raise Unavailable(f"{host} asks to wait", min(wait, LONGEST_WAIT))
    media_type, _, parameters = header_of(answer.headers, b"content-type").partition(";")
    packed = header_of(answer.headers, b"content-encoding").strip().lower()
    body, cut = read_body(answer.iter_stream(), until, reach.most_bytes, unpack=packed in ("gzip", "x-gzip"))
    leads_to = ""
    if answer.status in MOVED:
        leads_to = (urlsplit(urljoin(address, header_of(answer.headers, b"location"))).hostname or "")[:253]
    return Answer(answer.status, media_type.strip().lower()[:100], charset_of(parameters), body, cut, leads_to)
