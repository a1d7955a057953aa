"""A deletion reaches Intake with the message's own ts."""

import pytest

from tests.app.slack.bolt_given import a_bolt
from tests.app.slack.events_given import US, a_message, an_event


@pytest.mark.failure_mode(14)
def test_a_deleted_message_is_told_to_intake() -> None:
    with a_bolt() as built:
        # given a deletion, when it comes, then Intake knows which message is gone
        event = a_message(
            subtype="message_deleted", hidden=True, deleted_ts="1795546100.000001", user=None, text=None,
            previous_message={"user": "U0ANN000001", "ts": "1795546100.000001"},
        )  # fmt: skip
        assert built.dispatch(an_event(event)).status == 200
        assert built.intake.deletions == [(US.app_id, US.team_id, "C0SALES0001", "1795546100.000001")]
        assert built.intake.posts == []
