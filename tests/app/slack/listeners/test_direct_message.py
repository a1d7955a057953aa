"""What is written to us directly reaches Intake as addressed."""

import pytest

from tests.app.slack.bolt_given import a_bolt
from tests.app.slack.events_given import Json, a_message, an_event

DIRECT = {"channel": "D0ANN000001", "channel_type": "im"}


@pytest.mark.parametrize("event", [{}, {"thread_ts": "1795546100.000001"}, {"subtype": "file_share", "files": []}])
def test_a_direct_message_needs_no_mention(event: Json) -> None:
    with a_bolt() as built:
        # given a direct message, alone, in a thread or with files, when it comes, then it is addressed to us
        assert built.dispatch(an_event(a_message(**DIRECT, **event))).status == 200
        assert [post.addressed for post in built.intake.posts] == [True]
