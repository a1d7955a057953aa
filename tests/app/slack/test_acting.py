"""What tools change in Slack, on the wire: marked so that it is found again, and with nothing live in it."""

import pytest

from agents.messages import Message
from agents.surface import OutcomeUnknown, Refused
from app.slack.acting import SlackActing
from app.slack.egress import Egress
from app.slack.identity import Identity
from tests.app.slack.surface_given import ANN, Stage, on_stage
from tests.app.slack.wire_server import says, wire_server
from tools.contract import Where

SALES, GENERAL = "C0SALES0001", "C0GENERAL01"
US = Identity("A1", "T1", "Team", "U0US", "B0US", url="https://team.example/")
LIVE = "@channel <!everyone> <@U0ANN000001> see https://evil.example/?q=1 and [this](https://evil.example)"


def now(stage: Stage) -> int:
    return int(stage.rehearsal.control("POST", "/clock")["now"])


def test_a_post_elsewhere_is_found_by_its_call_and_has_nothing_live_in_it() -> None:
    # given a channel in which others post too
    with on_stage() as stage:
        acting = stage.surface.acting
        stage.rehearsal.post("ann", "general", "hello")
        # when a tool posts
        at = acting.say(GENERAL, Message(markdown=LIVE), "call-1", seconds=5)
        stage.rehearsal.post("ann", "general", "thanks")
        # then it stands alone, is found by its call and by no other, and not before it began
        assert acting.said(GENERAL, "call-1", since=float(at) - 5, seconds=5) == at
        assert acting.said(GENERAL, "call-2", since=float(at) - 5, seconds=5) is None
        assert acting.said(GENERAL, "call-1", since=float(at) + 5, seconds=5) is None
        assert acting.link(GENERAL, at).endswith(f"/archives/{GENERAL}/p{at.replace('.', '')}")
        # and nothing in it is linked, shown or notified
        entry = next(one for one in stage.rehearsal.visible(GENERAL) if one["ts"] == at)
        assert entry["unfurled"] == []
        assert "<!" not in entry["text"]
        assert "<@" not in entry["text"]
        call = stage.rehearsal.calls("chat.postMessage")[-1]["args"]
        assert call["unfurl_links"] is False
        assert call["unfurl_media"] is False
        assert call["link_names"] is False
        assert {"link", "user", "broadcast"}.isdisjoint(_kinds(call["blocks"]))


def _kinds(value: object) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_kinds, value))
    if isinstance(value, dict):
        return {str(value.get("type"))} | set().union(*map(_kinds, value.values()))
    return set()


def test_another_apps_message_with_our_mark_is_not_ours() -> None:
    # given a message that carries our mark and another bot's id
    with wire_server() as wire:
        egress = Egress("xoxb-1-secret", wire.api)
        mark = {"event_type": "tagwork_call", "event_payload": {"call": "call-1"}}
        wire.answer("conversations.history", says(messages=[{"ts": "9.1", "bot_id": "B0OTHER", "metadata": mark}]))
        # when a call is looked for, then it is not found
        assert SlackActing(egress, US).said("C1", "call-1", since=1.0, seconds=5) is None
        egress.close()


def test_a_person_is_written_to_in_their_direct_messages() -> None:
    # given nobody whom we have written to
    with on_stage() as stage:
        acting = stage.surface.acting
        # when a tool writes to Ann
        channel = acting.direct(ANN, seconds=5)
        at = acting.say(channel, Message(markdown="hello"), "call-1", seconds=5)
        # then it stands there, and is found
        assert stage.rehearsal.history(channel)[-1]["text"] == "hello"
        assert acting.said(channel, "call-1", since=float(at) - 5, seconds=5) == at


@pytest.mark.parametrize("in_thread", [True, False])
def test_a_message_for_later_is_found_while_it_waits_and_when_it_was_posted(in_thread: bool) -> None:
    # given a message for a time an hour ahead
    with on_stage() as stage:
        acting, root = stage.surface.acting, stage.thread().root if in_thread else ""
        at, message = now(stage) + 3_600, Message(markdown=LIVE, footer="Scheduled on request #1")
        acting.say_later(SALES, root, message, "call-1", at, seconds=5)
        # when looked for while it waits, then it is there, and neither other words nor another time are taken for it
        assert acting.waits(SALES, message, at, seconds=5)
        assert not acting.waits(SALES, Message(markdown="else"), at, seconds=5)
        assert not acting.waits(SALES, message, at + 1, seconds=5)
        assert not acting.waits(GENERAL, message, at, seconds=5)
        assert not acting.said_later(SALES, root, "call-1", at, seconds=5)
        # and when its time has come, then it was posted by this call and by no other, and previews nothing
        stage.rehearsal.clock(3_601)
        assert not acting.waits(SALES, message, at, seconds=5)
        assert acting.said_later(SALES, root, "call-1", at, seconds=5)
        assert not acting.said_later(SALES, root, "call-2", at, seconds=5)
        assert [one for one in stage.rehearsal.visible(SALES) if one["bot_id"]][-1]["unfurled"] == []


def test_a_topic_is_plain_words_on_one_line() -> None:
    # given words with markup, when they become a topic
    with on_stage() as stage:
        acting = stage.surface.acting
        acting.set_topic(SALES, "Q3 &\n <goals> ", seconds=5)
        # then they are one line, escaped, and are recognised
        assert acting.topic(SALES, seconds=5) == "Q3 &amp; &lt;goals&gt;" == acting.shown_topic("Q3 &\n <goals> ")
        # and an address is refused before Slack is asked, because a topic has no code
        with pytest.raises(Refused, match="live_words"):
            acting.set_topic(SALES, "see evil.example", seconds=5)
        assert len(stage.rehearsal.calls("conversations.setTopic")) == 1


def test_a_canvas_is_made_once_and_then_written_into() -> None:
    # given a channel without a canvas
    with on_stage() as stage:
        acting = stage.surface.acting
        assert acting.canvas(SALES, seconds=5) == ""
        made = acting.make_canvas(SALES, "# Plan\n\nfirst", "(mark 1)", seconds=5)
        assert acting.canvas(SALES, seconds=5) == made
        # when it is written into at each place
        (first,) = acting.sections(made, "first", seconds=5)
        acting.write_canvas(made, Where.AFTER, first, "https://evil.example", "(mark 2)", seconds=5)
        acting.write_canvas(made, Where.INSTEAD, first, "new first", "(mark 3)", seconds=5)
        acting.write_canvas(made, Where.START, "", "# Top", "(mark 4)", seconds=5)
        acting.write_canvas(made, Where.END, "", "```\ncode\n```", "(mark 5)", seconds=5)
        # then each piece ends with its mark, by which it is found, and none is live
        shown = [one["text"] for one in stage.rehearsal.control("GET", "/canvas", {"channel": "sales"})["sections"]]
        assert shown == [
            "Top",
            "(mark 4)",
            "Plan",
            "new first (mark 3)",
            "`https://evil.example` (mark 2)",
            "code",
            "(mark 5)",
        ]
        assert len(acting.sections(made, "(mark 3)", seconds=5)) == 1
        assert acting.sections(made, "(mark 9)", seconds=5) == []


def test_a_canvas_is_known_in_both_forms_in_which_slack_tells_it() -> None:
    # given Slack's older answer, its newer one, and a channel whose tabs are others
    older = {"properties": {"canvas": {"file_id": "F1", "is_empty": False}}}
    newer = {"properties": {"tabs": [{"type": "files"}, {"type": "canvas", "data": {"file_id": "F2"}}]}}
    none = {"properties": {"tabs": [{"type": "bookmarks", "data": {"file_id": "F3"}}, None], "canvas": {}}}
    with wire_server() as wire:
        egress = Egress("xoxb-1-secret", wire.api)
        wire.answer("conversations.info", *(says(channel=one) for one in (older, newer, none)))
        acting = SlackActing(egress, US)
        # when each is asked for its canvas, then it is that
        assert [acting.canvas("C1", seconds=5) for _ in range(3)] == ["F1", "F2", ""]
        egress.close()


def test_an_answer_that_nobody_can_read_leaves_it_open() -> None:
    # given answers without what they should name
    with wire_server() as wire:
        egress = Egress("xoxb-1-secret", wire.api)
        wire.answer("conversations.canvases.create", says(canvas_id=3))
        wire.answer("chat.postMessage", says())
        acting = SlackActing(egress, US)
        # when something is changed, then its outcome is unknown
        with pytest.raises(OutcomeUnknown):
            acting.make_canvas("C1", "x", "m", seconds=5)
        with pytest.raises(OutcomeUnknown):
            acting.say("C1", Message(markdown="x"), "call-1", seconds=5)
        egress.close()
