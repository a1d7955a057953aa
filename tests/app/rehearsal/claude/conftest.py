"""A server for these tests, shared and reset before each, and the real SDK on it."""

from collections.abc import Iterator

import anthropic
import pytest

from tests.app.rehearsal.claude.claude_server import ClaudeServer


@pytest.fixture(scope="package")
def one_server() -> Iterator[ClaudeServer]:
    """The server that the tests of this package share."""
    with ClaudeServer() as server:
        yield server


@pytest.fixture
def server(one_server: ClaudeServer) -> ClaudeServer:
    """The shared server as if it were new."""
    one_server.control("POST", "/reset")
    return one_server


@pytest.fixture
def claude(server: ClaudeServer) -> Iterator[anthropic.Anthropic]:
    """The unmodified SDK client, without retries."""
    with server.client() as client:
        yield client
