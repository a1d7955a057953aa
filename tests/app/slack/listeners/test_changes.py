"""Edits, stop signs, the session's Stop and the App Home reach Intake; what only looks like them does not."""

import pytest

from tests.app.slack.bolt_given import a_bolt
from tests.app.slack.events_given import US, Json, a_message, an_event

HI = f"<@{US.bot_user_id}> sum up"


def an_edit(before: str, after: str, **message: object) -> Json:
    """Return the event of a person's edit."""
    said = {
        "type": "message", "user": "U0ANN000001", "ts": "1795546116.000100", "text": after,
        "edited": {"user": "U0ANN000001", "ts": "1795546130.000000"}, **message,
    }  # fmt: skip
    shown = {key: value for key, value in said.items() if value is not None}
    return an_event(
        a_message(
            subtype="message_changed",
            hidden=True,
            user=None,
            text=None,
            message=shown,
            previous_message={"user": "U0ANN000001", "ts": "1795546116.000100", "text": before},
        )
    )


def test_a_persons_edit_is_told_with_both_texts() -> None:
    with a_bolt() as built:
        # given an edit of words, when it comes, then Intake knows what stood there and what stands there now
        assert built.dispatch(an_edit(HI, f"{HI} &lt;Q3&gt;")).status == 200
        [change] = built.intake.changes
        assert (change.before, change.text) == ("sum up", "sum up <Q3>")
        assert (change.ts, change.edited_at, change.user_id) == (
            "1795546116.000100", "1795546130.000000", "U0ANN000001",
        )  # fmt: skip


@pytest.mark.parametrize(
    "edit",
    [
        an_edit("same", "same", attachments=[{"title": "a preview"}]),
        an_edit("one", "two", edited=None),
        an_edit("one", "two", bot_id="B0OTHERBOT1"),
    ],
)
def test_a_preview_a_count_and_a_bots_edit_are_no_edits(edit: Json) -> None:
    with a_bolt() as built:
        # given a change that no person made to their words, when it comes, then it is acknowledged and goes no further
        assert built.dispatch(edit).status == 200
        assert built.intake.changes == []


@pytest.mark.parametrize(("name", "stops"), [("octagonal_sign", 1), ("stop_sign", 1), ("eyes", 0), ("thumbsup", 0)])
def test_only_a_stop_sign_stops(name: str, stops: int) -> None:
    with a_bolt() as built:
        # given a reaction, when it comes, then Intake hears of a stop sign, and of no other
        event = {
            "type": "reaction_added", "user": "U0ANN000001", "reaction": name, "item_user": US.bot_user_id,
            "item": {"type": "message", "channel": "C0SALES0001", "ts": "1795546116.000100"},
        }  # fmt: skip
        assert built.dispatch(an_event(event)).status == 200
        told = (US.app_id, US.team_id, "C0SALES0001", "1795546116.000100", "U0ANN000001")
        assert built.intake.stops == [told] * stops


def test_the_sessions_own_stop_names_its_thread() -> None:
    with a_bolt() as built:
        # given Slack's Stop, when pressed, then Intake hears whose and in which thread
        event = {
            "type": "agent_session_stopped", "user": "U0ANN000001", "channel": "C0SALES0001",
            "thread_ts": "1795546116.000100", "streaming_message_ts": [],
        }  # fmt: skip
        assert built.dispatch(an_event(event)).status == 200
        told = (US.app_id, US.team_id, "C0SALES0001", "1795546116.000100", "U0ANN000001")
        assert built.intake.stops == [told]


@pytest.mark.parametrize(
    ("tab", "called"), [("home", "views.publish"), ("messages", "assistant.threads.setSuggestedPrompts")]
)
def test_whoever_opens_our_tabs_is_shown_something(tab: str, called: str) -> None:
    with a_bolt() as built:
        # given someone who opens a tab, when it opens, then it is not empty
        event = {"type": "app_home_opened", "user": "U0ANN000001", "channel": "D0ANN000001", "tab": tab}
        assert built.dispatch(an_event(event)).status == 200
        assert built.calls() == [called]
