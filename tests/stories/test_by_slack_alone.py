"""From a fresh install an admin needs Slack alone: a channel, a tool for a group, a limit, in fewer than ten orders."""

import json
import time
from collections.abc import Iterator

import pytest

from agents.journal import runs
from agents.runs.life import State
from tests.given.rehearsal import Json, Posted, RehearsalProcess
from tests.given.replies import proposes, says
from tests.given.steering import actions_in, ended, last_run, waited_for, whispered
from tests.given.tagwork import TagworkProcesses, answers_in, tagwork
from tests.given.waiting import until

GENERAL = "C0GENERAL01"
SET_UP = (
    "policy preset careful",
    "off in workspace",
    "on in #general",
    "allow set_topic for @sales-team in #general",
    "budget 5 USD a day in #general",
)
"""What an admin types. Ann and Ben are of the sales team, Chloe is not."""
IN_AN_EMERGENCY = ("freeze", "thaw")
LOOKS = ("budget",)
MOST_SECONDS = 5.0
"""From a freeze until what was under way has been broken off (AUTHZ-18)."""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TagworkProcesses]:
    """A Tagwork whose workspace was never set up, then set up by an admin's commands."""
    home = tmp_path_factory.mktemp("fresh")
    with RehearsalProcess.start() as rehearsal, tagwork(rehearsal, home) as made:
        rehearsal.limits(1_000)
        for version, command in enumerate(SET_UP, 1):
            rehearsal.command("adam", "general", "/tagwork", command)
            shown = told_adam(rehearsal, "Not saved yet", ":save:")
            assert rehearsal.press("adam", "general", shown["ts"], action_of(shown, ":save:"))["acknowledged"]
            told_adam(rehearsal, f"version {version} ")
        yield made


def told_adam(rehearsal: RehearsalProcess, containing: str, action: str = "") -> Json:
    """Wait until the last thing that Adam alone was told has these words, and something to press where wanted."""

    def found() -> Json:
        told = [one for one in rehearsal.visible(GENERAL) if one.get("shown_to") == "U0ADAM00001"]
        last = told[-1] if told else {}
        return last if containing in json.dumps(last, ensure_ascii=False) and action_of(last, action) else {}

    return until(found, f"Adam is told {containing}")


def action_of(message: Json, containing: str) -> str:
    """Return the first action of a message that contains this; anything where nothing is wanted."""
    named = [one for one in actions_in(message.get("blocks", [])) if containing in one]
    return named[0] if named else "" if containing else "none"


def topic(served: TagworkProcesses) -> str:
    """Return the topic that Rehearsal has for #general."""
    made = [one["args"]["topic"] for one in served.rehearsal.calls("conversations.setTopic") if one["took_effect"]]
    return str(made[-1]) if made else ""


def wants_topic(served: TagworkProcesses, user: str, words: str) -> Posted:
    """Have someone ask for a topic, and the model propose it."""
    served.rehearsal.control("DELETE", "/claude/replies")
    proposes(served.rehearsal, ("set_topic", {"topic": words}))
    says(served.rehearsal, f"Done with {words}.", times=3)
    return served.rehearsal.post(user, "general", f"@tagwork make {words} the topic")


def test_it_takes_fewer_than_ten_commands() -> None:
    # given all that is typed, when counted, then it is fewer than ten
    assert len(SET_UP) + len(IN_AN_EMERGENCY) + len(LOOKS) < 10


def test_only_the_channel_that_is_on_answers(fresh: TagworkProcesses) -> None:
    # given a workspace that is off but for #general, when Ann asks in #sales, then no model is asked, and she reads why
    before = len(fresh.rehearsal.control("GET", "/claude/requests")["requests"])
    posted = fresh.rehearsal.post("ann", "sales", "@tagwork what was said here?")
    until(lambda: any("not set up" in one for one in answers_in(fresh.rehearsal, posted)), "it says so")
    assert len(fresh.rehearsal.control("GET", "/claude/requests")["requests"]) == before


def test_whoever_is_of_the_group_may_and_whoever_is_not_may_not(fresh: TagworkProcesses) -> None:
    # given that the sales team may set the topic, when Ann of it asks, then it is set, and nobody is asked
    posted = wants_topic(fresh, "ann", "Q3")
    ended(fresh, posted, "Done with Q3.")
    assert topic(fresh) == "Q3"
    assert not [one for one in actions_in(fresh.rehearsal.thread(GENERAL, posted.ts)) if "approve" in one]

    # when Chloe asks, who is not, then it waits for an admin; her own yes does not count
    posted = wants_topic(fresh, "chloe", "Chloe")
    at, action = waited_for(fresh.rehearsal, posted, "tagwork:approve:")
    assert "may I use set_topic here?" in json.dumps(fresh.rehearsal.thread(GENERAL, posted.ts))
    assert fresh.rehearsal.press("chloe", "general", at, action)["acknowledged"]
    assert whispered(fresh.rehearsal, "You are not among those")["args"]["user"] == "U0CHLOE0001"
    assert topic(fresh) == "Q3"

    # and when Adam refuses, then it was never set
    assert fresh.rehearsal.press("adam", "general", at, action.replace("approve", "refuse").replace("10", "12"))
    ended(fresh, posted, "Done with Chloe.")
    assert topic(fresh) == "Q3"


@pytest.mark.requirement("AUTHZ-18")
def test_a_freeze_breaks_off_what_runs_within_seconds_and_a_thaw_lets_it_go_on(fresh: TagworkProcesses) -> None:
    # given a model that writes, word by word, for a minute
    rehearsal = fresh.rehearsal
    rehearsal.control("DELETE", "/claude/replies")
    rehearsal.control("PUT", "/claude/settings", {"speed_ms": 150})
    says(rehearsal, " ".join(f"word{number}" for number in range(400)))
    posted = rehearsal.post("ben", "general", "@tagwork write a lot")
    until(lambda: last_run(fresh).status is State.WORKING, "it is under way")
    run_id = last_run(fresh).id

    def held_by() -> str | None:
        run = fresh.journal.read(lambda tx: runs.by_id(tx, run_id))
        assert run is not None
        return run.lease_owner

    until(held_by, "a worker has it")

    # when Adam types one command, then no worker has it any more within five seconds, and the thread says why it waits
    rehearsal.command("adam", "general", "/tagwork", IN_AN_EMERGENCY[0])
    frozen = time.monotonic()
    until(lambda: held_by() is None, "it was broken off")
    assert time.monotonic() - frozen < MOST_SECONDS
    until(lambda: any("I go on by myself" in one for one in answers_in(rehearsal, posted)), "the thread is told")

    # when he thaws it, then it goes on by itself
    rehearsal.control("PUT", "/claude/settings", {"speed_ms": 0})
    rehearsal.control("DELETE", "/claude/replies")
    says(rehearsal, "Short, then.")
    rehearsal.command("adam", "general", "/tagwork", IN_AN_EMERGENCY[1])
    ended(fresh, posted, "Short, then.")


def test_what_may_be_spent_is_told_in_words(fresh: TagworkProcesses) -> None:
    # given the limit, when anyone asks for it, then it is told with whose word it is
    fresh.rehearsal.command("adam", "general", "/tagwork", LOOKS[0])
    assert "this channel's budget of US$ 5.00 a day (channel)" in json.dumps(told_adam(fresh.rehearsal, "5.00"))
