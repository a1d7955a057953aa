"""Deadlines on the monotonic clock, and a socket on which every wait ends at one."""

import io
import socket
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Deadline:
    """A moment on the monotonic clock."""

    seconds: float
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._at = time.monotonic() + self.seconds

    def left(self) -> float:
        """Return the seconds left; raises TimeoutError when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the call's deadline has passed")
        return left


class _TimedReader(io.RawIOBase):
    """Reads a socket so that every wait ends at the deadline, however slowly bytes trickle in."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)


class TimedSocket:
    """What http.client needs of a socket, under a deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.sock, self.deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(self.deadline.left())
        self.sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self.sock, self.deadline))

    def close(self) -> None:
        """Leave the socket open: http.client closes before it reads an answer that ends its connection."""
