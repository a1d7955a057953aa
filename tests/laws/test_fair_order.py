"""E10: one tenant's flood delays nobody else, in picking and in sweeping, and the queue stays short."""

from collections import Counter
from dataclasses import replace

import pytest

from agents.engine import shares
from agents.engine.advance import advance
from agents.engine.poke import Queue
from agents.engine.shares import spread
from agents.engine.sweeper import find_sweeps
from agents.fairness import DueRow, Load, fair_order
from agents.journal import processes, runs, scopes
from agents.journal.transaction import Journal, Transaction
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.floods import a_flood
from tests.given.pokes import Pokes
from tests.given.replies import says
from tests.given.time import move
from tests.given.waiting import until

pytestmark = pytest.mark.usefixtures("broken_on_purpose")


@pytest.mark.law("E10")
def test_a_mention_is_worked_next_though_a_thousand_of_another_tenant_are_due_for_longer(engine: Engine) -> None:
    # given a thousand due Runs of one workspace, of which it has one under way, and a mention in another
    flood = a_flood(engine.journal, 1_000)
    engine.journal.write(lambda tx: runs.claim(tx, flood[0], "elsewhere|0|0|1|1", 30_000_000))
    says(engine.rehearsal, "Done.")
    _, run = engine.asks("ann", "hello")

    # when a worker comes that was poked for one of the thousand
    assert advance(engine.room, flood[500])

    # then it has worked the mention
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E10")
def test_workers_take_turns_over_workspaces_channels_and_people(journal: Journal) -> None:
    # given many due Runs of one workspace, fewer of a second, and a third with one
    a_flood(journal, 300, team_id="T0A")
    a_flood(journal, 40, team_id="T0B", people=3, channels=2)
    a_flood(journal, 1, team_id="T0C")
    taken: list[DueRow] = []

    # when fifteen workers come, one after the other, and keep what they took
    def take(tx: Transaction) -> DueRow:
        load = Load(scopes.work_held(tx))
        first = next(fair_order(spread(tx, runs.DUE, load, 8), load))
        assert runs.claim(tx, first.id, "elsewhere|0|0|1|1", 30_000_000) is not None
        return first

    for _ in range(15):
        taken.append(journal.write(take))

    # then each workspace has as many as the others, as far as it wants any, and so have its channels and people
    at_each = [Counter(row.scope.levels()[level] for row in taken) for level in range(3)]
    assert sorted(at_each[0].values()) == [1, 7, 7]
    assert max(at_each[1].values()) == 4
    assert max(at_each[2].values()) == 2


@pytest.mark.law("E10")
@pytest.mark.failure_mode(46)
def test_in_a_storm_of_due_rows_the_queue_stays_short_and_holds_the_other_tenants_row(postgres_engine: Engine) -> None:
    # given a thousand due Runs, a mention whose poke was lost, and workers with eight slots
    engine = postgres_engine
    a_flood(engine.journal, 1_000)
    _, run = engine.asks("ann", "hello")
    engine.journal.write(lambda tx: processes.say_alive(tx, "w1", slots=8, lost_threads=0))
    move(engine.journal.database.clock, 3)
    pokes = Pokes()
    sweep, room = next(one for one in find_sweeps() if one.name == "due").begin(), replace(engine.room, poker=pokes)

    # when it is swept
    sweep(room)

    # then twice the slots are poked, and the mention is among the first two
    advances = [hint for queue, hint in pokes.sent if queue is Queue.ADVANCE]
    assert len(advances) == 16
    assert run.id in advances[:2]


@pytest.mark.law("E10")
def test_where_there_are_more_workspaces_than_one_look_walks_none_is_left_out(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given six workspaces with due Runs, and looks that walk four of them
    monkeypatch.setattr(shares, "KEYS", 4)
    for number in range(6):
        a_flood(journal, 2, team_id=f"T{number}")
    seen: set[str] = set()

    # when workers look again and again, then all of them come up
    def look() -> bool:
        rows = journal.read(lambda tx: spread(tx, runs.DUE, Load({}), 1))
        seen.update(row.scope.workspace for row in rows)
        return len(seen) == 6

    until(look, "every workspace was seen")
