"""What a call would reach has one form, and what could be read in two ways has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.policy.normalising import (
    Reached,
    amount_of,
    channel_of,
    host_of,
    method_of,
    path_of,
    person_of,
    reach_of,
    reached,
)
from tests.given.policies import a_call
from tools.contract import Destination, Effect, Reach


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("EXAMPLE.com.", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("255.0.0.1", "255.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("①②⑦.0.0.1", "127.0.0.1"),
        ("0x", "0.0.0.0"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("[::ffff:10.0.0.1]", "10.0.0.1"),
        ("x1.example", "x1.example"),
    ],
)
def test_a_host_is_written_in_one_way(written: str, host: str) -> None:
    # given a host as someone may write it, when normalised, then it is the one that a resolver takes it for
    assert host_of(written) == host


@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        "a..b",
        "a..",
        "256.0.0.1",
        "1.2.3.4.5",
        "1.2.3.4.0",
        "1.08",
        "4294967296",
        "x.08",
        "x.0x1",
        "[::g]",
        "a_[",
        "a b",
    ],
)
def test_what_is_no_host_for_certain_has_no_form(written: str) -> None:
    # given what resolvers refuse, or read in different ways, when normalised, then nothing is known
    assert host_of(written) is None


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("", "/"),
        ("/a/./b/", "/a/b/"),
        ("/a/../b", "/b"),
        ("/../../a", "/a"),
        ("/a/b/..", "/a/"),
        ("/a/%2e%2E/b", "/b"),
        ("/%61pi", "/api"),
        ("/%58", "/X"),
        ("/a%20b", "/a%20b"),
        ("/%c3%a9", "/%C3%A9"),
        ("/a;v=1/b", "/a;v=1/b"),
    ],
)
def test_a_path_is_the_one_that_is_asked_for(written: str, path: str) -> None:
    # given a path with steps and escapes, when normalised, then they are resolved
    assert path_of(written) == path


@pytest.mark.parametrize(
    "written",
    [
        "/a//b",
        "/a%2fb",
        "/a%5cb",
        "/a\\b",
        "/a/%252e%252e/b",
        "/a/..;/b",
        "/a/..;x;y/b",
        "/a%7f",
        "/a/.;x/b",
        "/a%",
        "/a%4",
        "/a%zz",
        "/a%00",
    ],
)
def test_a_path_that_servers_read_differently_has_no_form(written: str) -> None:
    # given a path that one server takes for another than the next, when normalised, then nothing is known
    assert path_of(written) is None


@given(st.text(alphabet="ab/.%25eE2;\\", max_size=20).map(lambda text: f"/{text}"))
def test_a_path_that_has_a_form_keeps_it(written: str) -> None:
    # given any path, when it has a form, then that is its own form, and no step in it leads up
    path = path_of(written)
    if path is not None:
        assert path_of(path) == path
        assert not {".", ".."} & set(path.split("/"))


@given(st.text(alphabet="0123456789abx.:[]A", max_size=20))
def test_a_host_that_has_a_form_keeps_it(written: str) -> None:
    # given any host, when it has a form, then that is its own form
    host = host_of(written)
    if host is not None:
        assert host_of(host) == host


def test_ids_are_taken_and_names_are_not() -> None:
    # given ids and names, when normalised, then only ids are known: anyone may call a channel what he likes
    assert channel_of("C024BE91L") == "C024BE91L"
    assert channel_of("#general") is None
    assert channel_of("c024be91l") is None
    assert person_of("<@U024BE7LH|ann>") == "U024BE7LH"
    assert person_of("W024BE7LH") == "W024BE7LH"
    assert person_of("ann") is None
    assert person_of(7) is None


def test_only_numbers_are_amounts() -> None:
    # given values of every kind, when taken for an amount, then only those that can be compared are one
    assert amount_of(3) == 3.0
    assert amount_of(2.5) == 2.5
    assert [amount_of(one) for one in (True, "3", None, float("nan"), float("inf"), 10**400)] == [None] * 6


def test_a_method_is_in_capitals() -> None:
    # given methods as a model writes them, when normalised, then they are as HTTP names them
    assert method_of(" post ") == "POST"
    assert [method_of(one) for one in ("", "PO ST", 7, None)] == [None] * 4


def test_a_call_reaches_what_its_tool_says() -> None:
    # given calls with each kind of destination, when normalised, then each has what that kind has and nothing else
    page = Destination("page", "HTTP://API.example.com/a/../b?q=1#x")
    assert reached(page, {}, Effect.READ, "C1") == Reached("api.example.com", 80, "/b", "GET")
    assert reached(page, {"method": "delete"}, Effect.ACT, "C1").method == "DELETE"
    assert reached(page, {}, Effect.ACT, "C1").method is None
    assert reached(Destination("page", "https://x:8443/"), {}, Effect.READ, "").port == 8443
    assert reached(Destination("page", "file:///etc/passwd"), {}, Effect.READ, "C1") == Reached(method="GET")
    request = Destination("request", "https://api.example.com/v1/%69tems", "PUT")
    assert reached(request, {"method": "GET"}, Effect.ACT, "C1") == Reached("api.example.com", 443, "/v1/items", "PUT")
    assert reached(Destination("channel", ""), {}, Effect.READ, "C1") == Reached(channel="C1")
    assert reached(Destination("channel", "C2"), {"amount": 2}, Effect.ACT, "C1") == Reached(channel="C2", amount=2.0)
    assert reached(Destination("person", "U7"), {}, Effect.ACT, "C1") == Reached(person="U7")
    assert reached(Destination("planet", "mars"), {}, Effect.ACT, "C1") == Reached()
    assert reached(Destination("person", "U7"), {"amount": 3}, Effect.ACT, "C1") == Reached(person="U7", amount=3.0)
    assert reached(Destination("planet", "mars"), {"amount": 3}, Effect.ACT, "C1") == Reached(amount=3.0)
    assert reached(page, {"amount": 3}, Effect.READ, "C1").amount == 3.0
    assert reached(None, {"amount": 4}, Effect.ACT, "C1") == Reached(amount=4.0)
    assert set(Reached().as_facts().values()) == {None}


def test_a_request_is_its_address_with_the_method_that_its_tool_names() -> None:
    # given a request of a tool, whose arguments name another method too
    destination = Destination("request", "HTTPS://API.Example.com:443/v1/../v2?x=1", method="DELETE")
    # when normalised, then host, port, path and the tool's own method are known
    found = reached(destination, {"method": "GET"}, Effect.ACT, "C1")
    assert found == Reached(host="api.example.com", port=443, path="/v2", method="DELETE")


def test_a_call_goes_as_far_as_its_tool_or_further() -> None:
    # given a tool's reach, when arguments or the surface say another, then the further one counts, and never a nearer
    assert reach_of(Reach.INSIDE) is Reach.INSIDE
    assert reach_of(Reach.INSIDE, None, Reach.OUTSIDE) is Reach.OUTSIDE
    assert reach_of(Reach.OUTSIDE, Reach.THREAD, None) is Reach.OUTSIDE
    assert reach_of(Reach.OUTSIDE, Reach.DESTRUCTIVE) is Reach.DESTRUCTIVE


def test_what_is_reached_is_a_fact_of_the_call() -> None:
    # given what a call would reach, when it is judged, then each of it is known by the name that rules use
    page = Reached("a.example", 443, "/x", "GET", amount=2.0)
    known = a_call(**page.as_facts())
    assert (known.host, known.port, known.path, known.method, known.amount) == ("a.example", 443, "/x", "GET", 2.0)
    assert (known.channel, known.person) == (None, None)
