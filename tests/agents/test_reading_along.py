"""Where a channel reads along: what nobody addressed is read, mostly passed over, and never acted on."""

from collections.abc import Sequence

import pytest
from sqlalchemy import insert, select, update

from agents.audit.events import Event
from agents.clock import Clock
from agents.engine.charging import spender_of
from agents.explaining import why
from agents.journal import audit, content, runs, usage
from agents.journal.inputs import INPUTS
from agents.journal.runs import RUNS
from agents.journal.workspaces import NUMBERS
from agents.posts import Became
from agents.reading_along import PAUSED_AFTER, paused, silence_in, unasked_may
from agents.runs.life import State
from agents.status import in_channel
from tests.given.engines import Engine
from tests.given.policies_in_force import put_in_force
from tests.given.rehearsal import Posted
from tests.given.replies import last_sent, proposes, says, sent
from tests.given.time import move
from tests.given.workers import another_room

READING = """
tagwork: policy/1
default:
  settings: {reply_mode: read_along}
  rules:
    - {id: own-run, verdict: allow, tools: ["*"], reaches: [run]}
    - {id: read-in-place, verdict: allow, tools: ["*"], effects: [read], reaches: [thread]}
    - {id: read-near, verdict: ask, tools: [read_channel]}
    - {id: post, verdict: allow, tools: [post_message]}
"""


def overheard(engine: Engine, text: str, user: str = "ann", thread: str | None = None) -> tuple[Posted, str]:
    """Have someone write what is for others; return the message and the id of the Run that reads it."""
    posted, receipt = engine.says(user, text, addressed=False, thread=thread)
    became = engine.judged(receipt)
    assert became.became is Became.OVERHEARD
    return posted, became.run_id


def seen(engine: Engine, posted: Posted) -> Sequence[object]:
    """Return whatever people could see of us at a message: posts, marks and signs."""
    shown = ("agents.sessions.setStatus", "reactions.add", "chat.postMessage", "chat.postEphemeral", "chat.startStream")
    return [*engine.messages(posted), *(one for name in shown for one in engine.rehearsal.calls(name))]


def test_what_needs_no_word_is_passed_over_unseen_and_the_trail_and_why_say_so(engine: Engine) -> None:
    # given a channel that is read along
    put_in_force(engine, READING)

    # when someone writes what needs no answer
    says(engine.rehearsal, "SILENT: small talk")
    posted, run_id = overheard(engine, "good morning everyone")
    engine.work()

    # then the model was told that nobody addressed it, and nobody sees anything
    assert "Nobody addressed you" in last_sent(engine.rehearsal)
    run = engine.run(run_id)
    assert (run.status, run.cause) == (State.SILENT, "model")
    assert seen(engine, posted) == []
    # and the trail says that it was silent, and who asks why is told
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    assert [one.event for one in lines][-1] == Event.RUN_SILENT
    told = engine.journal.read(lambda tx: why(tx, run))
    assert "nobody asked. I read along what ann wrote" in told
    assert "silent: small talk" in told


def test_what_helps_is_said_once_in_the_thread_and_says_that_nobody_asked(engine: Engine) -> None:
    # given a channel that is read along
    put_in_force(engine, READING)

    # when someone states a need that it can meet
    says(engine.rehearsal, "The Q3 figures are in the file that Ben posted on Monday.")
    posted, run_id = overheard(engine, "does anyone know where the Q3 figures are?")
    engine.work()

    # then it answers there, with where that came from, on nobody's account
    run = engine.run(run_id)
    assert run.status is State.DONE
    [spent] = engine.journal.read(lambda tx: usage.summed(tx, run.workspace_id, "person", 0))
    assert (spent["of"], spent["runs"]) == ("", 1)
    assert engine.journal.read(lambda tx: spender_of(tx, run)).person == ""
    assert engine.answers(posted) == ["The Q3 figures are in the file that Ben posted on Monday."]
    assert "nobody asked: I read along here" in str(engine.messages(posted)[-1]["blocks"])

    # when someone goes on in that thread, that is a request like any other
    says(engine.rehearsal, "You are welcome.")
    _, reply = engine.says("ben", "thanks, and who made them?", thread=posted.ts, addressed=False)
    assert engine.judged(reply).became is Became.STARTED
    engine.work()
    assert engine.answers(posted)[-1] == "You are welcome."


def test_it_is_offered_only_what_reads_near_and_asks_nobody_for_a_yes(engine: Engine) -> None:
    # given a channel that is read along, in which posting is allowed and reading the channel asks
    put_in_force(engine, READING)

    # when it would do both for what nobody asked
    proposes(
        engine.rehearsal,
        ("post_message", {"channel": "C0GENERAL01", "text": "hello"}),
        ("read_channel", {}),
        saying="I will tell everyone.",
    )
    says(engine.rehearsal, "SILENT: I may not")
    posted, run_id = overheard(engine, "someone should tell #general")
    engine.work()

    # then neither was offered to change anything nor asked for, both were denied, and nobody saw it try
    offered = {tool["name"] for tool in sent(engine.rehearsal)[0]["body"]["tools"]}
    catalogue = engine.room.catalogue.tools
    assert offered == {name for name in offered if unasked_may(catalogue[name])}
    assert {"ask_people", "lay_out_plan", "post_message"}.isdisjoint(offered)
    assert "read_channel" in offered
    assert [(one.tool, one.decision) for one in engine.calls(run_id)] == [
        ("post_message", "deny"),
        ("read_channel", "deny"),
    ]
    assert seen(engine, posted) == []


def test_someone_who_asks_in_its_thread_is_answered_in_the_place_of_its_silence(engine: Engine) -> None:
    # given a message that is being read along
    put_in_force(engine, READING)
    posted, run_id = overheard(engine, "who has the figures?")

    # when someone mentions it there before it has come to a word
    says(engine.rehearsal, "Here they are.")
    _, receipt = engine.says("ben", "can you help ann?", thread=posted.ts)
    asked = engine.judged(receipt)
    engine.work()

    # then that request is worked, and the other one says nothing more
    assert asked.became is Became.STARTED
    assert (engine.run(run_id).status, engine.run(run_id).cause) == (State.SILENT, "asked")
    assert engine.run(asked.run_id).status is State.DONE
    assert engine.answers(posted) == ["Here they are."]
    assert "silent: someone asked me in its thread" in engine.journal.read(lambda tx: why(tx, engine.run(run_id)))


def test_what_comes_in_its_thread_while_it_reads_is_read_with_it(engine: Engine) -> None:
    # given a message that is being read along
    put_in_force(engine, READING)
    posted, run_id = overheard(engine, "who has the figures?")

    # when someone answers before it was read
    says(engine.rehearsal, "SILENT: ben has answered")
    _, receipt = engine.says("ben", "I do, in the drive", thread=posted.ts, addressed=False)
    joined = engine.judged(receipt)
    engine.work()

    # then one Run read both
    assert (joined.became, joined.run_id) == (Became.OVERHEARD, run_id)
    assert "I do, in the drive" in last_sent(engine.rehearsal)
    assert len(sent(engine.rehearsal)) == 1


@pytest.mark.parametrize(
    ("text", "mode"),
    [("good morning", "follow"), ("good morning", "mention")],
)
def test_elsewhere_what_nobody_addressed_is_nobodys_business(engine: Engine, text: str, mode: str) -> None:
    put_in_force(engine, READING.replace("read_along", mode))
    _, receipt = engine.says("ann", text, addressed=False)
    assert receipt.became is Became.NOT_OURS


def test_of_whoever_may_not_ask_nothing_is_read_or_kept(engine: Engine) -> None:
    # given a channel that is read along, in which only admins may ask
    put_in_force(engine, READING.replace("read_along}", "read_along, asking: {members: false}}"))

    # when someone else writes there
    posted, receipt = engine.says("ann", "good morning", addressed=False)
    assert engine.judged(receipt).became is Became.REFUSED
    engine.work()

    # then no model is asked, its words are gone, and nobody is told anything
    assert sent(engine.rehearsal) == []
    [one] = engine.journal.read(lambda tx: tx.rows(select(INPUTS.c.content_id, INPUTS.c.standing)))
    assert one["standing"] == "refused"
    kept = engine.journal.read(lambda tx: content.item(tx, one["content_id"]))
    assert kept is not None
    assert kept.body is None
    assert seen(engine, posted) == []


def test_trouble_money_and_time_end_it_without_a_word(engine: Engine, clock: Clock) -> None:
    # given a channel that is read along with no money left
    put_in_force(engine, READING.replace("read_along}", "read_along, budget: {day_usd: 0}}"))
    posted, run_id = overheard(engine, "hm")
    engine.work()

    # then it does not wait for money
    assert (engine.run(run_id).status, engine.run(run_id).cause) == (State.SILENT, "budget")

    # given money, and a worker that comes late
    put_in_force(engine, READING)
    late, late_id = overheard(engine, "anyone?")
    move(clock, 700)
    engine.work()

    # then it says nothing to what was said ten minutes ago
    assert (engine.run(late_id).status, engine.run(late_id).cause) == (State.SILENT, "late")

    # given a model that breaks for good
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "unauthenticated", "count": 1})
    broken, broken_id = overheard(engine, "anyone at all?")
    engine.work()

    # then nobody is told
    assert engine.run(broken_id).status is State.SILENT
    assert [seen(engine, one) for one in (posted, late, broken)] == [[], [], []]


def test_a_worker_that_is_lost_while_it_reads_is_taken_over_and_its_thread_is_left_alone(engine: Engine) -> None:
    # given a message that was being read along by a worker that is gone
    put_in_force(engine, READING)
    posted, run_id = overheard(engine, "good morning")
    gone = another_room(engine)
    took = gone.journal.write(lambda tx: runs.claim(tx, run_id, gone.claims.owner, 1))
    assert took is not None
    move(engine.journal.database.clock, 60)

    # when another takes it over, and the model has nothing to say
    says(engine.rehearsal, "SILENT: small talk")
    engine.work()

    # then it is silent, nothing is due any more, and the thread is never looked at
    run = engine.run(run_id)
    assert (run.status, run.lost_lease) == (State.SILENT, True)
    assert engine.journal.read(lambda tx: tx.value(select(RUNS.c.look_after_at).where(RUNS.c.id == run_id))) is None
    assert seen(engine, posted) == []


def test_it_stops_listening_where_it_never_has_anything_to_say(engine: Engine) -> None:
    # given a channel in which all that was read along ended in silence, one short of the bound
    put_in_force(engine, READING)
    says(engine.rehearsal, "SILENT: nothing", times=2)
    _, run_id = overheard(engine, "one")
    engine.work()
    one = engine.run(run_id)
    states = [State.SILENT] * (PAUSED_AFTER - 1)
    assert not paused(states)
    assert paused([*states, State.SILENT])
    assert not paused([*states, State.DONE])

    # then status tells how it goes
    told = engine.journal.read(lambda tx: in_channel(tx, one.workspace_id, one.channel))
    assert "I read along, and had nothing to say to the last message." in told


def test_after_a_hundred_silences_a_channel_is_read_again_only_once_someone_was_answered(engine: Engine) -> None:
    # given a channel in which the last hundred messages that were read along ended in silence
    put_in_force(engine, READING)
    says(engine.rehearsal, "SILENT: nothing")
    _, run_id = overheard(engine, "one")
    engine.work()
    one = engine.run(run_id)
    with engine.journal.database.engine.begin() as connection:
        row = connection.execute(select(RUNS).where(RUNS.c.id == run_id)).mappings().one()
        more = [{**row, "id": f"{number:032d}", "number": 1_000 + number} for number in range(PAUSED_AFTER - 1)]
        connection.execute(insert(RUNS), more)
        connection.execute(update(NUMBERS).values(next=2_000))

    # when someone writes, then nobody listens, and status says so
    _, receipt = engine.says("ann", "two", addressed=False)
    assert receipt.became is Became.NOT_OURS
    told = engine.journal.read(lambda tx: in_channel(tx, one.workspace_id, one.channel))
    assert "I read along 100 messages in a row and had nothing to say, so I paused. Mention me to go on." in told

    # when a mention was answered, then it listens again
    says(engine.rehearsal, "Here I am.")
    engine.asks("ben", "are you there?")
    engine.work()
    _, receipt = engine.says("ann", "three", addressed=False)
    assert engine.judged(receipt).became is Became.OVERHEARD


@pytest.mark.parametrize(
    ("text", "why_silent"),
    [
        ("SILENT: small talk", "small talk"),
        ("  **silent: small talk**", "small talk"),
        ("Here is what I think.\nSILENT: better not", "better not"),
        ("SILENT:", "it gave no reason"),
        (" \n", "it said nothing"),
        ("The file is silent: it has no sound.", None),
        ("Ben has it.", None),
    ],
)
def test_silence_is_told_from_an_answer(text: str, why_silent: str | None) -> None:
    assert silence_in(text) == why_silent
