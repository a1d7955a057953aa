"""One request goes to one place, once: what is known not to have happened is told apart from what may have."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agents.web.fetching import Reach
from agents.web.requesting import Answer, ask
from tests.given.pages import its_address, serve, visits
from tests.given.rehearsal import RehearsalProcess
from tools.contract import MayHaveHappened, ToolFailed, Unavailable

SECRET = "Bearer s3cr3t-of-orders"
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nno"
HEADERS = {"Authorization": SECRET, "Content-Type": "application/json"}


def asked(url: str, method: str = "POST", body: bytes = b"{}", **reach: Any) -> Answer:
    return ask(method, url, HEADERS, body, Reach(frozenset({its_address(url)}), **reach))


@contextmanager
def server_that(does: Any) -> Iterator[str]:
    """A server that takes one connection at a time and does something with it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve_all() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, contextlib.suppress(OSError):
                    does(connection)

    threading.Thread(target=serve_all, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    listening.close()


def test_a_request_arrives_whole_and_its_answer_comes_back(shared_rehearsal: RehearsalProcess) -> None:
    # given a service
    url = serve(shared_rehearsal, "orders", '{"id": 1}', type="Application/JSON; charset=UTF-8", status=201)
    # when something is sent to it
    answer = asked(f"{url}?x=1", "PATCH", b'{"n": 2}')
    # then it was asked once, with what was sent, and its answer is there
    assert answer == Answer(201, "application/json", "utf-8", b'{"id": 1}', cut=False)
    (call,) = shared_rehearsal.calls("pages")
    assert (call["args"]["http_method"], call["args"]["body"], call["args"]["query"]) == ("PATCH", '{"n": 2}', "x=1")
    assert call["args"]["headers"]["authorization"] == SECRET
    assert not {"cookie", "referer"} & set(call["args"]["headers"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_the_credential_goes_nowhere_else(
    shared_rehearsal: RehearsalProcess, status: int
) -> None:
    # given a service that sends its reader on, to itself and to another host
    elsewhere = serve(shared_rehearsal, "elsewhere", "here")
    for to in (elsewhere, "https://evil.example/take?it=1"):
        url = serve(shared_rehearsal, "moved", redirect=to, status=status)
        # when it is asked, then the answer says where it leads, and nobody went there
        answer = asked(url, "GET", b"")
        assert (answer.status, answer.leads_to) == (status, "evil.example" if "evil" in to else "127.0.0.1")
    assert visits(shared_rehearsal) == ["moved", "moved"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/pages/a", "http://localhost:{port}/pages/a"])
def test_an_address_of_this_network_is_not_reached_unless_the_setting_names_it(
    shared_rehearsal: RehearsalProcess, address: str
) -> None:
    # given a service on this machine, when it is asked without the setting, then nothing is sent
    url = serve(shared_rehearsal, "a", "x")
    with pytest.raises(ToolFailed, match=r"I may not reach.*Nothing was sent\."):
        ask("POST", address.format(port=its_address(url).split(":")[1]), HEADERS, b"", Reach())
    assert visits(shared_rehearsal) == []


def test_what_was_never_connected_was_never_sent() -> None:
    # given a port where nobody listens, and a server that speaks no TLS
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(ToolFailed, match="could not be reached"):
        asked(f"http://127.0.0.1:{port}/")
    seen: list[bytes] = []

    def answers_no_tls(connection: socket.socket) -> None:
        seen.append(connection.recv(4_096))
        connection.sendall(b"no\r\n")

    # when they are asked, then nothing was sent: a handshake carries no credential
    with server_that(answers_no_tls) as url, pytest.raises(ToolFailed, match="Nothing was sent"):
        asked(url.replace("http:", "https:"))
    assert seen
    assert SECRET.encode() not in b"".join(seen)


@pytest.mark.parametrize(
    "does",
    [
        lambda connection: connection.recv(4_096),
        lambda connection: (
            connection.recv(4_096),
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nno"),
        ),
        lambda connection: (connection.recv(4_096), connection.sendall(b"what is this\r\n\r\n")),
        lambda connection: (connection.recv(4_096), threading.Event().wait(3)),
    ],
    ids=["closes", "breaks off", "answers no HTTP", "never answers"],
)
def test_what_was_sent_and_not_answered_may_have_happened_and_its_fault_holds_no_credential(does: Any) -> None:
    # given a server that takes a request and gives no whole answer
    # when it is asked, then that is open, and neither the fault nor what stands behind it quotes what was sent
    with server_that(does) as url, pytest.raises(MayHaveHappened) as fault:
        asked(url, seconds=1.0)
    assert fault.value.__suppress_context__
    assert "s3cr3t" not in f"{fault.value}{fault.value.__cause__}"


def test_a_connection_that_breaks_in_place_of_the_answer_may_have_happened(shared_rehearsal: RehearsalProcess) -> None:
    # given a service that does it and breaks off, when it is asked, then that is open
    with pytest.raises(MayHaveHappened):
        asked(serve(shared_rehearsal, "cut", cuts=True))


@pytest.mark.parametrize(("named", "wait"), [("7", 7.0), ("999999", 3_600.0), ("soon", 30.0), ("", 30.0)])
def test_a_service_that_counts_too_many_did_nothing(
    shared_rehearsal: RehearsalProcess, named: str, wait: float
) -> None:
    # given a 429, when it is asked, then it says when to come again, within an hour
    headers = {"Retry-After": named} if named else {}
    with pytest.raises(Unavailable) as later:
        asked(serve(shared_rehearsal, "busy", "x", status=429, headers=headers))
    assert later.value.retry_after == wait


def test_an_answer_is_read_up_to_its_limit(shared_rehearsal: RehearsalProcess) -> None:
    # given an answer without an end, when it is read, then only as much as asked for
    answer = asked(serve(shared_rehearsal, "endless", "x" * 1_000, endless=True), most_bytes=5_000)
    assert (len(answer.body), answer.cut) == (5_000, True)
