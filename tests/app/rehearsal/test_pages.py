"""Rehearsal serves pages beside Slack, well and badly."""

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.app.rehearsal.test_downloads import NoRedirect
from tests.given.pages import serve, visits
from tests.given.rehearsal import ControlRefused, RehearsalProcess


def get(url: str) -> tuple[int, str, bytes]:
    """GET without following. Out: status, Content-Type, body."""
    try:
        with urllib.request.build_opener(NoRedirect).open(url, timeout=10) as answer:
            return answer.status, answer.headers["content-type"], answer.read(100_000)
    except urllib.error.HTTPError as no:
        with no:
            return no.code, no.headers["content-type"], no.read()


def test_a_page_is_served_as_it_was_put_and_its_visits_are_listed(shared_rehearsal: RehearsalProcess) -> None:
    # given a page, when it is visited, then it answers as told, and the visit is known
    url = serve(shared_rehearsal, "wiki/a", "hello", type="text/plain", status=203)
    assert get(f"{url}?q=1") == (203, "text/plain", b"hello")
    assert visits(shared_rehearsal)[-1] == "wiki/a?q=1"


def test_a_page_may_send_the_reader_on_be_missing_or_never_end(shared_rehearsal: RehearsalProcess) -> None:
    # given such pages, when they are visited, then they do
    assert get(serve(shared_rehearsal, "moved", redirect="/pages/a"))[0] == 302
    assert get(f"{shared_rehearsal.url}/pages/none")[0] == 404
    assert len(get(serve(shared_rehearsal, "endless", "x" * 1_000, endless=True))[2]) == 100_000


def test_a_page_can_be_held_until_it_is_released(shared_rehearsal: RehearsalProcess) -> None:
    # given a hold for one page
    held, free = serve(shared_rehearsal, "held", "late"), serve(shared_rehearsal, "free", "now")
    shared_rehearsal.hold("a held page", "pages", channel="held")

    # when both are visited
    with ThreadPoolExecutor(1) as visitor:
        visit = visitor.submit(get, held)
        shared_rehearsal.wait_for("hold", name="a held page")

        # then the other one answers, and the held one only after its release
        assert get(free)[2] == b"now"
        assert not visit.done()
        shared_rehearsal.release("a held page")
        assert visit.result(10)[2] == b"late"


@pytest.mark.parametrize("fields", [{"endless": True}, {"colour": "red"}])
def test_a_page_that_makes_no_sense_is_refused(shared_rehearsal: RehearsalProcess, fields: dict[str, Any]) -> None:
    # given fields that are wrong, when a page is put, then it is refused
    with pytest.raises(ControlRefused):
        serve(shared_rehearsal, "a", **fields)


def test_a_service_takes_what_is_sent_and_may_cut_the_connection_instead_of_answering(
    shared_rehearsal: RehearsalProcess,
) -> None:
    # given a service, and one that breaks off
    url = serve(shared_rehearsal, "orders", '{"id": 1}', type="application/json", status=201)
    cut = serve(shared_rehearsal, "cut", cuts=True)
    asked = urllib.request.Request(url, data=b'{"n": 2}', method="PATCH", headers={"Content-Type": "application/json"})
    # when something is sent to both
    with urllib.request.build_opener(NoRedirect).open(asked, timeout=10) as answer:
        assert (answer.status, answer.read()) == (201, b'{"id": 1}')
    with pytest.raises(OSError):
        get(cut)
    # then what was sent stands in the list of calls
    taken = [call["args"] for call in shared_rehearsal.calls("pages") if call["args"]["page"] == "orders"][-1]
    assert (taken["http_method"], taken["body"]) == ("PATCH", '{"n": 2}')
