"""People stop what is under way: with Slack's own Stop, a word, a reaction, a command, or a plan's button."""

import time

import pytest

from agents.runs.life import State
from tests.given.replies import says
from tests.given.steering import (
    SECONDS,
    ended,
    found_with,
    last_run,
    release,
    replies_with,
    thinking,
    waited_for,
    whispered,
)
from tests.given.tagwork import TagworkProcesses, answers_in
from tests.given.waiting import until

STOPS = 20
TOLD_WITHIN = 3.0
"""Seconds within which 19 of 20 Stops must be told in the thread: the parity list's row."""


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
    until(lambda: not found_with(rehearsal, posted, "tagwork:stop"), "a card without Stop")
    rehearsal.control("POST", "/claude/holds/planned/release")
