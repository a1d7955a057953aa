"""HTTP connections that are kept, with a deadline on the wall clock for each exchange. slack_sdk opens one per call."""

import base64
import http.client
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from agents.boundaries import Crossing, Kind, across, nothing
from app.slack.deadlines import Deadline, TimedSocket

IDLE_SECONDS = 20.0
"""How long an unused connection is kept: well under the 60 s after which load balancers commonly close one."""

IDLE_PER_HOST = 32
"""Unused connections kept to one host; a worker process has 32 threads."""


class NotSent(Exception):
    """Nothing of the request reached the other side: no address, no connection, no time left."""


class MaybeSent(Exception):
    """The exchange broke after the request began to go out: it may have been acted upon."""


class TooLarge(Exception):
    """The answer is longer than the caller allows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case; `body` is empty where the caller took it in chunks."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(slots=True)
class _Kept:
    connection: http.client.HTTPConnection
    used: float = 0.0

    def stale(self) -> bool:
        """Return whether the other side has closed it, or said something nobody asked for, or it idled too long."""
        sock = self.connection.sock
        if sock is None or time.monotonic() - self.used > IDLE_SECONDS:
            return True
        # poll, because select() refuses descriptors from 1024 on
        watch = select.poll()
        watch.register(sock, select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(watch.poll(0))


@cache
def _trusting() -> ssl.SSLContext:
    """What a process trusts by default. To read the system's certificates takes 45 ms CPU, so that it is done once."""
    return ssl.create_default_context()


class Connections:
    """Kept connections to a few hosts, shared by the threads of a process; one exchange has one to itself.

    `cross` is told before and after each exchange.
    """

    def __init__(self, context: ssl.SSLContext | None = None, cross: Crossing = nothing) -> None:
        self._cross = cross
        self.context = context or _trusting()
        self.opened = 0
        self._idle: dict[tuple[str, str], list[_Kept]] = {}
        self._lock = threading.Lock()

    def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
        max_bytes: int,
        accept: Callable[[int, Mapping[str, str]], bool] = lambda _status, _headers: True,
        what: str = "exchange",
    ) -> Answer:
        """Send one request and return its whole answer within `seconds`. Redirects are not followed.

        `accept` sees status and headers first; where it says no, the body is not read. `what` names the exchange as a
        boundary.

        Raises:
            NotSent: nothing went out. MaybeSent: it may have. TooLarge: the answer is over `max_bytes`.
        """
        parts, deadline = urlsplit(url), Deadline(seconds)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with across(self._cross, Kind.SLACK, what), self._connection(parts, deadline) as kept:
            answer = self._send(kept, method, path, headers, body)
            told = {name.lower(): value for name, value in answer.getheaders()}
            if not accept(answer.status, told):
                kept.connection.close()
                return Answer(answer.status, told)
            content = b"".join(_chunks(answer, max_bytes))
            if answer.will_close:
                kept.connection.close()
            return Answer(answer.status, told, content)

    @staticmethod
    def _send(
        kept: _Kept, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> http.client.HTTPResponse:
        try:
            kept.connection.request(method, path, body=body, headers=dict(headers))
            return kept.connection.getresponse()
        except (OSError, http.client.HTTPException) as broken:
            raise MaybeSent(_reason(broken)) from broken

    @contextmanager
    def _connection(self, parts: SplitResult, deadline: Deadline) -> Iterator[_Kept]:
        where = (parts.scheme, parts.netloc)
        kept = self._take(where) or self._open(parts, deadline)
        real = kept.connection.sock
        try:
            deadline.left()
        except TimeoutError as late:
            real.close()
            raise NotSent("deadline") from late
        kept.connection.sock = TimedSocket(real, deadline)
        whole = False
        try:
            yield kept
            whole = kept.connection.sock is not None
        finally:
            if whole:
                kept.connection.sock = real
                self._give_back(where, kept)
            else:
                kept.connection.close()
                real.close()

    def _take(self, where: tuple[str, str]) -> _Kept | None:
        while True:
            with self._lock:
                idle = self._idle.get(where)
                if not idle:
                    return None
                kept = idle.pop()
            if not kept.stale():
                return kept
            kept.connection.close()

    def _give_back(self, where: tuple[str, str], kept: _Kept) -> None:
        kept.used = time.monotonic()
        with self._lock:
            idle = self._idle.setdefault(where, [])
            if len(idle) < IDLE_PER_HOST:
                idle.append(kept)
                return
        kept.connection.close()

    def _open(self, parts: SplitResult, deadline: Deadline) -> _Kept:
        try:
            connection = self._new(parts, deadline.left())
            connection.connect()
        except (OSError, http.client.HTTPException, ValueError) as failed:
            raise NotSent(_reason(failed)) from failed
        with suppress(OSError):
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self.opened += 1
        return _Kept(connection)

    def _new(self, parts: SplitResult, timeout: float) -> http.client.HTTPConnection:
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        proxy = proxy_for(parts)
        to_host, to_port = (proxy.hostname or "", proxy.port or 80) if proxy else (host, port)
        connection = (
            http.client.HTTPSConnection(to_host, to_port, timeout=timeout, context=self.context)
            if secure
            else http.client.HTTPConnection(to_host, to_port, timeout=timeout)
        )
        if proxy:
            connection.set_tunnel(host, port, headers=_credentials(proxy))
        return connection

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            everything = [kept for idle in self._idle.values() for kept in idle]
            self._idle.clear()
        for kept in everything:
            kept.connection.close()


def proxy_for(parts: SplitResult) -> SplitResult | None:
    """Return the proxy that the environment names for an address, or None. This machine is never behind one."""
    host = parts.hostname or ""
    if host in {"localhost", "127.0.0.1", "::1"} or proxy_bypass(host):
        return None
    named = getproxies().get(parts.scheme)
    return urlsplit(named if "://" in named else f"http://{named}") if named else None


def _credentials(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"}


def _chunks(answer: http.client.HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    read = 0
    try:
        while chunk := answer.read(65_536):
            read += len(chunk)
            if read > max_bytes:
                raise TooLarge
            yield chunk
    except (OSError, http.client.HTTPException) as broken:
        raise MaybeSent(_reason(broken)) from broken
    if answer.length:
        raise MaybeSent("the answer ended early")


def _reason(error: BaseException) -> str:
    # the class alone: an error's text may hold addresses and what they carry
    return "deadline" if isinstance(error, TimeoutError) else type(error).__name__
