"""What a scope may set: what it does not say is the wider scope's, and what the format does not have is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from agents.policy.settings import ApproverNames, Asking, Budget, Editors, Retention, Said, Settings

EVERY = [Settings, Asking, Budget, Retention, ApproverNames, Editors]


def test_what_is_not_set_is_not_said() -> None:
    # given settings of which nothing is written, then they say nothing, so that all is as the wider scope has it
    assert Settings().model_dump() == {
        "enabled": None,
        "asking": {"members": None, "groups": None, "guests": None},
        "reply_mode": None,
        "model": None,
        "effort": None,
        "instructions": "",
        "grants": (),
        "approvers": {"people": None, "groups": None, "expires": None, "asked_in": None, "most_an_hour": None},
        "editors": {"people": None, "groups": None},
        "budget": {
            "run_usd": None,
            "day_usd": None,
            "month_usd": None,
            "person_day_usd": None,
            "runs_an_hour": None,
            "person_runs_an_hour": None,
        },
        "retention": {"content": None, "audit": None},
    }


@pytest.mark.parametrize("part", EVERY)
def test_a_setting_that_is_misspelt_is_refused(part: type[Said]) -> None:
    # given a key that no setting has, when it is read, then it is refused and never passed over
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        part.model_validate({"gropus": ["S1"]})


@pytest.mark.parametrize("part", EVERY)
def test_what_was_set_stays_as_it_was_read(part: type[Said]) -> None:
    # given settings that were read, when somebody would change them in place, then they cannot
    name = next(iter(part.model_fields))
    with pytest.raises(ValidationError, match="Instance is frozen"):
        setattr(part(), name, None)


@pytest.mark.parametrize(
    ("said", "least", "most", "beyond"),
    [
        ("instructions", "", "a" * 8_192, ["a" * 8_193]),
        ("grants", [], [f"g{at}" for at in range(100)], [[f"g{at}" for at in range(101)], ["No"]]),
        ("model", "m", "m" * 100, ["", "m" * 101, "-m", "a b"]),
        ("approvers", {"most_an_hour": 1}, {"most_an_hour": 10_000}, [{"most_an_hour": 0}, {"most_an_hour": 10_001}]),
        ("budget", {"runs_an_hour": 0}, {"person_runs_an_hour": 0}, [{"runs_an_hour": -1}, {"day_usd": "0.001"}]),
    ],
)
def test_a_setting_has_its_limits(said: str, least: Any, most: Any, beyond: list[Any]) -> None:
    # given the least and the most that may be said, then both are read, and what is beyond is refused
    for one in (least, most):
        Settings.model_validate({said: one})
    for one in beyond:
        with pytest.raises(ValidationError, match=said):
            Settings.model_validate({said: one})
