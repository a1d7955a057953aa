"""`tagwork usage`: what model calls cost, as an operator types it; and how a workspace spends, live."""

import json
import os
from pathlib import Path

import pytest

from agents.engine.burn import burn
from agents.runs.life import Run
from tests.given import budgets
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.processes import completed
from tests.given.rehearsal import REPOSITORY
from tests.given.replies import says, uses
from tools.contract import Effect


def worked(engine: Engine) -> list[Run]:
    """Two people asked, one of them with a tool."""
    equip(engine, Hand().tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"))
    says(engine.rehearsal, "Done.", times=2)
    asked = [engine.asks(user, "hello")[1] for user in ("ann", "ben")]
    engine.work()
    return [engine.run(run.id) for run in asked]


def test_what_was_spent_is_summed_by_person_channel_tool_and_model_and_all_sums_are_the_ledgers(
    postgres_engine: Engine, tmp_path: Path
) -> None:
    # given Runs of two people, and tools
    engine = postgres_engine
    ended = worked(engine)
    whole = budgets.ledger(engine)
    environ = {
        "PATH": os.environ["PATH"],
        "TAGWORK_HOME": str(tmp_path / "home"),
        "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
    }

    # when an operator asks in each way, then every sum is what the Turns cost, to the last millionth
    told = {}
    for by in ("person", "channel", "tool", "model"):
        ran = completed(["usage", "--by", by, "--since", "1d", "--json"], environ, REPOSITORY)
        assert (ran.returncode, ran.stderr) == (0, "")
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        assert sum(one["micro_usd"] for one in lines) == whole == sum(run.cost_micro_usd for run in ended)
        told[by] = {one[by]: one["micro_usd"] for one in lines}
    assert told["person"] == {run.requester: run.cost_micro_usd for run in ended}
    assert set(told["tool"]) == {"look", "(answering)"}
    assert set(told["model"]) == {ended[0].model}
    assert told["channel"] == {budgets.SALES: whole}

    # when it is asked in words, or wrongly, then it is a table with a sum, or one sentence
    table = completed(["usage"], environ, REPOSITORY)
    assert table.stdout.splitlines()[-1].endswith("in all")
    wrong = completed(["usage", "--since", "yesterday"], environ, REPOSITORY)
    assert wrong.returncode == 2
    assert "2026-11-01" in wrong.stderr


@pytest.mark.law("E23")
def test_a_desk_shows_what_each_limit_has_left(engine: Engine) -> None:
    # given a budget, and what was spent under it
    budgets.of_channel(engine, "day_usd: 5, month_usd: 50, person_day_usd: 2")
    says(engine.rehearsal, "Done.")
    _, run = engine.asks("ann", "hello")
    engine.work()
    cost = engine.run(run.id).cost_micro_usd

    # when it is looked at, then the limits of the channel are there, the nearest to its end first
    found = engine.journal.read(lambda tx: burn(tx, run.workspace_id))
    assert (found.today, found.month, found.reserved, found.held_back) == (cost, cost, 0, 0)
    assert [(one.channel, one.limit.micro_usd, one.spent) for one in found.limits] == [
        (budgets.SALES, 5_000_000, cost),
        (budgets.SALES, 50_000_000, cost),
    ]
