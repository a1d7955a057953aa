"""What raised before is remembered for as long as Slack repeats it, and no longer."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from app.slack import hearing
from app.slack.fields import BadPayload
from app.slack.hearing import Hearing
from tests.app.slack.bolt_given import Built, a_bolt
from tests.app.slack.events_given import US, Json, a_message, an_event


@pytest.fixture
def built() -> Iterator[Built]:
    with a_bolt() as bolt:
        yield bolt


def the_event(event_id: str) -> Json:
    """Return an event with that id."""
    return an_event(a_message(), event_id=event_id)


def test_each_event_has_its_own_first_try(built: Built) -> None:
    # given two events that cannot be read
    heard = Hearing(US, built.intake, built.first_sign, built.aside, built.rejected.append)
    error = BadPayload("no ts")
    # when each raises once, and then one of them again
    given_up = [heard.rejects(the_event(event_id), {}, error) for event_id in ("Ev1", "Ev2", "Ev1")]
    # then only the one that raised twice is given up
    assert given_up == [False, False, True]


def test_memory_of_what_raised_has_an_end(built: Built) -> None:
    # given an event that raised, and many others after it
    heard = Hearing(US, built.intake, built.first_sign, built.aside, built.rejected.append)
    for number in range(hearing.REMEMBERED + 1):
        heard.rejects(the_event(f"Ev{number}"), {}, BadPayload("no ts"))
    # when it raises again, then it counts as the first time; nothing grows without end
    assert not heard.rejects(the_event("Ev0"), {}, BadPayload("no ts"))


def test_what_could_not_be_kept_as_rejected_is_not_acknowledged(built: Built) -> None:
    # given that rejections cannot be stored either
    def full(_: Mapping[str, Any]) -> None:
        raise OSError("disk full")

    heard = Hearing(US, built.intake, built.first_sign, built.aside, full)
    # when a payload raises for the second time, then Slack is still not told that we have it
    assert not heard.rejects(the_event("Ev1"), {}, BadPayload("no ts"))
    assert not heard.rejects(the_event("Ev1"), {}, BadPayload("no ts"))
