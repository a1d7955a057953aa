"""Connections to the web that go only where they may: a name is resolved once, and what it gave is judged and used.

TLS starts above this, so that the certificate is checked against the name. Nothing here knows a proxy.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterable
from typing import Any

import httpcore2
from httpcore2 import SOCKET_OPTION, NetworkBackend, NetworkStream

from agents.web.reachable import may_reach


class NotReachable(Exception):
    """Nothing was connected: the name leads to an address, or to a port, that may not be reached."""


class OutOfTime(Exception):
    """The time for the whole request is over."""


class Until:
    """When a request must have ended, however slowly the other side drips."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left. Raises OutOfTime when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left


class Guarded(NetworkBackend):
    """The network as httpcore sees it. `private`: see agents.web.reachable.may_reach."""

    def __init__(self, until: Until, private: Collection[str]) -> None:
        self._until = until
        self._private = private
        self._network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Connect to the first address of `host` that answers. Raises NotReachable where any may not be reached."""
        addresses = _resolved(host, port, self._until)
        if not all(may_reach(address, port, self._private) for address in addresses):
            raise NotReachable(host)
        for left, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
            # a machine without IPv6 must come to the IPv4 address in time
            seconds = self._until.left() / (left + 1)
            try:
                stream = self._network.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if not left:
                    raise
                continue
            return _Timed(stream, self._until)
        raise httpcore2.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[SOCKET_OPTION] | None = None
    ) -> NetworkStream:
        """Refuse: no page is behind a socket of this machine."""
        raise NotReachable(path)


class _Timed(NetworkStream):
    """A stream whose every step ends with the whole request's time."""

    def __init__(self, stream: NetworkStream, until: Until) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._until.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._until.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._until.left()), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolved(host: str, port: int, until: Until) -> list[str]:
    """Return every address of a name, each once; none where it has none. A resolver that hangs is left behind."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        return answers.get(timeout=until.left())
    except queue.Empty:
        raise OutOfTime from None
