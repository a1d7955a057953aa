"""What people add, edit or delete while a Run is under way reaches it, or ends it."""

import pytest

from agents.runs.life import State
from tests.given.replies import says, sent
from tests.given.steering import SECONDS, ended, last_run, release, thinking
from tests.given.tagwork import TagworkProcesses, answers_in


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
