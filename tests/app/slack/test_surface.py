"""The surface does in Slack what agents/surface.py promises, over the wire, against Rehearsal."""

import json
from collections.abc import Iterator

import pytest

from agents.messages import Button, Card, Line, Message, Press
from agents.surface import OutcomeUnknown, PersonKind, Place, Refused, Surface, TryLater
from tests.app.slack.surface_given import Stage, on_stage
from tests.given.rehearsal import FileToPost

CSV = FileToPost("sales.csv", b"region,net\nNorth,90\n")


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    with on_stage() as stage:
        yield stage


@pytest.fixture
def stage(running: Stage) -> Iterator[Stage]:
    yield running
    running.rehearsal.clear_faults()
    running.rehearsal.limits(100)


def test_it_is_a_surface(stage: Stage) -> None:
    # given the Slack surface, when taken for the protocol, then the types agree
    surface: Surface = stage.surface
    assert surface is not None


@pytest.mark.failure_mode(29)
@pytest.mark.failure_mode(30)
@pytest.mark.failure_mode(67)
def test_an_answer_stands_in_its_thread_inert_and_quiet(stage: Stage) -> None:
    # given a thread
    place = stage.thread()
    # when an answer with a link and a broadcast is posted
    at = stage.surface.post(place, Message(markdown="**Done** <!channel> [x](https://evil.example)"), "d1", seconds=5)
    # then it is in that thread, and nothing in it is live or unfurled
    said = stage.rehearsal.thread(place.channel, place.root)[-1]
    assert (said["ts"], said["thread_ts"]) == (at, place.root)
    sent = stage.rehearsal.calls("chat.postMessage")[-1]["args"]
    assert (sent["unfurl_links"], sent["unfurl_media"], sent["parse"], sent["reply_broadcast"]) == (
        False,
        False,
        "none",
        False,
    )
    assert "<" not in said["text"]
    assert said["text"] == "Done &lt;!channel&gt; x (`https://evil.example`)"


@pytest.mark.failure_mode(20)
def test_a_post_is_found_again_by_its_delivery(stage: Stage) -> None:
    # given two posts in a long thread
    place = stage.thread()
    first = stage.surface.post(place, Message(markdown="one"), "d1", seconds=5)
    second = stage.surface.post(place, Message(markdown="two"), "d2", seconds=5)
    # when looked up from different times on, then each is found where it is
    assert stage.surface.find(place, "d2", oldest=place.root, seconds=5) == [second]
    assert stage.surface.find(place, "d1", oldest=second, seconds=5) == []
    own = stage.surface.own_messages(place, oldest=place.root, seconds=5)
    assert [(message.at, message.delivery_id) for message in own] == [(first, "d1"), (second, "d2")]


@pytest.mark.failure_mode(33)
def test_another_bots_message_is_never_ours(stage: Stage) -> None:
    # given a thread in which another bot writes
    place = stage.thread()
    stage.rehearsal.post("deploybot", "sales", "deployed", thread_ts=place.root)
    # when our messages are listed, then there are none
    assert stage.surface.own_messages(place, oldest=place.root, seconds=5) == []


@pytest.mark.failure_mode(17)
@pytest.mark.parametrize("kind", ["timeout_after", "reset_after", "http_500_after"])
def test_a_post_whose_answer_was_lost_is_there_once(stage: Stage, kind: str) -> None:
    # given a Slack that posts and does not say so
    place = stage.thread()
    stage.rehearsal.fault(kind, "chat.postMessage")
    # when posted, then the outcome is unknown, it was sent once, and the look-up finds it
    with pytest.raises(OutcomeUnknown):
        stage.surface.post(place, Message(markdown="one"), f"d-{kind}", seconds=1)
    assert len(stage.surface.find(place, f"d-{kind}", oldest=place.root, seconds=5)) == 1


@pytest.mark.failure_mode(28)
@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
def test_a_layout_that_slack_refuses_is_posted_as_plain_text(stage: Stage, error: str) -> None:
    # given a Slack that refuses the blocks
    place = stage.thread()
    stage.rehearsal.fault("error", "chat.postMessage", error=error)
    # when posted, then the whole text is there without blocks, findable as before
    at = stage.surface.post(place, Message(markdown="**whole** answer"), f"d-{error}", seconds=5)
    assert stage.rehearsal.thread(place.channel, place.root)[-1]["text"] == "whole answer"
    assert stage.rehearsal.calls("chat.postMessage")[-1]["args"].get("blocks") is None
    assert stage.surface.find(place, f"d-{error}", oldest=place.root, seconds=5) == [at]


def test_an_edit_may_be_repeated_and_leaves_nothing_of_what_stood_there(stage: Stage) -> None:
    # given a message of ours
    place = stage.thread()
    at = stage.surface.post(place, Message(markdown="first **words**"), "d1", seconds=5)
    # when it is made to say something else, twice
    for _ in range(2):
        stage.surface.edit(place, at, Message(markdown="second `<!channel>`"), "d2", seconds=5)
    # then that is what stands there, quiet and findable
    said = stage.rehearsal.thread(place.channel, place.root)[-1]
    assert (said["ts"], said["text"]) == (at, "second `&lt;!channel&gt;`")
    assert "first" not in json.dumps(said["blocks"])
    assert stage.surface.find(place, "d2", oldest=place.root, seconds=5) == [at]
    sent = stage.rehearsal.calls("chat.update")[-1]["args"]
    assert (sent["unfurl_links"], sent["unfurl_media"], sent["parse"]) == (False, False, "none")
    # and where it was deleted meanwhile, there is nothing to change
    stage.surface.delete(place, at, seconds=5)
    stage.surface.edit(place, at, Message(markdown="third"), "d3", seconds=5)


@pytest.mark.failure_mode(16)
def test_a_card_is_one_message_that_changes(stage: Stage) -> None:
    # given the card of a Run under way, with its Stop
    place = stage.thread()
    steps = (Line("Read sales.csv", "done"), Line("Fetch targets", "working"), Line("Draw the gap", "planned"))
    stop = (Button(Press.STOP, "Stop", "run1"),)
    under_way = Message(markdown="", card=Card("Compare sales", steps, "Reads the wiki page"), buttons=stop)
    at = stage.surface.post(place, under_way, "d-card", seconds=5)
    # when the Run has ended, and the card says so
    done = tuple(Line(step.title, "done") for step in steps)
    stage.surface.edit(place, at, Message(markdown="", card=Card("Done in 12 s", done)), "d-card", seconds=5)
    # then it is the same message, with every line ticked and without its Stop
    said = stage.last(place)
    (plan,) = said["blocks"]
    assert (said["ts"], plan["type"], plan["title"]) == (at, "plan", "Done in 12 s")
    assert {task["status"] for task in plan["tasks"]} == {"complete"}
    assert said["text"] == "Done in 12 s\n✓ Read sales.csv\n✓ Fetch targets\n✓ Draw the gap"


@pytest.mark.failure_mode(28)
def test_an_edit_whose_layout_slack_refuses_is_plain_text(stage: Stage) -> None:
    # given a message of ours, and a Slack that refuses the blocks of its edit
    place = stage.thread()
    at = stage.surface.post(place, Message(markdown="first"), "d1", seconds=5)
    stage.rehearsal.fault("error", "chat.update", error="invalid_blocks")
    # when edited, then the words are there, and the old layout is not
    stage.surface.edit(place, at, Message(markdown="**second**"), "d1", seconds=5)
    said = stage.rehearsal.thread(place.channel, place.root)[-1]
    assert (said["text"], said.get("blocks", [])) == ("second", [])


def test_waiting_and_refusals_are_told_apart(stage: Stage) -> None:
    # given a thread, a rate limit and an archived channel
    place = stage.thread()
    stage.rehearsal.fault("ratelimited", "chat.postMessage", seconds=7)
    # when posted, then the one may be tried later and the other not
    with pytest.raises(TryLater) as later:
        stage.surface.post(place, Message(markdown="one"), "d1", seconds=5)
    assert later.value.retry_after == 7
    stage.rehearsal.fault("error", "chat.postMessage", error="is_archived")
    with pytest.raises(Refused, match="is_archived"):
        stage.surface.post(place, Message(markdown="one"), "d1", seconds=5)


def test_a_deletion_may_be_repeated(stage: Stage) -> None:
    # given a message of ours
    place = stage.thread()
    at = stage.surface.post(place, Message(markdown="one"), "d1", seconds=5)
    # when deleted twice, then the second time is a success too
    for _ in range(2):
        stage.surface.delete(place, at, seconds=5)
    assert stage.surface.own_messages(place, oldest=place.root, seconds=5) == []


def test_private_words_reach_one_person_and_direct_ones_their_messages(stage: Stage) -> None:
    # given a thread, when someone is told privately, then nobody else sees it
    place = stage.thread()
    stage.surface.tell_privately(place, "U0ANN000001", "only <!here> you", seconds=5)
    assert len(stage.rehearsal.thread(place.channel, place.root)) == 1
    assert stage.rehearsal.calls("chat.postEphemeral")[-1]["args"]["text"] == "only &lt;!here&gt; you"
    # and when written to directly, then it stands in their direct messages
    at = stage.surface.post_direct(stage.us.team_id, "U0BEN000001", Message(markdown="psst"), "d-direct", seconds=5)
    channel = stage.rehearsal.calls("chat.postMessage")[-1]["args"]["channel"]
    assert channel.startswith("D")
    assert stage.rehearsal.history(channel)[-1]["ts"] == at


@pytest.mark.failure_mode(61)
@pytest.mark.parametrize(
    ("user", "kind"),
    [
        ("U0OLIVIA001", PersonKind.ADMIN),
        ("U0ADAM00001", PersonKind.ADMIN),
        ("U0BEN000001", PersonKind.MEMBER),
        ("U0GUS000001", PersonKind.GUEST),
        ("U0GINA00001", PersonKind.GUEST),
        ("U0STRANGE01", PersonKind.STRANGER),
        ("U0DORA00001", PersonKind.GONE),
        ("U0OTHERBOT1", PersonKind.BOT),
    ],
)
def test_everyone_is_told_apart(stage: Stage, user: str, kind: PersonKind) -> None:
    # given people of every kind, when asked for, then each is of theirs
    assert stage.surface.person(stage.us.team_id, user, seconds=5).kind is kind


@pytest.mark.failure_mode(61)
def test_who_someone_is_is_asked_each_time(stage: Stage) -> None:
    # given a member who was asked for
    assert stage.surface.person(stage.us.team_id, "U0CHLOE0001", seconds=5).kind is PersonKind.MEMBER
    # when they become a guest, then the next answer says so
    stage.rehearsal.control("POST", "/person", {"user": "chloe", "kind": "guest"})
    assert stage.surface.person(stage.us.team_id, "U0CHLOE0001", seconds=5).kind is PersonKind.GUEST


@pytest.mark.failure_mode(32)
def test_a_thread_is_read_oldest_first_and_says_when_there_is_more(stage: Stage) -> None:
    # given a thread of several people
    place = stage.thread("begin")
    second = stage.rehearsal.post("ben", "sales", "hi @ann &", thread_ts=place.root).ts
    stage.surface.post(place, Message(markdown="mine"), "d1", seconds=5)
    stage.rehearsal.post("deploybot", "sales", "built", thread_ts=place.root)
    # when read in two pieces
    first_page, more = stage.surface.messages(place, after="", limit=2, seconds=5)
    rest, no_more = stage.surface.messages(place, after=second, limit=10, seconds=5)
    # then all is there once, with names, and it says whether there is more
    assert [(said.author, said.text) for said in first_page] == [("ann", "begin"), ("ben", "hi @ann &")]
    assert rest[0].author == "Tagwork"
    assert [said.text for said in rest] == ["mine", "built"]
    assert (more, no_more) == (True, False)


@pytest.mark.failure_mode(32)
def test_a_thread_of_several_pages_is_read_to_its_end(stage: Stage) -> None:
    # given a thread longer than a page of Slack's
    place = stage.thread()
    for number in range(205):
        stage.rehearsal.post("ann", "sales", f"n{number}", thread_ts=place.root, deliveries=[])
    at = stage.surface.post(place, Message(markdown="last"), "d-last", seconds=5)
    # when looked up and read, then the end is reached
    assert stage.surface.find(place, "d-last", oldest=place.root, seconds=5) == [at]
    page, more = stage.surface.messages(place, after="", limit=300, seconds=5)
    assert (len(page), more) == (207, False)


def test_a_file_is_described_and_read_in_its_own_thread_only(stage: Stage) -> None:
    # given a file of the first message, one of a reply, and another thread
    posted = stage.rehearsal.post("ann", "sales", "look", files=[CSV])
    place = Place(stage.us.team_id, posted.channel, posted.ts)
    replied = stage.rehearsal.post("ben", "sales", "and this", thread_ts=posted.ts, files=[CSV])
    other = stage.thread()
    # when asked for from both threads
    for file_id in (*posted.files, *replied.files):
        told = stage.surface.file(place, file_id, seconds=5)
        # then it is there in the one, whole, and not in the other
        assert told is not None
        assert (told.name, told.media_type, told.size) == ("sales.csv", "text/csv", len(CSV.content))
        assert stage.surface.download(place, file_id, max_bytes=1_000, seconds=5) == CSV.content
        assert stage.surface.file(other, file_id, seconds=5) is None
        with pytest.raises(Refused, match="not_shared_here"):
            stage.surface.download(other, file_id, max_bytes=1_000, seconds=5)


@pytest.mark.failure_mode(31)
def test_a_file_that_cannot_be_had_says_why(stage: Stage) -> None:
    # given a file
    posted = stage.rehearsal.post("ann", "sales", "look", files=[CSV])
    place, file_id = Place(stage.us.team_id, posted.channel, posted.ts), posted.files[0]

    def refused(max_bytes: int = 1_000) -> str:
        with pytest.raises(Refused) as no:
            stage.surface.download(place, file_id, max_bytes=max_bytes, seconds=5)
        return no.value.cause

    # when it is too large, a page comes instead, or Slack sends us elsewhere, then each has its own cause
    assert refused(max_bytes=5) == "too_large"
    stage.rehearsal.fault("login_page", "files")
    assert refused() == "login_page"
    stage.rehearsal.fault("redirect", "files", location="https://evil.example/x")
    assert refused() == "login_page"
    # and when it was deleted, then it is gone
    stage.rehearsal.control("POST", "/delete_file", {"file": file_id})
    assert stage.surface.file(place, file_id, seconds=5) is None
    assert stage.surface.file(place, "F0NOSUCH001", seconds=5) is None


def test_nothing_is_left_to_find_in_a_thread_that_is_gone(stage: Stage) -> None:
    # given a thread whose only message was deleted
    place = stage.thread()
    stage.rehearsal.delete(place.channel, place.root)
    # when looked up, then there is nothing, and that is no error
    assert stage.surface.find(place, "d1", oldest=place.root, seconds=5) == []


@pytest.mark.failure_mode(16)
def test_the_longest_part_is_taken_whatever_is_in_it(stage: Stage) -> None:
    # given parts as long as callers make them, of the kinds that cost most
    place = stage.thread()
    costly = ("https://a.example/x " * 170, "**a** b " * 430, "- 項目\n" * 700, "&<>" * 1_160)
    # when posted
    for number, markdown in enumerate(costly):
        stage.surface.post(place, Message(markdown=markdown[:3_500]), f"d-long-{number}", seconds=5)
    # then Slack took each at once
    sent = [call for call in stage.rehearsal.calls("chat.postMessage") if call["args"].get("thread_ts") == place.root]
    assert [call["outcome"] for call in sent] == ["ok"] * len(costly)
