"""One page is fetched with its redirects, in bounded time and size, and from nowhere that may not be reached."""

import base64
import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agents.web.fetching import MOST_BYTES, Reach, fetch
from tests.given.pages import its_address, serve, visits
from tests.given.rehearsal import RehearsalProcess
from tools.contract import BadArguments, Page, ToolFailed

SOON = 1.5
"""Seconds for pages that shall run out of time."""


def anywhere(before: str, to: str) -> bool:
    return True


def nowhere(before: str, to: str) -> bool:
    return False


def got(url: str, may_follow: Any = nowhere, **reach: Any) -> Page:
    return fetch(url, may_follow, Reach(frozenset({its_address(url)}), **reach))


def said(url: str, may_follow: Any = nowhere, **reach: Any) -> str:
    with pytest.raises(ToolFailed) as no:
        got(url, may_follow, **reach)
    return str(no.value)


def test_a_page_comes_with_what_its_server_says_of_it(shared_rehearsal: RehearsalProcess) -> None:
    # given a page
    url = serve(shared_rehearsal, "a", "Grüße", type="Text/HTML; charset=UTF-8")
    # when it is fetched
    page = got(f"{url}?x=1")
    # then its bytes, type and charset are there, and we said who we are and nothing else of ourselves
    assert page == Page(f"{url}?x=1", "text/html", "utf-8", "Grüße".encode())
    headers = shared_rehearsal.calls("pages")[0]["args"]["headers"]
    assert headers["user-agent"] == "Tagwork"
    assert not {"cookie", "authorization", "referer"} & set(headers)


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/pages/a", "http://localhost:{port}/pages/a"])
def test_an_address_of_this_network_is_not_reached_unless_the_setting_names_it(
    shared_rehearsal: RehearsalProcess, address: str
) -> None:
    # given a page that is served on this machine
    url = serve(shared_rehearsal, "a", "secret")
    # when it is asked for by number or by name without the setting, then nobody comes to see it
    with pytest.raises(ToolFailed, match="that I may not reach"):
        fetch(address.format(port=its_address(url).split(":")[1]), nowhere, Reach())
    assert visits(shared_rehearsal) == []


@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:a9fe:a9fe]/", "http://0x7f.1/"]
)
def test_a_redirect_to_an_address_inside_is_judged_again(shared_rehearsal: RehearsalProcess, to: str) -> None:
    # given a page that sends the reader on to the cloud's own address, which a rule would even let us follow
    url = serve(shared_rehearsal, "a", redirect=to)
    # when it is fetched, then nothing is reached there
    assert "that I may not reach" in said(url, anywhere)


def test_a_redirect_is_followed_where_it_may_be(shared_rehearsal: RehearsalProcess) -> None:
    # given a page that has moved, by a relative address
    serve(shared_rehearsal, "new", "here")
    url = serve(shared_rehearsal, "old", redirect="new#part", status=301)
    # when it is fetched, then the rule is asked about the new address, and the page is the new one
    asked: list[tuple[str, str]] = []

    def note(before: str, to: str) -> bool:
        asked.append((before, to))
        return True

    assert got(url, note).url == f"{shared_rehearsal.url}/pages/new"
    assert asked == [(url, f"{shared_rehearsal.url}/pages/new")]
    # and where it may not be followed, nobody goes there
    assert "sends the reader on to another place, 127.0.0.1" in said(url, nowhere)
    assert visits(shared_rehearsal) == ["old", "new", "old"]


def test_redirects_that_never_end_are_given_up(shared_rehearsal: RehearsalProcess) -> None:
    # given a page that sends the reader to itself
    url = serve(shared_rehearsal, "round", redirect="round")
    # when it is fetched, then after five times it is enough
    assert "on and on" in said(url, anywhere)
    assert len(visits(shared_rehearsal)) == 6


def test_a_redirect_to_no_page_is_told(shared_rehearsal: RehearsalProcess) -> None:
    # given a page that sends the reader to a file, when it is fetched, then that is told
    assert "no address of a web page" in said(serve(shared_rehearsal, "f", redirect="file:///etc/passwd"), anywhere)


def test_a_page_that_never_ends_is_cut(shared_rehearsal: RehearsalProcess) -> None:
    # given a page without an end
    url = serve(shared_rehearsal, "endless", "word " * 2_000, endless=True)
    # when it is fetched, then what is read of it is bounded, and the cut is told
    page = got(url)
    assert (len(page.body), page.cut) == (MOST_BYTES, True)


@pytest.mark.parametrize("slow", [{"wait": 30}, {"drip": 0.05, "endless": True}])
def test_a_page_that_takes_for_ever_is_left(shared_rehearsal: RehearsalProcess, slow: dict[str, Any]) -> None:
    # given a page that does not answer, or sends a byte now and then
    url = serve(shared_rehearsal, "slow", "x", **slow)
    # when it is fetched, then it is left in time
    began = time.monotonic()
    assert "took longer than" in said(url, seconds=SOON)
    assert time.monotonic() - began < SOON + 3


def test_a_server_that_drips_its_headers_is_left(shared_rehearsal: RehearsalProcess) -> None:
    # given a server that sends a letter of a header now and then
    with answering(b"HTTP/1.1 200 OK\r\n", drip=b"X") as url:
        # when it is asked, then it is left in time
        began = time.monotonic()
        assert "took longer than" in said(url, seconds=SOON)
        assert time.monotonic() - began < SOON + 3


def test_a_packed_page_is_unpacked_and_a_bomb_is_not(shared_rehearsal: RehearsalProcess) -> None:
    # given a page that is packed, and 200 MB of zeros that are packed into 200 kB
    def packed(name: str, body: bytes) -> str:
        content = base64.b64encode(gzip.compress(body)).decode()
        return serve(shared_rehearsal, name, content=content, headers={"content-encoding": "gzip"})

    # when they are fetched, then the page is whole and the bomb is cut at the limit
    assert got(packed("small", b"hello")).body == b"hello"
    bomb = got(packed("bomb", bytes(200_000_000)))
    assert (len(bomb.body), bomb.cut) == (MOST_BYTES, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": 404}, "answered 404"),
        ({"status": 500}, "answered 500"),
        ({"status": 401}, "wants a login"),
        ({"status": 304}, "answered 304"),
        ({"headers": {"content-encoding": "br"}}, "packs its pages in a way that I do not read"),
        ({"text": "no gzip", "headers": {"content-encoding": "gzip"}}, "broke off"),
    ],
)
def test_what_is_no_page_is_told_in_words(
    shared_rehearsal: RehearsalProcess, fields: dict[str, Any], words: str
) -> None:
    # given a server with another answer, when it is asked, then a sentence says which
    assert words in said(serve(shared_rehearsal, "odd", **{"text": "x", **fields}))


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])
def test_a_server_that_breaks_off_is_told(answer: bytes) -> None:
    # given a server that is none, or that breaks off, when it is asked, then that is told
    with answering(answer) as url:
        assert "broke off" in said(url)


def test_nobody_there_is_told() -> None:
    # given a port on which nobody listens, and a name that does not exist
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    # when they are asked, then that is told
    assert "could not be reached" in said(f"http://127.0.0.1:{port}/")
    assert "could not be reached" in said("http://nobody.invalid/")


def test_a_server_is_reached_by_its_address_and_told_its_name() -> None:
    # given a server that speaks TLS, without a certificate
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda tls, name, _: asked.append(name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def shake_hands() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(ssl.SSLError):
                context.wrap_socket(connection, server_side=True)

        thread = threading.Thread(target=shake_hands)
        thread.start()
        # when it is fetched
        with pytest.raises(ToolFailed, match="localhost"):
            fetch(f"https://localhost:{port}/", nowhere, Reach(frozenset({f"127.0.0.1:{port}", f"[::1]:{port}"})))
        thread.join()
    # then it was told the name, by which its certificate is checked too
    assert asked == ["localhost"]


def test_a_name_is_reached_at_the_first_of_its_addresses_that_answers(
    shared_rehearsal: RehearsalProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a name with two addresses, of which the second serves the page
    url = serve(shared_rehearsal, "a", "here")
    port = int(its_address(url).split(":")[1])
    named(monkeypatch, "127.0.0.2", "127.0.0.1")
    private = frozenset({f"127.0.0.1:{port}", f"127.0.0.2:{port}"})
    # when the page is fetched by the name, then it is there, and the server was asked for by the name
    assert fetch(f"http://wiki.example:{port}/pages/a", nowhere, Reach(private)).body == b"here"
    assert shared_rehearsal.calls("pages")[0]["args"]["headers"]["host"] == f"wiki.example:{port}"


def test_a_name_of_which_one_address_is_inside_is_not_reached_at_all(
    shared_rehearsal: RehearsalProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a name that leads to a place that may be reached, and to one that may not
    url = serve(shared_rehearsal, "a", "secret")
    port = int(its_address(url).split(":")[1])
    named(monkeypatch, "127.0.0.1", "10.0.0.1")
    # when it is asked for, then nobody comes
    with pytest.raises(ToolFailed, match="that I may not reach"):
        fetch(f"http://wiki.example:{port}/pages/a", nowhere, Reach(frozenset({f"127.0.0.1:{port}"})))
    assert visits(shared_rehearsal) == []


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let wiki.example have these addresses, and every other name its own."""
    look_up = socket.getaddrinfo

    def answer(host: Any, port: Any, *more: Any, **options: Any) -> Any:
        if host != "wiki.example":
            return look_up(host, port, *more, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_a_server_without_tls_is_not_read(shared_rehearsal: RehearsalProcess) -> None:
    # given a server that speaks no TLS, when it is asked with TLS, then nothing is read from it
    url = serve(shared_rehearsal, "a", "x").replace("http:", "https:")
    assert "could not be reached" in said(url)


def test_what_is_no_address_is_refused() -> None:
    # given no address, when it is fetched, then it is refused before anything is asked
    with pytest.raises(BadArguments):
        fetch("javascript:alert(1)", anywhere, Reach())


def test_a_proxy_of_the_environment_is_not_used(
    shared_rehearsal: RehearsalProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a machine whose environment names a proxy that is not there
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    # when a page is fetched, then without it
    assert got(serve(shared_rehearsal, "a", "x")).body == b"x"


@contextmanager
def answering(answer: bytes, drip: bytes = b"") -> Iterator[str]:
    """A server of raw bytes: one connection, the answer, then `drip` again and again, or the end."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve_one() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                try:
                    connection.sendall(answer)
                    while drip and not over.wait(0.05):
                        connection.sendall(drip)
                except OSError:
                    return

        thread = threading.Thread(target=serve_one)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            over.set()
            thread.join()
