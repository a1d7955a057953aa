"""Our joining of a channel reaches Intake; that of others does not."""

import pytest

from tests.app.slack.bolt_given import a_bolt
from tests.app.slack.events_given import US, an_event


@pytest.mark.parametrize(("user", "told"), [(US.bot_user_id, True), ("U0ANN000001", False)])
def test_only_our_own_joining_is_told_to_intake(user: str, told: bool) -> None:
    with a_bolt() as built:
        # given someone who joins a channel, when it is heard, then Intake hears of it where it is us
        event = {"type": "member_joined_channel", "user": user, "channel": "C0SALES0001", "event_ts": "1.2"}
        assert built.dispatch(an_event(event)).status == 200
        assert built.intake.joins == ([(US.app_id, US.team_id, "C0SALES0001", "1.2")] if told else [])
