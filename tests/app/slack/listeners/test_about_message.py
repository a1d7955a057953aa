"""The shortcut asks what to do, and what is then typed becomes a request in the thread of that message."""

import json

from agents.intake import Quoted
from tests.app.slack.bolt_given import a_bolt
from tests.app.slack.events_given import US
from tests.app.slack.interactions_given import ROOT, a_shortcut, a_submission
from tests.app.slack.wire_server import says


def test_the_shortcut_opens_a_modal_that_carries_the_message() -> None:
    with a_bolt() as built:
        # given a channel that we are in, when someone points at a message in it, then they are asked what to do
        built.wire.answer("conversations.info", says(channel={"id": "C0SALES0001", "is_member": True}))
        assert built.dispatch(a_shortcut()).status == 200
        assert built.calls() == ["conversations.info", "views.open"]
        view = json.loads(built.wire.seen[-1].body)["view"]
        assert view["callback_id"] == "tagwork:about_message"
        assert json.loads(view["private_metadata"])["text"] == "ship on Friday"
        assert len(view["private_metadata"]) <= 3_000


def test_a_channel_that_we_are_not_in_is_named_as_the_reason() -> None:
    with a_bolt() as built:
        # given a channel that we were never invited to, when someone points at a message there, then they hear why not
        built.wire.answer("conversations.info", says(channel={"id": "C0SALES0001", "is_member": False}))
        built.dispatch(a_shortcut())
        built.calls()
        view = json.loads(built.wire.seen[-1].body)["view"]
        assert "callback_id" not in view
        assert "Invite me" in str(view["blocks"])


def test_what_is_submitted_is_a_request_about_that_message() -> None:
    with a_bolt() as built:
        # given the modal of a reply in a thread
        carried = json.dumps(
            {"channel": "C0SALES0001", "ts": "1795546119.000100", "root": ROOT, "author": "U0BEN000001", "text": "ship"}
        )
        # when it is submitted, then a post of whoever submitted it stands in that thread, the message quoted beside it
        assert built.dispatch(a_submission("tagwork:about_message", carried, "is that date right?")).status == 200
        [post] = built.intake.posts
        assert (post.text, post.root, post.ts, post.key) == (
            "is that date right?", ROOT, "1795546119.000100", "V0MODAL00001",
        )  # fmt: skip
        assert (post.author.user_id, post.addressed, post.team_id) == ("U0ANN000001", True, US.team_id)
        assert post.about == Quoted("U0BEN000001", "ship")


def test_what_was_wrong_with_an_answer_is_kept() -> None:
    with a_bolt() as built:
        # given the modal after a thumb down, when submitted, then Intake keeps the words for that Run
        assert built.dispatch(a_submission("tagwork:bad_answer", "run1", "it is 12, not 13")).status == 200
        assert built.intake.notes == [(US.app_id, US.team_id, "U0ANN000001", "run1", "it is 12, not 13")]
