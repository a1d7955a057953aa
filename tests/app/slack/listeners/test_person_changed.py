"""A change of a person reaches Intake."""

import pytest

from tests.app.slack.bolt_given import a_bolt
from tests.app.slack.events_given import US, a_user, an_event


@pytest.mark.failure_mode(61)
def test_a_changed_person_is_told_to_intake() -> None:
    with a_bolt() as built:
        # given that someone became a guest, when it is heard, then Intake knows whom to ask about anew
        assert built.dispatch(an_event({"type": "user_change", "user": a_user(is_restricted=True)})).status == 200
        assert built.intake.people == [(US.app_id, US.team_id, "U0ANN000001")]
