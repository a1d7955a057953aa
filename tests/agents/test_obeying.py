"""Commands are answered to one person, without a model, about this channel and no other."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from agents.journal import content, deliveries, threads
from agents.journal.transaction import Journal, Transaction
from agents.messages import Message
from agents.posts import Author, Became
from agents.runs.life import State
from tests.given.engines import Engine, an_engine
from tests.given.orders import an_order
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import says, sent, uses
from tests.given.time import move

ANN, BEN = "U0ANN000001", "U0BEN000001"


def orders(engine: Engine, text: str, *, user: str = ANN, channel: str = "C0SALES0001") -> str | None:
    """Give `/tagwork text`; None: the surface must be asked something first."""
    answer = engine.intake.ordered(an_order(engine, text, user=user, channel=channel))
    return answer.markdown if isinstance(answer, Message) else None


def answers(engine: Engine, text: str, **more: str) -> str:
    """Return what a command of someone we know is answered."""
    words = orders(engine, text, **more)
    assert words is not None
    return words


def test_status_names_what_runs_here_and_what_ended_last(engine: Engine) -> None:
    # given a Run that is done, one that waits for a worker, and one in another channel
    says(engine.rehearsal, "12.")
    engine.asks("ann", "how many orders?")
    engine.work()
    engine.asks("ann", "and now?")
    engine.asks("ann", "money?", channel="general")

    # when asked how things stand, then both of this channel are named, and nothing of the other
    words = answers(engine, "status")
    assert "- #2 for ann" in words
    assert "waits for a free worker" in words
    assert "- #1 for ann: done after" in words
    assert "#3" not in words
    assert len(sent(engine.rehearsal)) == 1


def test_stop_without_a_number_stops_the_one_run_of_the_channel_and_lists_several(engine: Engine) -> None:
    # given two Runs
    _, first = engine.asks("ann", "the first")
    _, second = engine.asks("ann", "the second")

    # when told to stop, then it asks which one; a number says so
    assert "/tagwork stop #1" in answers(engine, "stop")
    assert answers(engine, "stop #1") == "Stopped #1."
    assert engine.run(first.id).status is State.STOPPED

    # when one is left, then no number is needed
    assert answers(engine, "abbrechen") == "Stopped #2."
    assert engine.run(second.id).status is State.STOPPED
    assert answers(engine, "stop") == "Nothing runs here."
    engine.work()


def test_a_run_of_another_channel_is_neither_stopped_nor_explained(engine: Engine) -> None:
    # given a Run in #general
    _, run = engine.asks("ann", "money?", channel="general")

    # when its number is named in #sales, then there is no such thing
    for command in ("stop #1", "audit #1"):
        assert "There is no #1 in this channel" in answers(engine, command)
    assert engine.run(run.id).status is State.QUEUED


@pytest.mark.parity("Says what blocked it", "match")
def test_audit_tells_every_decision_with_its_rule(engine: Engine) -> None:
    # given a Run whose tool was denied
    uses(engine.rehearsal, ("mail", "everyone"))
    says(engine.rehearsal, "I may not.")
    engine.asks("ann", "mail it to everyone")
    engine.work()

    # when asked why, then the rule and the reason stand there
    words = answers(engine, "audit")
    assert "- mail: denied by rule" in words
    assert "2 model calls" in words


def test_someone_unknown_is_asked_for_before_anything_is_answered(engine: Engine) -> None:
    # given someone whom the surface was never asked about, then no answer yet, and nothing acted
    _, run = engine.asks("ann", "hello")
    assert orders(engine, "stop #1", user=BEN) is None
    assert engine.run(run.id).status is State.QUEUED

    # when the surface has said who they are, then the same judgement holds as for messages
    person = engine.place.surface.person(engine.rehearsal.team_id, BEN, seconds=10)
    engine.intake.met(engine.rehearsal.app_id, engine.rehearsal.team_id, person)
    assert "Only ann" in answers(engine, "stop #1", user=BEN)


@pytest.mark.failure_mode(49)
def test_a_guest_orders_nothing(engine: Engine) -> None:
    # given a guest whom we know
    guest = engine.place.surface.person(engine.rehearsal.team_id, "U0GUS000001", seconds=10)
    engine.intake.met(engine.rehearsal.app_id, engine.rehearsal.team_id, guest)

    # when they order something, then they get the guests' sentence
    assert "guest accounts" in answers(engine, "status", user="U0GUS000001")


def test_wrong_words_name_the_nearest_command(engine: Engine) -> None:
    engine.asks("ann", "hello")
    assert "Did you mean `/tagwork status`" in answers(engine, "statsu")


@pytest.mark.failure_mode(39)
def test_the_same_words_after_a_mention_are_answered_privately(engine: Engine) -> None:
    # given a thread with a Run
    says(engine.rehearsal, "Hello.")
    posted, run = engine.asks("ann", "hello")
    engine.work()
    asked = len(sent(engine.rehearsal))

    # when someone writes "@tagwork status" in it, and alone in the channel
    in_thread = engine.says("ann", "status", thread=posted.ts)
    alone = engine.says("ann", "Help!")
    assert {receipt.became for _, receipt in (in_thread, alone)} == {Became.COMMAND}
    engine.work()

    # then both are told to them alone, the first in its thread, the second in the channel, and no model was asked
    told = engine.rehearsal.calls("chat.postEphemeral")
    assert [(one["args"]["user"], one["args"].get("thread_ts")) for one in told] == [(ANN, posted.ts), (ANN, None)]
    assert f"#{run.number} for ann: done" in told[0]["args"]["text"]
    assert len(sent(engine.rehearsal)) == asked


def test_a_command_of_someone_unknown_is_carried_out_once_they_are_known(engine: Engine) -> None:
    # given someone new who writes "@tagwork status"
    _, receipt = engine.says("ben", "status")
    assert receipt.became is Became.UNJUDGED

    # when the surface has said who they are, then they are answered, alone
    assert engine.judged(receipt).became is Became.COMMAND
    table = deliveries.DELIVERIES

    def read(tx: Transaction) -> list[tuple[str, str]]:
        rows = tx.rows(select(table.c.user_id, table.c.content_id).where(table.c.kind == "private"))
        return [(row["user_id"], content.body_of(tx, row["content_id"]).decode()) for row in rows]

    assert engine.journal.read(read) == [(BEN, "Nothing runs here.")]


@pytest.mark.parity("Follow without mention", "match")
def test_a_reply_after_the_end_goes_on_unless_it_addresses_someone_else(engine: Engine) -> None:
    # given a thread whose Run is done
    says(engine.rehearsal, "Hello.", times=2)
    posted, _ = engine.asks("ann", "hello")
    engine.work()

    # when a reply begins by addressing Ben, then it is theirs
    aside = engine.rehearsal.post("ann", "sales", "@ben what do you think?", thread_ts=posted.ts)
    post = engine.post_of(aside, "@ben what do you think?", addressed=False)
    assert engine.intake.receive(replace(post, to_another=True)).became is Became.NOT_OURS

    # when it does not, then it is the next request
    assert engine.says("ann", "thanks, and the South?", thread=posted.ts, addressed=False)[1].became is Became.STARTED
    engine.work()


@pytest.mark.parity("Follow without mention", "beat")
def test_a_reply_after_weeks_and_a_restart_goes_on_without_a_mention(engine: Engine, tmp_path: Path) -> None:
    # given a thread whose Run has been done for three weeks, of which what is swept was swept
    says(engine.rehearsal, "Hello.")
    posted, first = engine.asks("ann", "hello")
    engine.work()
    move(engine.journal.database.clock, 21 * 86_400)
    engine.journal.write(threads.forget_old_posts)

    # when someone replies without a mention, to a process that has just started
    restarted = an_engine(engine.journal, engine.rehearsal, tmp_path / "restarted")
    says(engine.rehearsal, "Still here.")
    receipt = restarted.judged(restarted.says("ann", "are you there?", thread=posted.ts, addressed=False)[1])
    restarted.work()

    # then that is the thread's next request, and it is answered
    assert receipt.became is Became.STARTED
    assert restarted.run(receipt.run_id).thread_id == first.thread_id
    assert [text.partition("\n")[0] for text in restarted.answers(posted)] == ["Hello.", "Still here."]
    restarted.close()


@pytest.mark.failure_mode(12)
def test_a_bots_reply_after_the_end_starts_nothing(engine: Engine) -> None:
    # given a thread whose Run is done
    says(engine.rehearsal, "Hello.")
    posted, _ = engine.asks("ann", "hello")
    engine.work()

    # when another app answers in it, then nothing begins
    reply = engine.rehearsal.post("ann", "sales", "deployed", thread_ts=posted.ts)
    post = engine.post_of(reply, "deployed", addressed=False)
    by_a_bot = replace(post, author=Author("", engine.rehearsal.team_id, bot_id="B0OTHERBOT1"))
    assert engine.intake.receive(by_a_bot).became is Became.NOT_OURS


@pytest.mark.parity("Follow without mention", "match")
def test_a_reply_is_nothing_after_the_end_where_a_mention_is_asked_for(
    journal: Journal, shared_rehearsal: RehearsalProcess, tmp_path: Path
) -> None:
    # given a Tagwork whose setting asks for a mention, and a thread whose Run is done
    engine = an_engine(journal, shared_rehearsal, tmp_path / "home", REPLY_MODE="mention")
    says(engine.rehearsal, "Hello.", times=2)
    posted, _ = engine.asks("ann", "hello")
    engine.work()

    # when someone replies without one, then it is theirs; with one, it is the next request
    assert engine.says("ann", "thanks", thread=posted.ts, addressed=False)[1].became is Became.NOT_OURS
    assert engine.says("ann", "and the South?", thread=posted.ts)[1].became is Became.STARTED
    engine.work()
    engine.close()
