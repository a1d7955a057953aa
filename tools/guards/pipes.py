"""Talk to a child over its pipes: write one call, read one answer, never longer than a deadline nor more than a cap."""

import os
import selectors
import subprocess
import time
from collections.abc import Sequence

Child = subprocess.Popen[bytes]

PIECE = 1 << 16
LENGTH_BYTES = 8


class TookTooLong(Exception):
    """The deadline passed before the answer was whole."""


class SaidTooMuch(Exception):
    """The child sent more than the cap."""


def exchange(child: Child, call: Sequence[bytes], *, deadline: float, cap: int) -> tuple[bytes, str]:
    """Send `call`, and return the answer's body and the end of what stood on the error stream.

    Args:
        child: has pipes for its three streams; whoever started it ends it and closes them.
        call: pieces to send one after another.
        deadline: as time.monotonic() counts.
        cap: most bytes of an answer.

    Returns:
        body: empty when the child ended without a whole answer.

    Raises:
        TookTooLong, SaidTooMuch.
    """
    return _Exchange(child, call, cap).run(deadline)


class _Exchange:
    def __init__(self, child: Child, call: Sequence[bytes], cap: int) -> None:
        if child.stdin is None or child.stdout is None or child.stderr is None:
            raise ValueError("a child needs pipes for all three of its streams")
        self.unsent = [memoryview(piece) for piece in call if piece]
        self.cap = cap
        self.answer = bytearray()
        self.errors = bytearray()
        self.stdin, self.stdout, self.stderr = child.stdin, child.stdout, child.stderr
        self.waiting = selectors.PollSelector()
        for stream in (self.stdin, self.stdout, self.stderr):
            os.set_blocking(stream.fileno(), False)
        self.waiting.register(self.stdin, selectors.EVENT_WRITE)
        self.waiting.register(self.stdout, selectors.EVENT_READ)
        self.waiting.register(self.stderr, selectors.EVENT_READ)

    def run(self, deadline: float) -> tuple[bytes, str]:
        ended = False
        while not ended and not self._whole():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TookTooLong
            for key, _ in self.waiting.select(left):
                if key.fileobj is self.stdin:
                    self._send()
                elif key.fileobj is self.stdout:
                    ended = not self._receive()
                else:
                    self._hear()
        while ended and self._hear():
            continue
        body = bytes(self.answer[LENGTH_BYTES:]) if self._whole() else b""
        return body, self.errors[-PIECE:].decode(errors="replace")

    def _whole(self) -> bool:
        size = int.from_bytes(self.answer[:LENGTH_BYTES], "big")
        if len(self.answer) >= LENGTH_BYTES and size > self.cap:
            raise SaidTooMuch
        return len(self.answer) >= LENGTH_BYTES + size > LENGTH_BYTES

    def _send(self) -> None:
        try:
            written = os.write(self.stdin.fileno(), self.unsent[0][:PIECE]) if self.unsent else 0
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.unsent, written = [], 0
        if self.unsent:
            self.unsent[0] = self.unsent[0][written:]
            if not self.unsent[0]:
                self.unsent.pop(0)
        if not self.unsent:
            self.waiting.unregister(self.stdin)

    def _receive(self) -> bool:
        """Take what there is of the answer; False at its end."""
        piece = os.read(self.stdout.fileno(), PIECE)
        self.answer += piece
        return bool(piece)

    def _hear(self) -> bool:
        """Keep the end of the error stream; False where there is no more of it, now or ever."""
        try:
            piece = os.read(self.stderr.fileno(), PIECE)
        except BlockingIOError:
            return False
        self.errors = (self.errors + piece)[-PIECE:]
        if not piece and self.stderr in self.waiting.get_map():
            self.waiting.unregister(self.stderr)
        return bool(piece)
