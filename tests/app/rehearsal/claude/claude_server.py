"""The Claude side of Rehearsal on a port of its own, with a clock that tests set, and the real SDK to drive it."""

import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, cast

import anthropic
import httpx2
import uvicorn
from anthropic.types import Message
from starlette.applications import Starlette

from app.rehearsal.claude.routes import DEFAULT_API_KEY, claude_routes
from app.rehearsal.connection import WithTransport

MODEL = "claude-sonnet-5-5"
SECONDS = 20.0


class HandClock:
    """Unix seconds that only a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class ClaudeServer:
    """One server in a thread. Use as a context manager."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        app = WithTransport(Starlette(routes=list(claude_routes(self.clock))))
        config = uvicorn.Config(app, http="h11", log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._controls = httpx2.Client(base_url=f"{self.url}/_rehearsal/claude", timeout=SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        """Start to serve. It listens from here on: the first request waits until it serves."""
        self._socket.listen()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and wait for the end."""
        self._controls.close()
        self._server.should_exit = True
        self._thread.join(SECONDS)
        self._socket.close()

    def client(self, **more: Any) -> anthropic.Anthropic:
        """Return the unmodified SDK client, without retries unless asked for."""
        settings: dict[str, Any] = {"api_key": DEFAULT_API_KEY, "max_retries": 0, "timeout": SECONDS} | more
        return anthropic.Anthropic(base_url=self.url, http_client=httpx2.Client(trust_env=False), **settings)

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None, status: int = 200) -> Any:
        """Send a control request and return its JSON; the status must be the one expected."""
        answer = self._controls.request(method, path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def last_request(self) -> dict[str, Any]:
        """Return the newest exchange as the control API shows it."""
        return cast("dict[str, Any]", self.control("GET", "/requests")["requests"][-1])


def ask(client: anthropic.Anthropic, content: Any = "Hello", **fields: Any) -> Message:
    """Send one request that is not a stream: `content` is the user's message, unless `messages` are given."""
    body: dict[str, Any] = {
        "model": MODEL,
        "max_tokens": 4_000,
        "messages": [{"role": "user", "content": content}],
    } | fields
    return cast("Message", client.messages.create(**body))


def refusal(client: anthropic.Anthropic, **fields: Any) -> anthropic.APIStatusError:
    """Send a request that is to be refused, with any fields, and return the SDK's error."""
    body = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]} | fields
    sent = {name: value for name, value in body.items() if value is not ...}
    try:
        client.post("/v1/messages", cast_to=object, body=sent)
    except anthropic.APIStatusError as error:
        return error
    raise AssertionError("the request was taken")
