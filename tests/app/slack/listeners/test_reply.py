"""Words in a thread reach Intake unaddressed; words beside any thread do not."""

import pytest

from agents.intake import Became
from tests.app.slack.bolt_given import KeptIntake, a_bolt
from tests.app.slack.events_given import a_message, an_event


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast"])
def test_a_reply_reaches_intake_as_unaddressed(subtype: str | None) -> None:
    with a_bolt(intake=KeptIntake(Became.JOINED)) as built:
        # given a reply without a mention, when it comes, then Intake decides, and what joined is acknowledged
        event = a_message(thread_ts="1795546100.000001", subtype=subtype)
        assert built.dispatch(an_event(event)).status == 200
        assert [(post.addressed, post.root) for post in built.intake.posts] == [(False, "1795546100.000001")]
        assert built.calls() == ["reactions.add"]


def test_a_message_beside_any_thread_is_nothing_for_us() -> None:
    with a_bolt() as built:
        # given words that were written to the channel, when they come, then they are not even read
        assert built.dispatch(an_event(a_message())).status == 200
        assert built.intake.posts == []
