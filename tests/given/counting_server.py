"""A real HTTP server that counts effects per tool and key, and can hold, slow down or lose its answers.

The counting tools (tests/distributions/counting_tools) call it from any process; a test steers it from its own.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

READ, WRITE, FOUND_WRITE, ACT = "count_read", "count_write", "count_found_write", "count_act"
ASKED_ACT = "count_asked_act"
PATIENCE = 60.0
"""Seconds after which a held request goes on by itself, so that a failed test leaves no thread behind."""


class Moment(StrEnum):
    """Where a request is held or lost."""

    BEFORE = "before the effect"
    AFTER = "after the effect"


@dataclass(frozen=True, slots=True)
class Hold:
    """One request stands still. `reached` is set when it is there; it goes on after `release()`."""

    tool: str
    moment: Moment
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """Let the request go on."""
        self.released.set()


class CountingServer:
    """Counts what the tools did to it. Its methods may be called from any thread.

    Holds, drops, refusals and slowness concern requests that have an effect; a look-up of a FindProof passes by them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._effects: Counter[tuple[str, str]] = Counter()
        self._kept: dict[tuple[str, str], str] = {}
        self._holds: list[Hold] = []
        self._drops: list[tuple[str, Moment]] = []
        self._refusals: list[tuple[str, int]] = []
        self._drips: list[str] = []
        self._slow: dict[str, float] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.counting = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def effects(self, tool: str, key: str | None = None) -> int:
        """Return how often the tool had its effect: for one key, or for all."""
        return self._total(self._effects, tool, key)

    def asked(self, tool: str, key: str | None = None) -> int:
        """Return how many requests arrived, look-ups included, whether they had an effect or not."""
        return self._total(self._asked, tool, key)

    def keys(self, tool: str) -> set[str]:
        """Return the keys under which the tool had an effect."""
        with self._lock:
            return {key for name, key in self._effects if name == tool}

    def hold(self, tool: str, moment: Moment) -> Hold:
        """Let the tool's next request stand still at that moment."""
        held = Hold(tool, moment)
        with self._lock:
            self._holds.append(held)
        return held

    def drop(self, tool: str, moment: Moment) -> None:
        """Close the connection of the tool's next request at that moment, without an answer."""
        with self._lock:
            self._drops.append((tool, moment))

    def refuse(self, tool: str, status: int) -> None:
        """Answer the tool's next request with this status and no effect."""
        with self._lock:
            self._refusals.append((tool, status))

    def drip(self, tool: str) -> None:
        """Answer the tool's next request byte by byte, without an end."""
        with self._lock:
            self._drips.append(tool)

    def is_to_drip(self, tool: str) -> bool:
        """Whether this answer is to have no end; the next one has."""
        with self._lock:
            dripping = tool in self._drips
            if dripping:
                self._drips.remove(tool)
        return dripping

    def slow(self, tool: str, seconds: float) -> None:
        """Answer every request of the tool that many seconds after its effect; 0 ends it."""
        with self._lock:
            self._slow[tool] = seconds

    def start(self) -> None:
        """Serve from a thread of its own until `stop`."""
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """Let everything held go on, and end."""
        with self._lock:
            holds, self._holds = self._holds, []
        for held in holds:
            held.release()
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, tool: str, key: str, what: str) -> tuple[int, str] | None:
        """Count one request and return (status, text); None: close the connection instead."""
        with self._lock:
            self._asked[tool, key] += 1
            if method == "GET" and tool != READ:
                found = self._kept.get((tool, key))
                return (404, "") if found is None else (200, found)
            refusal = next((status for name, status in self._refusals if name == tool), None)
            if refusal is not None:
                self._refusals.remove((tool, refusal))
                return refusal, "refused"
        if self._is_lost(tool, Moment.BEFORE):
            return None
        text = self._effect(tool, key, what)
        if self._is_lost(tool, Moment.AFTER):
            return None
        self._server.closing.wait(self._slow.get(tool, 0.0))
        return 200, text

    def counts(self) -> dict[str, dict[str, int]]:
        """Return {tool: {key: effects}}, which is also what GET / answers."""
        counted: dict[str, dict[str, int]] = {}
        with self._lock:
            for (tool, key), often in self._effects.items():
                counted.setdefault(tool, {})[key] = often
        return counted

    def _effect(self, tool: str, key: str, what: str) -> str:
        with self._lock:
            if tool == READ:
                self._effects[tool, key] += 1
                return f"Read {self._effects[tool, key]} times."
            if tool == WRITE and (tool, key) in self._kept:
                return self._kept[tool, key]
            self._effects[tool, key] += 1
            self._kept[tool, key] = f'Kept "{what}" as number {len(self._kept) + 1}.'
            return self._kept[tool, key]

    def _is_lost(self, tool: str, moment: Moment) -> bool:
        """Stand still if asked to, and tell whether the connection is to be closed here."""
        with self._lock:
            held = next((hold for hold in self._holds if (hold.tool, hold.moment) == (tool, moment)), None)
            if held:
                self._holds.remove(held)
            dropped = (tool, moment) in self._drops
            if dropped:
                self._drops.remove((tool, moment))
        if held:
            held.reached.set()
            held.released.wait(PATIENCE)
        return dropped

    def _total(self, counted: Counter[tuple[str, str]], tool: str, key: str | None) -> int:
        with self._lock:
            return sum(often for (name, at), often in counted.items() if name == tool and key in (None, at))


@contextmanager
def counting_server() -> Iterator[CountingServer]:
    """Run a CountingServer for the time of a `with` block."""
    server = CountingServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    counting: CountingServer

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.closing = threading.Event()
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in the middle of a request is what tests do; it is no error here."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        if self.path == "/":
            self._say(200, self.server.counting.counts())
        else:
            self._serve("GET", "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._serve("POST", str(json.loads(body or b"{}").get("what", "")))

    def _serve(self, method: str, what: str) -> None:
        _, tool, key = self.path.split("/", 2)
        counting = self.server.counting
        answer = counting.answer(method, tool, key, what)
        if answer is not None and counting.is_to_drip(tool):
            self._drip()
        elif answer is not None:
            self._say(answer[0], {"text": answer[1]})

    def _say(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while not self.server.closing.wait(0.5):
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the counts are the record."""
