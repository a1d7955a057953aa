"""Every process answers whether it lives and whether it is ready."""

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from app import http_server
from app.http_server import HttpServer, health_routes
from app.readiness import Probe, Readiness

open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def get(port: int, path: str) -> tuple[int, str]:
    """Return status and text of a GET."""
    try:
        with open_url(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


@pytest.fixture
def wrong() -> list[str]:
    """What is wrong with the one probe: the last entry."""
    return [""]


@pytest.fixture
def readiness(wrong: list[str]) -> Readiness:
    """Readiness of one probe."""
    return Readiness([Probe("database", lambda: wrong[-1])])


@pytest.fixture
def server(readiness: Readiness) -> Iterator[HttpServer]:
    """A server on a port that the system picks."""
    made = HttpServer(health_routes(readiness), "127.0.0.1", 0)
    assert made.start()
    yield made
    made.close()


def test_living_needs_nothing_and_ready_says_what_is_missing(
    server: HttpServer, readiness: Readiness, wrong: list[str]
) -> None:
    # given a process of whose database nothing is known yet, when asked, then it lives and is not ready
    port = server.address[1]
    assert get(port, "/livez") == (200, "ok\n")
    assert get(port, "/readyz")[0] == 503

    # when the database answers, then it is ready
    readiness.look()
    assert get(port, "/readyz")[0] == 200

    # when it does not, then it is not ready, names it, and lives all the same
    wrong.append("it does not answer")
    readiness.look()
    status, text = get(port, "/readyz")
    assert status == 503
    told = json.loads(text)
    assert told["ready"] is False
    assert told["checks"][0].items() >= {"name": "database", "ok": False, "wrong": "it does not answer"}.items()
    assert get(port, "/livez")[0] == 200


def test_metrics_are_counted_by_names_that_begin_with_ours(server: HttpServer) -> None:
    # given a process, when its metrics are read, then those of Slack's calls are among them
    import app.slack.egress  # noqa: F401 - its counters are registered by being there

    status, text = get(server.address[1], "/metrics")
    assert status == 200
    assert "tagwork_slack_calls_total" in text


def test_it_ends_when_it_is_told_to_and_not_at_its_next_look_at_the_clock(
    readiness: Readiness, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a server that has answered, and will not look at its clock for an hour
    monkeypatch.setattr(http_server, "TICK", 3600.0)
    made = HttpServer(health_routes(readiness), "127.0.0.1", 0)
    ended = threading.Event()
    assert made.start(on_end=ended.set)
    assert get(made.address[1], "/livez")[0] == 200

    # when it is closed, then it has ended and nobody listens there any more
    made.close()
    assert ended.is_set()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(made.address, timeout=10)


def test_a_port_that_is_taken_is_passed_over_only_where_that_is_wanted(readiness: Readiness) -> None:
    # given a port that somebody listens on
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        # when a server may have that port only, then it does not start
        assert not HttpServer(health_routes(readiness), "127.0.0.1", port).start()

        # when it may have one of the next, then it answers there
        made = HttpServer(health_routes(readiness), "127.0.0.1", port, tries=20)
        assert made.start()
        assert made.address[1] > port
        assert get(made.address[1], "/livez")[0] == 200
        made.close()
