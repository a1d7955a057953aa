"""Mentions reach Intake however they come."""

import pytest

from tests.app.slack.bolt_given import a_bolt
from tests.app.slack.events_given import US, Json, a_message, an_event

HI = f"<@{US.bot_user_id}> hi"


@pytest.mark.failure_mode(5)
@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_mention", "channel_type": None},
        {},
        {"channel_type": "group"},
        {"channel_type": "mpim", "channel": "G0GROUP0001"},
        {"thread_ts": "1795546100.000001"},
        {"subtype": "file_share", "files": [{"id": "F0SALES0001"}]},
        {"subtype": "thread_broadcast", "thread_ts": "1795546100.000001"},
    ],
)
def test_a_mention_is_heard_in_every_form(event: Json) -> None:
    with a_bolt() as built:
        # given a mention of that form, when it comes, then it is one addressed post with a first sign
        assert built.dispatch(an_event(a_message(**{"text": HI, **event}))).status == 200
        assert [(post.addressed, post.text) for post in built.intake.posts] == [(True, "hi")]
        assert built.calls() == ["agents.sessions.setStatus"]


@pytest.mark.failure_mode(12)
@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_changed", "message": {"text": HI}, "text": None},
        {"subtype": "bot_message", "bot_id": "B0OTHERBOT1"},
        {"user": US.bot_user_id},
        {"bot_id": US.bot_id},
        {"app_id": US.app_id},
    ],
)
def test_edits_and_our_own_words_are_no_requests(event: Json) -> None:
    with a_bolt() as built:
        # given an edit, a bot's message or one of ours, when it comes, then it is acknowledged and goes no further
        assert built.dispatch(an_event(a_message(**{"text": HI, **event}))).status == 200
        assert built.intake.posts == []
