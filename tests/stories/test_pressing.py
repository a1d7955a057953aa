"""Commands, buttons, the shortcut and the App Home: over the wire, with Slack's own payloads."""

import pytest

from agents.journal import feedback
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import says, sent
from tests.given.steering import (
    actions_in,
    ended,
    last_run,
    message_at,
    message_with,
    release,
    replies_with,
    thinking,
    waited_for,
    whispered,
)
from tests.given.tagwork import TagworkProcesses
from tests.given.waiting import until


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


def test_a_question_is_answered_by_a_colleagues_button(served: TagworkProcesses) -> None:
    # given a Run that asks which quarter
    rehearsal = served.rehearsal
    replies_with(rehearsal, "ask_people", {"question": "Which quarter?", "choices": ["Q2", "Q3"], "default": 1})
    says(rehearsal, "Q3 was 15.")
    posted = rehearsal.post("ann", "sales", "@tagwork sum up the quarter that matters")
    at, _ = waited_for(rehearsal, posted, "tagwork:answer")

    # when Ben presses the second choice
    choices = [name for name in actions_in(message_at(rehearsal, posted, at)["blocks"]) if "answer" in name]
    assert rehearsal.press("ben", posted.channel, at, choices[1])["acknowledged"]

    # then the Run goes on with it, and the question says who chose what
    ended(served, posted, "Q3 was 15.")
    assert "ben answered: Q3" in str(sent(rehearsal)[-1]["body"]["messages"][-1])
    until(lambda: "ben chose" in str(message_at(rehearsal, posted, at)), "the question says who chose")


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
    assert f"#{number} in " in str(home)
    release(rehearsal, "for the home")
    ended(served, posted, "Too late.")


def _home(rehearsal: RehearsalProcess) -> object:
    return rehearsal.control("GET", "/home", {"user": "ann"}).get("view")
