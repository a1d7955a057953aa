"""A line between us and PostgreSQL that a test cuts at a COMMIT: before it is sent on, or before its answer is."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url

SOCKET = ".s.PGSQL.5432"


class Cut(StrEnum):
    """Where the line breaks: the server never hears of the COMMIT, or has done it and nobody is told."""

    BEFORE = "before"
    AFTER = "after"


class PostgresWire:
    """Passes bytes both ways. `url` leads through it; `cut` names the COMMIT from now on at which it breaks, once."""

    def __init__(self, url: str, folder: Path) -> None:
        there = make_url(url)
        self._server = str(Path(str(there.query["host"])) / SOCKET)
        self.url = there.set(query={"host": str(folder)}).render_as_string(hide_password=False)
        self.commits = 0
        self._cut_at, self._how = 0, Cut.BEFORE
        self._open: list[socket.socket] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / SOCKET))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, how: Cut, commit: int = 1) -> None:
        """Break the line at the `commit`th COMMIT from now on."""
        self.commits, self._cut_at, self._how = 0, commit, how

    def heal(self) -> None:
        """Break no more."""
        self._cut_at = 0

    def close(self) -> None:
        """End."""
        for one in [self._listening, *self._open]:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            self._open += [ours, server]
            deaf = threading.Event()
            threading.Thread(target=self._to_server, args=(ours, server, deaf), daemon=True).start()
            threading.Thread(target=self._to_us, args=(server, ours, deaf), daemon=True).start()

    def _to_server(self, ours: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        while data := _received(ours):
            if b"COMMIT\x00" in data:
                self.commits += 1
                if self.commits == self._cut_at:
                    self._cut_at = 0
                    if self._how is Cut.BEFORE:
                        break
                    deaf.set()
            if not _sent(server, data):
                break
        _end(server, ours)

    def _to_us(self, server: socket.socket, ours: socket.socket, deaf: threading.Event) -> None:
        while data := _received(server):
            # the server answers a COMMIT when it is done
            if deaf.is_set() or not _sent(ours, data):
                break
        _end(server, ours)


def _received(one: socket.socket) -> bytes:
    try:
        return one.recv(65_536)
    except OSError:
        return b""


def _sent(one: socket.socket, data: bytes) -> bool:
    try:
        one.sendall(data)
    except OSError:
        return False
    return True


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue


@contextmanager
def postgres_wire(url: str, folder: Path) -> Iterator[PostgresWire]:
    """Run one for the time of a `with` block. `folder` must have a short path: it holds a socket."""
    wire = PostgresWire(url, folder)
    try:
        yield wire
    finally:
        wire.close()
