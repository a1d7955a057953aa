"""People steer work that is under way: over the wire, with the app, a worker and Slack's own payloads."""

import time

import pytest

from agents.journal import feedback, runs
from agents.runs.life import Run, State
from tests.given.rehearsal import Json, Posted, RehearsalProcess
from tests.given.replies import says, sent
from tests.given.tagwork import TagworkProcesses, answers_in
from tests.given.waiting import until

SECONDS = 20
STOPS = 20
TOLD_WITHIN = 3.0
"""Seconds within which 19 of 20 Stops must be told in the thread: the parity list's row."""


def last_run(tagwork: TagworkProcesses) -> Run:
    """Return the newest Run."""
    return tagwork.journal.read(lambda tx: runs.listed(tx, most=1))[0]


def thinking(tagwork: TagworkProcesses, words: str, *, reply: str = "Too late.", thread: str | None = None) -> Posted:
    """Have Ann ask for something, and return when the model holds its reply back."""
    rehearsal = tagwork.rehearsal
    rehearsal.control("POST", "/claude/holds", {"name": _hold(words), "match": words})
    says(rehearsal, reply)
    posted = rehearsal.post("ann", "sales", f"@tagwork {words}", thread_ts=thread)
    assert rehearsal.control("GET", f"/claude/holds/{_hold(words)}", {"arrived": 1, "wait": SECONDS})["met"]
    return posted


def release(rehearsal: RehearsalProcess, words: str) -> None:
    """Let the model answer."""
    rehearsal.control("POST", f"/claude/holds/{_hold(words)}/release")


def _hold(words: str) -> str:
    return words.encode().hex()


def ended(tagwork: TagworkProcesses, posted: Posted, containing: str) -> str:
    """Wait for one message of ours in the thread and for the Run's end; return the message."""
    place = {"channel": posted.channel, "thread_ts": posted.thread_ts}
    tagwork.rehearsal.wait_for("bot_messages", **place, containing=containing, timeout_seconds=SECONDS)
    until(lambda: last_run(tagwork).ended_at, "the run has ended")
    return next(text for text in answers_in(tagwork.rehearsal, posted) if containing in text)


def whispered(rehearsal: RehearsalProcess, containing: str) -> Json:
    """Wait until somebody alone was told words that contain `containing`; return the call."""

    def found() -> list[Json]:
        return [one for one in rehearsal.calls("chat.postEphemeral") if containing in str(one["args"])]

    return until(found, f"a whisper with {containing}")[-1]


def message_with(rehearsal: RehearsalProcess, posted: Posted, action: str) -> tuple[str, str]:
    """Return the ts of our message in the thread whose blocks hold an action_id that begins so, and the action_id."""
    for message in rehearsal.thread(posted.channel, posted.thread_ts or posted.ts):
        for name in _actions(message.get("blocks", [])):
            if message["by_app"] and name.startswith(action):
                return str(message["ts"]), name
    raise AssertionError(f"nothing in the thread has {action}")


def _actions(part: object) -> list[str]:
    if isinstance(part, list):
        return [name for one in part for name in _actions(one)]
    if isinstance(part, dict):
        own = [str(part["action_id"])] if "action_id" in part else []
        return own + [name for one in part.values() for name in _actions(one)]
    return []


@pytest.mark.failure_mode(37)
@pytest.mark.parity("Stop", "match")
def test_slacks_own_stop_ends_the_run_while_the_model_thinks(served: TagworkProcesses) -> None:
    # given a Run whose model is thinking, and a session that shows Stop
    rehearsal = served.rehearsal
    posted = thinking(served, "the native one")
    until(lambda: [one for one in rehearsal.sessions() if one["status"] == "processing"], "a session that works")

    # when Ann presses it
    rehearsal.stop_session("ann", posted.channel, posted.ts)

    # then the thread says who stopped it, before the model has answered, and the session is not working any more
    ended(served, posted, "Stopped by ann")
    assert last_run(served).status is State.STOPPED
    until(lambda: not [one for one in rehearsal.sessions() if one["status"] == "processing"], "no session that works")
    release(rehearsal, "the native one")
    rehearsal.wait_for("events_settled")
    assert "Too late." not in " ".join(answers_in(rehearsal, posted))


@pytest.mark.parity("Stop", "match")
def test_nineteen_of_twenty_stops_by_button_and_by_word_are_told_within_three_seconds(served: TagworkProcesses) -> None:
    # given twenty Runs whose model thinks, one after the other
    rehearsal = served.rehearsal
    took = []
    for number in range(STOPS):
        words = f"stopped soon {number:02}"
        posted = thinking(served, words)
        place = {"channel": posted.channel, "thread_ts": posted.ts}
        began = time.monotonic()

        # when Ann presses Stop, or writes it
        if number % 2:
            rehearsal.stop_session("ann", posted.channel, posted.ts)
        else:
            rehearsal.post("ann", "sales", "stop", thread_ts=posted.ts)
        rehearsal.wait_for("bot_messages", **place, containing="Stopped by ann", timeout_seconds=SECONDS)
        took.append(time.monotonic() - began)
        assert last_run(served).status is State.STOPPED
        release(rehearsal, words)

    # then of twenty, nineteen were told within three seconds, each before its model had answered
    assert sorted(took)[STOPS * 95 // 100 - 1] < TOLD_WITHIN, took


@pytest.mark.failure_mode(39)
@pytest.mark.parametrize("words", ["stop", "@tagwork Stop!", "abbrechen", "止めて"])
def test_a_stop_word_in_the_thread_ends_its_run(served: TagworkProcesses, words: str) -> None:
    # given a Run whose model is thinking, when someone says stop in its thread, then it ends and says so
    posted = thinking(served, f"by word {words[-4:]}")
    served.rehearsal.post("ann", "sales", words, thread_ts=posted.ts)
    ended(served, posted, "Stopped by ann")
    assert last_run(served).status is State.STOPPED
    release(served.rehearsal, f"by word {words[-4:]}")


def test_a_stop_sign_on_the_request_ends_its_run(served: TagworkProcesses) -> None:
    # given a Run whose model is thinking
    rehearsal = served.rehearsal
    posted = thinking(served, "by reaction")

    # when a colleague reacts with the stop sign, then he is told that he may not; when Ann does, it ends
    rehearsal.react("ben", posted.channel, posted.ts, "octagonal_sign")
    assert whispered(rehearsal, "Only ann")["args"]["user"] == "U0BEN000001"
    assert last_run(served).ended_at is None
    rehearsal.react("ann", posted.channel, posted.ts, "octagonal_sign")
    ended(served, posted, "Stopped by ann")
    release(rehearsal, "by reaction")


def test_an_admin_may_stop_anyones_run_by_command(served: TagworkProcesses) -> None:
    # given a Run of Ann's
    posted = thinking(served, "by command")
    number = last_run(served).number

    # when an admin whom we have never heard of gives the command
    answer = served.rehearsal.command("adam", "sales", "/tagwork", f"stop #{number}")

    # then it is acknowledged at once, and carried out when Slack has said who he is
    assert answer["acknowledged"]
    ended(served, posted, "Stopped by adam")
    release(served.rehearsal, "by command")


@pytest.mark.parity("!help, !configure, !feedback", "match")
def test_commands_are_answered_in_their_acknowledgement(served: TagworkProcesses) -> None:
    # given someone we know
    says(served.rehearsal, "Hello.")
    posted = served.rehearsal.post("ann", "sales", "@tagwork hello there, you")
    ended(served, posted, "Hello.")

    # when they ask for help and for status, and mistype, then each answer is right there
    for text, part in (("", "Mention me"), ("status", "for ann: done"), ("statsu", "/tagwork status")):
        told = served.rehearsal.command("ann", "sales", "/tagwork", text)
        assert told["acknowledged"]
        assert part in told["answer"]


@pytest.mark.parity("Anyone steers", "match")
@pytest.mark.failure_mode(36)
def test_a_colleagues_reply_joins_and_is_acknowledged(served: TagworkProcesses) -> None:
    # given a Run whose model is thinking
    rehearsal = served.rehearsal
    posted = thinking(served, "the first half", reply="The first half.")

    # when Ben adds something
    says(rehearsal, "Both halves.")
    reply = rehearsal.post("ben", "sales", "and the second half, please", thread_ts=posted.ts)

    # then his message is acknowledged while the model still thinks, and is part of the answer
    rehearsal.wait_for("reaction", channel=reply.channel, ts=reply.ts, name="ok_hand", timeout_seconds=SECONDS)
    release(rehearsal, "the first half")
    ended(served, posted, "Both halves.")
    assert "and the second half" in str(sent(rehearsal)[-1]["body"]["messages"])


@pytest.mark.parity("Anyone steers", "beat")
def test_what_several_people_add_is_acknowledged_each_and_heard_in_its_order(served: TagworkProcesses) -> None:
    # given a Run whose model is thinking
    rehearsal = served.rehearsal
    posted = thinking(served, "the four parts", reply="The first part.")

    # when three people add something, one after the other
    says(rehearsal, "All four parts.")
    added = [("ben", "and the second part"), ("adam", "then the third part"), ("ann", "last the fourth part")]
    replies = [rehearsal.post(who, "sales", words, thread_ts=posted.ts) for who, words in added]

    # then each is acknowledged while the model still thinks
    for one in replies:
        rehearsal.wait_for("reaction", channel=one.channel, ts=one.ts, name="ok_hand", timeout_seconds=SECONDS)
    assert "The first part." not in " ".join(answers_in(rehearsal, posted))

    # and the Run hears all of them, in the order in which they were written
    release(rehearsal, "the four parts")
    ended(served, posted, "All four parts.")
    heard = str(sent(rehearsal)[-1]["body"]["messages"][-1])
    places = [heard.index(words) for _, words in added]
    assert places == sorted(places)


@pytest.mark.parity("Edit / delete", "match")
def test_an_edit_reaches_the_run_as_a_note(served: TagworkProcesses) -> None:
    # given a Run whose model is thinking
    rehearsal = served.rehearsal
    posted = thinking(served, "sum up Q2", reply="Q2 was 12.")

    # when its request is edited
    says(rehearsal, "Q3 was 15.")
    rehearsal.edit(posted.channel, posted.ts, "@tagwork sum up Q3 instead")
    rehearsal.wait_for("events_settled")
    release(rehearsal, "sum up Q2")

    # then it hears both texts before it ends
    ended(served, posted, "Q3 was 15.")
    assert "sum up Q3 instead" in str(sent(rehearsal)[-1]["body"]["messages"][-1])


@pytest.mark.parity("Edit / delete", "beat")
@pytest.mark.failure_mode(14)
def test_deleting_the_request_stops_the_run(served: TagworkProcesses) -> None:
    # given a Run in a thread under someone's message
    rehearsal = served.rehearsal
    root = rehearsal.post("ann", "sales", "numbers are in")
    posted = thinking(served, "tell me all", thread=root.ts)

    # when the request is deleted
    rehearsal.delete(posted.channel, posted.ts)

    # then the Run has ended, and its thread says why
    ended(served, root, "the request was deleted")
    assert last_run(served).status is State.STOPPED
    release(rehearsal, "tell me all")
    exit_code = served.command("audit", "verify").returncode
    assert exit_code == 0


@pytest.mark.parity("Reply footer", "match")
def test_thumbs_and_why_stand_under_an_answer(served: TagworkProcesses) -> None:
    # given an answer
    rehearsal = served.rehearsal
    says(rehearsal, "It is 12.")
    posted = rehearsal.post("ann", "sales", "@tagwork how many were there?")
    ended(served, posted, "It is 12.")
    run = last_run(served)

    # when Ann asks why, then she alone reads it
    at, why = message_with(rehearsal, posted, "tagwork:why")
    assert rehearsal.press("ann", posted.channel, at, why)["acknowledged"]
    assert whispered(rehearsal, f"#{run.number}: asked by ann")["args"]["user"] == "U0ANN000001"

    # when she does not like it, then she is asked what was wrong, and both are kept
    assert rehearsal.press("ann", posted.channel, at, "tagwork:feedback", value=f"bad:{run.id}")["acknowledged"]
    [modal] = until(lambda: rehearsal.modals("ann"), "a modal")
    rehearsal.submit("ann", modal["id"], {"typed": "it is 13"})
    [given] = until(
        lambda: [one for one in served.journal.read(lambda tx: feedback.of_run(tx, run.id)) if one.note], "the note"
    )
    assert (given.user_id, given.verdict, given.note) == ("U0ANN000001", "bad", "it is 13")


@pytest.mark.failure_mode(60)
def test_a_forged_button_does_nothing_and_says_so(served: TagworkProcesses) -> None:
    # given a Run whose model is thinking
    posted = thinking(served, "forged")
    run = last_run(served)

    # when someone sends a Stop for it from a message that we never posted
    served.rehearsal.press("ann", posted.channel, posted.ts, "tagwork:stop:1", value=run.id, forged=True)

    # then it goes on, and they are told
    whispered(served.rehearsal, "old message, or not one of mine")
    assert last_run(served).ended_at is None
    release(served.rehearsal, "forged")
    ended(served, posted, "Too late.")


def test_the_shortcut_asks_about_a_message_in_its_thread(served: TagworkProcesses) -> None:
    # given a message between people
    rehearsal = served.rehearsal
    talk = rehearsal.post("ben", "sales", "we ship on Friday the 13th")

    # when Ann points at it and says what she wants
    says(rehearsal, "That date is right.")
    assert rehearsal.shortcut("ann", "ask_about_message", channel=talk.channel, ts=talk.ts)["acknowledged"]
    [modal] = until(lambda: rehearsal.modals("ann"), "a modal")
    rehearsal.submit("ann", modal["id"], {"typed": "is that date right?"})

    # then it is answered in the thread of that message, which the model was shown as a quotation
    ended(served, talk, "That date is right.")
    asked = str(sent(rehearsal)[-1]["body"]["messages"])
    assert "we ship on Friday the 13th" in asked
    assert "is that date right?" in asked


def test_the_app_home_shows_what_is_under_way(served: TagworkProcesses) -> None:
    # given a Run whose model is thinking
    rehearsal = served.rehearsal
    posted = thinking(served, "for the home")
    number = last_run(served).number

    # when Ann opens the App Home, then it stands there
    rehearsal.control("POST", "/open_home", {"user": "ann", "tab": "home"})
    home = until(lambda: _home(rehearsal), "the home is published")
    assert f"#{number} for ann" in str(home)
    release(rehearsal, "for the home")
    ended(served, posted, "Too late.")


def _home(rehearsal: RehearsalProcess) -> object:
    return rehearsal.control("GET", "/home", {"user": "ann"}).get("view")


def replies_with(rehearsal: RehearsalProcess, name: str, arguments: Json) -> None:
    """Queue a reply of the model that uses one tool."""
    block = {"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": arguments}
    rehearsal.control("POST", "/claude/replies", {"content": [block], "stop_reason": "tool_use"})


@pytest.mark.failure_mode(51)
def test_the_stop_of_a_plan_stops_once_and_the_second_presser_hears_by_whom(served: TagworkProcesses) -> None:
    # given a Run that has laid out a plan and thinks about its first Step
    rehearsal = served.rehearsal
    rehearsal.control("POST", "/claude/holds", {"name": "planning", "match": "count the orders"})
    replies_with(rehearsal, "lay_out_plan", {"title": "Orders", "steps": [{"title": "Read"}, {"title": "Count"}]})
    says(rehearsal, "Too late.")
    posted = rehearsal.post("ann", "sales", "@tagwork count the orders by a plan")
    assert rehearsal.control("GET", "/claude/holds/planning", {"arrived": 1, "wait": SECONDS})["met"]
    rehearsal.control("POST", "/claude/holds", {"name": "planned"})
    rehearsal.control("POST", "/claude/holds/planning/release")
    assert rehearsal.control("GET", "/claude/holds/planned", {"arrived": 1, "wait": SECONDS})["met"]
    at, stop = waited_for(rehearsal, posted, "tagwork:stop")
    run = last_run(served)

    # when Ann presses it, and then presses what she still sees
    assert rehearsal.press("ann", posted.channel, at, stop)["acknowledged"]
    ended(served, posted, "Stopped by ann")
    rehearsal.press("ann", posted.channel, at, stop, value=run.id, forged=True)

    # then it was stopped once, she is told so, and the card has no Stop any more
    whispered(rehearsal, f"#{run.number} was already stopped by ann")
    until(lambda: not _found(rehearsal, posted, "tagwork:stop"), "a card without Stop")
    rehearsal.control("POST", "/claude/holds/planned/release")


def test_a_question_is_answered_by_a_colleagues_button(served: TagworkProcesses) -> None:
    # given a Run that asks which quarter
    rehearsal = served.rehearsal
    replies_with(rehearsal, "ask_people", {"question": "Which quarter?", "choices": ["Q2", "Q3"], "default": 1})
    says(rehearsal, "Q3 was 15.")
    posted = rehearsal.post("ann", "sales", "@tagwork sum up the quarter that matters")
    at, _ = waited_for(rehearsal, posted, "tagwork:answer")

    # when Ben presses the second choice
    choices = [name for name in _actions(_message(rehearsal, posted, at)["blocks"]) if "answer" in name]
    assert rehearsal.press("ben", posted.channel, at, choices[1])["acknowledged"]

    # then the Run goes on with it, and the question says who chose what
    ended(served, posted, "Q3 was 15.")
    assert "ben answered: Q3" in str(sent(rehearsal)[-1]["body"]["messages"][-1])
    until(lambda: "ben chose" in str(_message(rehearsal, posted, at)), "the question says who chose")


def waited_for(rehearsal: RehearsalProcess, posted: Posted, action: str) -> tuple[str, str]:
    """Wait for a message of ours with such an action_id; return its ts and the action_id."""
    until(lambda: _found(rehearsal, posted, action), f"a message with {action}")
    return message_with(rehearsal, posted, action)


def _message(rehearsal: RehearsalProcess, posted: Posted, at: str) -> Json:
    return next(one for one in rehearsal.thread(posted.channel, posted.ts) if one["ts"] == at)


def _found(rehearsal: RehearsalProcess, posted: Posted, action: str) -> tuple[str, str] | None:
    try:
        return message_with(rehearsal, posted, action)
    except AssertionError:
        return None
