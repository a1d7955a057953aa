"""A Grant is good for one origin, some paths and some methods, however the address is written."""

from pathlib import Path

import pytest

from agents.errors import BadSetting
from agents.grants.grant import check_headers, methods_of, normalised, origin_of, paths_of, refusal
from agents.grants.sealing import KeyFile
from tests.given.grants import a_grant


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("api.example.com", "https://api.example.com"),
        ("API.Example.com:443", "https://api.example.com"),
        ("https://api.example.com:8443/", "https://api.example.com:8443"),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
        ("bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_has_one_form(written: str, origin: str) -> None:
    # given an origin as operators write it, when read, then it has one form
    assert origin_of(written) == origin


@pytest.mark.parametrize(
    "written", ["", "http://api.example.com", "https://user@api.example.com", "https://api.example.com/v1", "ftp://x.y"]
)
def test_what_would_send_a_credential_in_the_clear_or_nowhere_certain_is_no_origin(written: str) -> None:
    # given plain http to a name, a user, a path or another scheme, when read, then it is refused
    with pytest.raises(BadSetting):
        origin_of(written)


@pytest.mark.parametrize("written", ["v1", "/a//b", "/a%2Fb", "/a?x=1", "/a#b"])
def test_a_path_that_could_be_read_in_two_ways_pins_nothing(written: str) -> None:
    # given such a path, when read, then it is refused
    with pytest.raises(BadSetting):
        paths_of([written])


def test_paths_and_methods_are_normalised() -> None:
    # given paths and methods as people write them, when read, then they have one form; without a path all are meant
    assert paths_of(["/v1/../v2/%61", "/v2/a"]) == ("/v2/a",)
    assert paths_of([]) == ("/",)
    assert methods_of(["post", "GET", "get"]) == ("GET", "POST")
    for wrong in ([], ["CONNECT"], ["GET", "TRACE"]):
        with pytest.raises(BadSetting):
            methods_of(wrong)


@pytest.mark.parametrize(
    ("header", "template", "key_header"),
    [
        ("Host", "{secret}", ""),
        ("X-Key\r\nX-Other", "{secret}", ""),
        ("X-Key", "no place", ""),
        ("X-Key", "{secret}{secret}", ""),
        ("X-Key", "a\r\nb {secret}", ""),
        ("X-Key", "{secret}", "x-key"),
        ("X-Key", "{secret}", "Content-Length"),
        ("", "{secret}", ""),
    ],
)
def test_headers_that_break_a_request_are_refused(header: str, template: str, key_header: str) -> None:
    # given such headers, when checked, then they are refused; and good ones are not
    with pytest.raises(BadSetting):
        check_headers(header, template, key_header)
    check_headers("Authorization", "Bearer {secret}", "Idempotency-Key")


@pytest.mark.parametrize(
    ("method", "url", "good"),
    [
        ("GET", "https://api.example.com/v1/orders", True),
        ("GET", "https://API.example.com:443/v1/orders/7?x=1", True),
        ("GET", "https://api.example.com/v1/orders/", True),
        ("GET", "https://api.example.com/v1/%6Frders", True),
        ("DELETE", "https://api.example.com/v1/orders", False),
        ("GET", "https://api.example.com/v1/ordersx", False),
        ("GET", "https://api.example.com/v1/orders/../users", False),
        ("GET", "https://api.example.com/v1/orders/%2e%2e/users", False),
        ("GET", "https://api.example.com/v1/orders%2F..%2Fusers", False),
        ("GET", "https://api.example.com/v1/orders/..;/users", False),
        ("GET", "https://api.example.com/v1/orders\\..\\users", False),
        ("GET", "https://api.example.com//v1/orders", False),
        ("GET", "http://api.example.com/v1/orders", False),
        ("GET", "https://api.example.com:8443/v1/orders", False),
        ("GET", "https://api.example.com.evil.example/v1/orders", False),
        ("GET", "https://api.example.com./v1/orders", False),
        ("GET", "https://api.example.com@evil.example/v1/orders", False),
        ("GET", "https://evil.example/v1/orders?api.example.com", False),
        ("GET", "/v1/orders", False),
    ],
)
@pytest.mark.parity("Narrowing", "match")
def test_it_is_good_for_what_it_pins_and_for_nothing_that_looks_like_it(
    tmp_path: Path, method: str, url: str, good: bool
) -> None:
    # given a Grant for orders, when asked for a request, then only what arrives at orders fits
    grant = a_grant(KeyFile(tmp_path / "k"), paths=("/v1/orders",))
    assert (refusal(grant, method, url) == "") == good


def test_what_was_judged_is_what_is_asked() -> None:
    # given an address with steps and escapes, when it is asked for, then in the form that was judged
    assert normalised("https://A.example:443/v1/x/../%6Frders?q=a%20b#f") == "https://a.example/v1/orders?q=a%20b"
