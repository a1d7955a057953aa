"""Every place where a process may die and it matters is told to the crossing: as many as the other sides counted."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from agents.boundaries import Kind, Side
from agents.engine.poke import Queue
from agents.journal.transaction import Journal
from agents.policy.from_settings import FromSettings
from agents.runs.life import State
from agents.toolcalls.catalogue import Catalogue
from app.worker.broker import CeleryPoker, celery_app
from tests.given.counting_server import ACT, FOUND_WRITE, READ, CountingServer, counting_server
from tests.given.distributions import DISTRIBUTIONS
from tests.given.engines import Engine, an_engine
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import says, sent, uses
from tools.contract import Tool

TOOLS = (READ, FOUND_WRITE, ACT)


class Crossed:
    """Counts what was crossed, by kind, side and what."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[Kind, Side, str]] = Counter()

    def __call__(self, kind: Kind, side: Side, what: str) -> None:
        """Count one."""
        self.counts[kind, side, what] += 1

    def of(self, kind: Kind) -> dict[str, int]:
        """Return how often each thing of a kind was crossed; both sides must agree."""
        before, after = (
            {what: many for (of, at, what), many in self.counts.items() if of is kind and at is side} for side in Side
        )
        assert before == after
        return before


@pytest.fixture
def crossed() -> Crossed:
    return Crossed()


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with counting_server() as running:
        yield running


@pytest.fixture
def counting(
    journal: Journal, crossed: Crossed, shared_rehearsal: RehearsalProcess, server: CountingServer, tmp_path: Path
) -> Iterator[Engine]:
    """An engine whose every boundary is counted, with the counting tools as its tools."""
    engine = an_engine(Journal(journal.database, crossed), shared_rehearsal, tmp_path / "home")
    conduct = replace(
        engine.room.conduct,
        policy=FromSettings(frozenset(TOOLS)),
        tool_settings={name: {"url": server.url} for name in TOOLS},
    )
    engine.room = replace(engine.room, catalogue=Catalogue({one.name: one for one in _tools()}, {}), conduct=conduct)
    yield engine
    engine.close()


def _tools() -> list[Tool]:
    sys.path.insert(0, str(DISTRIBUTIONS / "counting_tools"))
    try:
        from counting_tools import count_act, count_found_write, count_read
    finally:
        sys.path.pop(0)
    return [count_read.TOOL, count_found_write.TOOL, count_act.TOOL]


def test_every_commit_call_model_call_effect_and_poke_is_crossed(
    counting: Engine, crossed: Crossed, server: CountingServer
) -> None:
    # given others who count: the database, Rehearsal, the counting server and the broker
    engine, commits = counting, list[None]()

    @event.listens_for(engine.journal.database.engine, "commit")
    def committed(connection: Any) -> None:
        if not connection.get_execution_options().get("readonly"):
            commits.append(None)

    crossed.counts.clear()
    slack_before = Counter(one["method"] for one in engine.rehearsal.calls())
    broker = celery_app(os.environ["TEST_BROKER_URL"].replace("virtual_host=0", "virtual_host=14"))
    poker = CeleryPoker(broker, crossed)
    engine.room = replace(engine.room, poker=poker)

    # when a Run reads, writes and acts, alone and side by side, and answers
    # it reads last: what has read anything that others wrote asks before it acts outside
    uses(engine.rehearsal, (FOUND_WRITE, "two"), (ACT, "three"))
    uses(engine.rehearsal, (READ, "one"))
    says(engine.rehearsal, "Done.")
    posted, run = engine.asks("ann", "do it")
    engine.work()
    poker.close()

    # then each of them has passed the seam, once on either side
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["Done."]
    assert sum(crossed.of(Kind.COMMIT).values()) == len(commits)
    called = Counter(one["method"] for one in engine.rehearsal.calls())
    assert crossed.of(Kind.SLACK) == dict(called - slack_before)
    assert crossed.of(Kind.MODEL) == {"ask": len(sent(engine.rehearsal))}
    assert crossed.of(Kind.EFFECT) == {name: server.asked(name) for name in TOOLS}
    with broker.connection_for_read() as connection:
        client = connection.default_channel.client  # type: ignore[attr-defined]
        waiting = {queue.value: int(client.llen(queue.value)) for queue in Queue}
        client.flushdb()
    given = {f"hint {queue}": many for queue, many in waiting.items()}
    assert crossed.of(Kind.POKE) == {what: many for what, many in (waiting | given).items() if many}
