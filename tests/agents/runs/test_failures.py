"""Why a Run could not go on, as people read it."""

import pytest

from agents.runs.failures import CAUSES, OTHER, cause_of, refused, spent


def test_no_two_causes_read_the_same() -> None:
    # given every cause, when it is said, then people can tell it from the others
    said = [spent(one.signs[0]) for one in CAUSES] + [spent("no one knows")]
    assert len(set(said)) == len(CAUSES) + 1


@pytest.mark.parametrize(
    ("cause", "trouble"),
    [
        ("401 authentication_error", "does not accept my key"),
        ("529 overloaded_error", "overloaded"),
        ("stream overloaded_error", "overloaded"),
        ("429 rate_limit_error", "no room"),
        ("APIConnectionError", "could not reach"),
        ("stream ended early", "could not reach"),
        ("deadline", "in time"),
        ("500 api_error", "fault"),
        ("lease lost", "machine"),
        ("404 not_found_error", "does not exist"),
    ],
)
def test_a_cause_is_known_by_the_words_of_whoever_raised_it(cause: str, trouble: str) -> None:
    # given what a fault is called where it was raised, when it is said, then in words of its own
    assert trouble in cause_of(cause).trouble


@pytest.mark.parametrize("cause", ["", "a model named 429b", "1500"])
def test_what_is_not_known_is_not_guessed(cause: str) -> None:
    # given other words, when they are said, then as unknown, with what to do next
    assert cause_of(cause) is OTHER
    assert "ask again" in spent(cause)
    assert "could not" in refused(cause)
