"""What nobody listens for is acknowledged, so that Slack does not repeat it."""

import pytest

from tests.app.slack.bolt_given import a_bolt
from tests.app.slack.events_given import a_message, an_event


@pytest.mark.failure_mode(9)
@pytest.mark.parametrize("kind", ["reaction_added", "team_join", "something_new"])
def test_any_other_event_is_acknowledged(kind: str) -> None:
    with a_bolt() as built:
        # given an event of a kind we do not use, when it comes, then it is acknowledged and nothing follows
        assert built.dispatch(an_event({"type": kind, "user": "U0ANN000001"})).status == 200
        assert built.dispatch(an_event(a_message(subtype="channel_join"))).status == 200
        assert built.intake.posts == []
        assert built.calls() == []
