"""Connections are kept, every exchange ends at its deadline, and "not sent" is told from "maybe sent"."""

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from app.slack.connections import Answer, Connections, MaybeSent, NotSent, TooLarge, proxy_for
from tests.app.slack.wire_server import Reply, WireServer, wire_server


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server


@pytest.fixture
def connections() -> Iterator[Connections]:
    kept = Connections()
    yield kept
    kept.close()


def get(connections: Connections, url: str, *, seconds: float = 5.0, max_bytes: int = 1_000_000) -> Answer:
    """GET an address."""
    return connections.exchange("GET", url, headers={}, body=None, seconds=seconds, max_bytes=max_bytes)


def test_calls_share_a_connection(wire: WireServer, connections: Connections) -> None:
    # given a server that keeps connections open
    # when called several times
    for _ in range(5):
        get(connections, f"{wire.url}/x")
    # then all came over one
    assert (wire.connections, connections.opened) == (1, 1)


def test_a_connection_that_the_server_closed_is_not_used_again(wire: WireServer, connections: Connections) -> None:
    # given a server that answers and closes, both announced and not
    wire.answer("/x", Reply(headers={"Connection": "close"}), Reply())
    # when called again
    answers = [get(connections, f"{wire.url}/x") for _ in range(2)]
    # then each call has its answer
    assert [answer.body for answer in answers] == [b'{"ok": true}'] * 2
    assert connections.opened == 2


def test_threads_do_not_share_a_connection_at_the_same_time(wire: WireServer, connections: Connections) -> None:
    # given two requests that are both held until the other arrived
    both = threading.Barrier(2, timeout=5)
    wire.answer("/x", Reply(act=both.wait), Reply(act=both.wait))
    # when two threads call
    threads = [threading.Thread(target=get, args=(connections, f"{wire.url}/x")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    # then each had a connection to itself
    assert wire.connections == 2


def test_an_address_that_nobody_listens_on_was_not_reached(connections: Connections) -> None:
    # given a port that is closed
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    # when called, then nothing was sent
    with pytest.raises(NotSent):
        get(connections, f"http://127.0.0.1:{port}/x")


def test_a_connection_cut_after_the_request_may_have_been_acted_upon(
    wire: WireServer, connections: Connections
) -> None:
    # given a server that takes a request and hangs up
    wire.answer("/x", Reply(cut=True))
    # when called, then the outcome is open
    with pytest.raises(MaybeSent):
        get(connections, f"{wire.url}/x")


def test_an_answer_that_ends_early_is_no_answer(wire: WireServer, connections: Connections) -> None:
    # given an answer shorter than it says
    wire.answer("/x", Reply(body=b"half", headers={"Content-Length": "8", "Connection": "close"}))
    # when read, then it is refused
    with pytest.raises(MaybeSent):
        get(connections, f"{wire.url}/x", seconds=1)


def test_an_answer_over_the_limit_is_not_read_to_its_end(wire: WireServer, connections: Connections) -> None:
    # given a long answer
    wire.answer("/x", Reply(body=b"x" * 300_000))
    # when at most a part is wanted, then it is refused
    with pytest.raises(TooLarge):
        get(connections, f"{wire.url}/x", max_bytes=100_000)


def test_an_answer_that_trickles_ends_at_the_deadline(connections: Connections) -> None:
    # given a server that sends a byte at a time, for ever
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not stop.wait(0.05):
                    try:
                        peer.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=trickle)
        thread.start()
        # when called with half a second
        began = time.monotonic()
        with pytest.raises(MaybeSent, match="deadline"):
            get(connections, f"http://127.0.0.1:{server.getsockname()[1]}/x", seconds=0.5)
        # then it took no longer than that
        assert time.monotonic() - began < 2
        stop.set()
        thread.join(5)


def test_without_time_left_nothing_is_sent(wire: WireServer, connections: Connections) -> None:
    # given a deadline that has passed, when called, then the server hears nothing
    with pytest.raises(NotSent):
        get(connections, f"{wire.url}/x", seconds=-1)
    assert wire.seen == []


def test_this_machine_is_never_behind_a_proxy() -> None:
    # given addresses of this machine, when asked for their proxy, then there is none, whatever the environment says
    assert proxy_for(urlsplit("http://127.0.0.1:1/api/")) is None
    assert proxy_for(urlsplit("http://localhost/api/")) is None


def test_the_environments_proxy_is_taken_with_its_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a proxy for https, and a host that goes without
    monkeypatch.setenv("HTTPS_PROXY", "http://user:pass%21@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "files.slack.com")
    # when asked for, then it is taken, except for that host and for plain http
    proxy = proxy_for(urlsplit("https://slack.com/api/"))
    assert proxy is not None
    assert (proxy.hostname, proxy.port) == ("proxy.example", 3128)
    assert proxy_for(urlsplit("https://files.slack.com/x")) is None
