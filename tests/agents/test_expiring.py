"""What people wrote goes when its days are over; the trail keeps what happened, and holds (E25)."""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from agents.audit.verify import verify
from agents.engine.advance import advance
from agents.expiring import Expired, expire, would_expire
from agents.journal import audit, retention, workspaces
from agents.journal.audit import EVENTS
from agents.journal.content import CHUNKS, CONTENT
from agents.journal.transaction import Journal
from agents.policy.from_settings import NOTHING
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.policies_in_force import put_in_force
from tests.given.rehearsal import FileToPost
from tests.given.replies import says
from tests.given.time import move

DAY = 86_400
SALES = FileToPost("sales.csv", b"region,sales,target\nNorth,90,100\nSouth,120,110\n", "text/csv")
POLICY = """
tagwork: policy/1
default:
  rules: [{id: reads, verdict: allow, tools: ["*"], effects: [read], reaches: [run, thread]}]
"""


def texts(journal: Journal) -> int:
    """How many pieces of Content are there still, of any kind that somebody or something wrote."""
    kinds = CONTENT.c.kind.not_in(retention.SHARED)
    statement = select(func.count()).select_from(CHUNKS.join(CONTENT, CONTENT.c.id == CHUNKS.c.content_id)).where(kinds)
    return int(journal.read(lambda tx: tx.value(statement)))


def holds(journal: Journal) -> bool:
    return journal.read(lambda tx: verify(tx, workspaces.every(tx)[0].id)).holds


def counted(journal: Journal) -> Expired:
    return journal.read(lambda tx: would_expire(tx, workspaces.every(tx)[0].id, NOTHING))


@pytest.mark.law("E25")
def test_after_its_days_nothing_is_left_of_what_was_said_and_the_trail_still_holds(engine: Engine) -> None:
    # given a Run that was answered from a file, with a plan, and a file that was read for it
    _, run = engine.asks("ann", "which region missed its target?", files=[SALES])
    engine.work()
    assert engine.run(run.id).status is State.DONE
    lines = len(journal_lines(engine.journal))

    # when 29 days have passed, then nothing goes
    move(engine.journal.database.clock, 29 * DAY)
    assert expire(engine.journal, NOTHING, actor="operator:x") == Expired()

    # when 31 have, then a count says what would go and touches nothing
    move(engine.journal.database.clock, 31 * DAY)
    before, would = texts(engine.journal), counted(engine.journal)
    assert (would.runs, would.lines, texts(engine.journal)) == (1, 0, before)

    # when it is erased, then exactly that went, no word is left, the rows and their trail stand, and it holds
    gone = expire(engine.journal, NOTHING, actor="operator:x")
    assert (gone, texts(engine.journal)) == (would, 0)
    assert engine.run(run.id).status is State.DONE
    assert len(journal_lines(engine.journal)) > lines
    assert holds(engine.journal)
    assert expire(engine.journal, NOTHING, actor="operator:x") == Expired()


@pytest.mark.law("E25")
def test_a_run_that_has_not_ended_keeps_everything_however_old_it_is(engine: Engine) -> None:
    # given a Run whose model is to be asked once more, and a file that it has read
    _, run = engine.asks("ann", "which region missed its target?", files=[SALES])
    assert advance(engine.room)
    before = texts(engine.journal)

    # when its days are over while it has not ended
    move(engine.journal.database.clock, 31 * DAY)
    expire(engine.journal, NOTHING, actor="operator:x")

    # then nothing of it has gone, and it can be finished
    assert texts(engine.journal) == before
    engine.work()
    assert engine.run(run.id).ended_at is not None


def test_a_channel_may_keep_for_less_long_than_its_workspace(engine: Engine) -> None:
    # given a channel where words are kept for two days, and two answered requests
    put_in_force(engine, POLICY + "channels: {C0SALES0001: {settings: {retention: {content: 2d}}}}")
    answered = {}
    for channel in ("sales", "general"):
        says(engine.rehearsal, "Fine.")
        answered[channel] = engine.asks("ann", "how are you?", channel=channel)[1]
        engine.work()

    # when three days have passed, then only that channel's words are gone
    move(engine.journal.database.clock, 3 * DAY)
    assert expire(engine.journal, NOTHING, actor="operator:x").runs == 1

    def left(channel: str) -> int:
        return engine.journal.read(lambda tx: len(retention.of_run(tx, answered[channel].id)))

    assert left("sales") == 0
    assert left("general") > 0


@pytest.mark.law("E25")
def test_a_trail_is_cut_at_its_oldest_lines_and_whoever_cuts_without_a_word_is_found_out(
    engine: Engine, broken_on_purpose: None
) -> None:
    # given a trail of which some lines are over 400 days old
    says(engine.rehearsal, "Fine.")
    engine.asks("ann", "how are you?")
    engine.work()
    old = len(journal_lines(engine.journal))
    move(engine.journal.database.clock, 401 * DAY)
    says(engine.rehearsal, "Fine again.")
    engine.asks("ann", "and now?")
    engine.work()

    # when it is cut, then the old lines are gone, the rest hold, and the trail says so itself
    gone = expire(engine.journal, NOTHING, actor="operator:x")
    assert gone.lines == old
    assert journal_lines(engine.journal)[0] == old + 1
    assert holds(engine.journal)

    # when somebody takes one more line away and moves the beginning along, then that is seen
    def cut(tx: object) -> None:
        workspace = workspaces.every(tx)[0].id  # type: ignore[arg-type]
        first = next(iter(audit.lines(tx.connection, workspace)))  # type: ignore[attr-defined]
        audit.drop_up_to(tx.run, workspace, first.seq, first.hash)  # type: ignore[attr-defined]

    engine.journal.write(cut)
    assert not holds(engine.journal)


def test_purge_counts_and_erases_at_an_operators_word(engine: Engine) -> None:
    # given an answered request whose days are over
    says(engine.rehearsal, "Fine.")
    engine.asks("ann", "how are you?")
    engine.work()
    move(engine.journal.database.clock, 31 * DAY)
    environ = {
        "PATH": "/usr/bin:/bin",
        "TAGWORK_HOME": str(engine.settings.folder),
        "TAGWORK_DATABASE_URL": str(engine.journal.database.url.render_as_string(hide_password=False)),
        "TAGWORK_CLOCK__OFFSET_FILE": str(engine.settings.clock.offset_file),
    }

    def purge(*words: str) -> str:
        command = [sys.executable, "-m", "app.cli", "purge", *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout

    # when it is counted, then it is all there; when it is purged, then it is gone
    before = texts(engine.journal)
    assert purge("--dry-run").startswith("purge: 1 runs with ")
    assert texts(engine.journal) == before
    assert " were erased, " in purge()
    assert texts(engine.journal) == 0
    assert purge("--dry-run").startswith("purge: 0 runs with 0 items")


def journal_lines(journal: Journal) -> list[int]:
    """The numbers of the trail's lines."""
    return [int(row["seq"]) for row in journal.read(lambda tx: tx.rows(select(EVENTS.c.seq).order_by(EVENTS.c.seq)))]
