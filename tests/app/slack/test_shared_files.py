"""Files come from Slack's own hosts only, and a sign-in page is never taken for a file."""

from collections.abc import Iterator

import pytest

from agents.surface import CallFailed, Place, Refused, TryLater
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.shared_files import Stands, bytes_of, where
from tests.app.slack.events_given import Json, a_file
from tests.app.slack.wire_server import Reply, WireServer, says, wire_server

PLACE = Place("T0HOME00001", "C0SALES0001", "100.000001")
TEXT = {"Content-Type": "text/csv"}
PAGE = Reply(200, b"<html>Sign in</html>", {"Content-Type": "text/html; charset=utf-8"})


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server


@pytest.fixture
def egress(wire: WireServer) -> Iterator[Egress]:
    calls = Egress("xoxb-1-secret", wire.api)
    yield calls
    calls.close()


def read(egress: Egress, wire: WireServer, **changes: object) -> bytes:
    """Read a file whose bytes the wire server has."""
    file = a_file(url_private=f"{wire.url}/files/sales.csv", **changes)
    return bytes_of(egress, file, max_bytes=1_000, deadline=Deadline(5))


def refusal(egress: Egress, wire: WireServer, **changes: object) -> str:
    """Return the cause for which a file cannot be read."""
    with pytest.raises(Refused) as refused:
        read(egress, wire, **changes)
    return refused.value.cause


def test_a_file_is_read_with_our_token(wire: WireServer, egress: Egress) -> None:
    # given a file on the API's own host, when read, then its bytes come, asked for with the token
    wire.answer("/files/sales.csv", Reply(200, b"a,b\n", TEXT))
    assert read(egress, wire) == b"a,b\n"
    assert wire.seen[0].headers["authorization"] == "Bearer xoxb-1-secret"


@pytest.mark.failure_mode(31)
def test_a_sign_in_page_is_no_file(wire: WireServer, egress: Egress) -> None:
    # given a page where a file was expected, when read, then it is refused by name
    wire.answer("/files/sales.csv", PAGE)
    assert refusal(egress, wire) == "login_page"


@pytest.mark.failure_mode(31)
def test_a_page_that_somebody_shared_is_told_from_a_sign_in_page_by_its_length(
    wire: WireServer, egress: Egress
) -> None:
    # given a shared HTML file, and a sign-in page in its place
    wire.answer("/files/sales.csv", PAGE, PAGE)
    # when read, then only the one of the right length is taken
    assert read(egress, wire, mimetype="text/html", size=len(PAGE.body)) == PAGE.body
    assert refusal(egress, wire, mimetype="text/html", size=77) == "login_page"


@pytest.mark.failure_mode(31)
@pytest.mark.parametrize("target", ["https://slack.com/signin", "http://169.254.169.254/latest", "//evil.example/x"])
def test_the_token_never_follows_a_redirect_to_another_host(wire: WireServer, egress: Egress, target: str) -> None:
    # given a redirect elsewhere, when read, then nobody there is asked
    wire.answer("/files/sales.csv", Reply(302, b"", {"Location": target}))
    assert refusal(egress, wire) == "login_page"
    assert len(wire.seen) == 1


def test_a_redirect_within_the_host_is_followed_a_few_times(wire: WireServer, egress: Egress) -> None:
    # given a redirect on the same host, then one in a circle
    wire.answer("/files/sales.csv", Reply(302, b"", {"Location": "/files/other"}))
    wire.answer("/files/other", Reply(200, b"x", TEXT))
    # when read, then the one ends and so does the other
    assert read(egress, wire) == b"x"
    wire.answer("/files/sales.csv", *[Reply(302, b"", {"Location": "/files/sales.csv"})] * 10)
    assert refusal(egress, wire) == "too_many_redirects"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/f",
        "http://files.slack.com/f",
        "https://slack.com.evil.example/f",
        "https://files.slack.com:8443/f",
        "https://user@files.slack.com/f",
        "https://notslack.com/f",
        "file:///etc/passwd",
    ],
)
def test_no_other_host_is_given_the_token(egress: Egress, url: str) -> None:
    # given a file that claims to lie elsewhere, when read, then it is refused before anything is sent
    with pytest.raises(Refused, match="foreign_host"):
        bytes_of(egress, a_file(url_private=url), max_bytes=1_000, deadline=Deadline(5))


@pytest.mark.parametrize(
    ("reply", "size"),
    [(Reply(200, b"x" * 1_001, TEXT), 12), (Reply(200, b"x" * 1_001, {**TEXT, "Transfer-Encoding": "identity"}), 12)],
)
def test_a_file_over_the_cap_is_refused_whatever_it_says_of_itself(
    wire: WireServer, egress: Egress, reply: Reply, size: int
) -> None:
    # given more bytes than allowed, announced or not, when read, then it is too large
    wire.answer("/files/sales.csv", reply)
    assert refusal(egress, wire, size=size) == "too_large"
    assert refusal(egress, wire, size=1_001) == "too_large"
    assert len(wire.seen) == 1


def test_the_hosts_own_answers_are_passed_on(wire: WireServer, egress: Egress) -> None:
    # given a file that is gone, and a host that asks to wait
    wire.answer("/files/sales.csv", Reply(404, b"", TEXT), Reply(429, b"", {"Retry-After": "9"}))
    # when read, then the one is final and the other is not
    assert refusal(egress, wire) == "http_404"
    with pytest.raises(CallFailed) as later:
        read(egress, wire)
    assert isinstance(later.value, TryLater)
    assert later.value.retry_after == 9.0


def test_a_file_that_slack_does_not_hold_cannot_be_read(egress: Egress, wire: WireServer) -> None:
    # given a file of another service, when read, then it is refused
    assert refusal(egress, wire, is_external=True) == "not_here"


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({"shares": {"public": {"C0SALES0001": [{"ts": "100.000001"}]}}}, Stands.HERE),
        ({"shares": {"private": {"C0SALES0001": [{"ts": "100.000002", "thread_ts": "100.000001"}]}}}, Stands.HERE),
        ({"shares": {"public": {"C0SALES0001": [{"ts": "90.000001", "thread_ts": "80.000001"}]}}}, Stands.ELSEWHERE),
        ({"shares": {"public": {"C0OTHER0001": [{"ts": "100.000001"}]}}}, Stands.ELSEWHERE),
        ({"channels": ["C0SALES0001"]}, Stands.IN_CHANNEL),
        ({"channels": ["C0OTHER0001"]}, Stands.ELSEWHERE),
        ({"shares": [], "channels": "C0SALES0001"}, Stands.ELSEWHERE),
        ({}, Stands.ELSEWHERE),
    ],
)
def test_a_file_stands_only_where_slack_says_it_was_shared(egress: Egress, changes: Json, stands: Stands) -> None:
    # given what files.info says, when asked, then what it does not say is not here
    assert where(egress, a_file(**changes), PLACE, Deadline(5)) is stands


@pytest.mark.parametrize(("found", "stands"), [("100.000005", Stands.HERE), ("100.000001", Stands.ELSEWHERE)])
def test_a_share_without_a_thread_is_looked_up(wire: WireServer, egress: Egress, found: str, stands: Stands) -> None:
    # given a share that names only its message
    wire.answer("conversations.replies", says(messages=[{"ts": found}]))
    file = a_file(shares={"public": {"C0SALES0001": [{"ts": "100.000005"}]}})
    # when asked, then the thread itself tells whether the message is in it
    assert where(egress, file, PLACE, Deadline(5)) is stands
