"""A tiny Web API for tests of the wire itself: answers as scripted, counts connections and requests."""

import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Reply:
    """One scripted answer. `act` runs before it is sent; `cut` breaks the connection instead of answering."""

    status: int = 200
    body: bytes = b'{"ok": true}'
    headers: Mapping[str, str] = field(default_factory=dict)
    act: Callable[[], object] | None = None
    cut: bool = False


def says(**fields: Any) -> Reply:
    """Return an answer with these JSON fields; ok unless it says otherwise."""
    return Reply(body=json.dumps({"ok": True, **fields}).encode())


@dataclass(slots=True)
class Seen:
    """One request that arrived."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    port: int


class WireServer:
    """The server's script and what it saw."""

    def __init__(self) -> None:
        self.script: dict[str, deque[Reply]] = defaultdict(deque)
        self.seen: list[Seen] = []
        self.url = ""

    @property
    def api(self) -> str:
        """The base URL, as SLACK_API_URL would name it."""
        return f"{self.url}/api/"

    @property
    def connections(self) -> int:
        """How many connections the requests came over."""
        return len({seen.port for seen in self.seen})

    def answer(self, path: str, *replies: Reply) -> None:
        """Answer the next requests of `path` so; what has no script left answers ok."""
        self.script[path].extend(replies)


@contextmanager
def wire_server() -> Iterator[WireServer]:
    """Run a server for the test's time."""
    wire = WireServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            path = self.path.removeprefix("/api/")
            headers = {name.lower(): value for name, value in self.headers.items()}
            wire.seen.append(Seen(path, self.rfile.read(length), headers, self.client_address[1]))
            waiting = wire.script[path]
            reply = waiting.popleft() if waiting else Reply()
            if reply.act:
                reply.act()
            if reply.cut:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_GET = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: clients that hang up are what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    wire.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
