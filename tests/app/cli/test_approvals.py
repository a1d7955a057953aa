"""`tagwork approvals report`: how each person approves, as an operator types it; and `suggest`."""

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import select, update

from agents.governing.asking_less import ENOUGH
from agents.journal import audit
from agents.journal.deliveries import DELIVERIES
from agents.journal.people import PEOPLE
from agents.journal.transaction import Transaction
from agents.journal.votes import VOTES
from agents.messages import Press
from tests.given.approved_often import approved, grown_old
from tests.given.asked import BEN, asked, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.processes import completed
from tests.given.rehearsal import REPOSITORY
from tests.laws.test_approvals import proposed


@pytest.mark.requirement("AUTHZ-28")
def test_an_operator_reads_how_each_approves_and_that_stands_on_the_trail(
    postgres_engine: Engine, tmp_path: Path
) -> None:
    # given Ben, who said yes within a second and a half of the card, and whose name would write lines of its own
    engine = postgres_engine
    posted, run = proposed(engine, Hand(), "hello")
    environ = {
        "PATH": os.environ["PATH"],
        "USER": "olga",
        "TAGWORK_HOME": str(tmp_path / "home"),
        "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
    }
    nobody = completed(["approvals", "report"], environ, REPOSITORY)
    assert (nobody.stdout, nobody.stderr) == ("nobody said yes or no within 30 days\n", "")
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)

    def soon(tx: Transaction) -> None:
        shown = select(DELIVERIES.c.sent_at).where(DELIVERIES.c.kind == "approval").scalar_subquery()
        tx.run(update(VOTES).values(cast_at=shown + 1_500_000))
        tx.run(update(PEOPLE).where(PEOPLE.c.user_id == BEN).values(name="ben\n\x1b[2Jx"))

    engine.journal.write(soon)

    # when an operator asks, in words and as JSON
    table = completed(["approvals", "report", "--days", "7"], environ, REPOSITORY)
    lines = completed(["approvals", "report", "--json"], environ, REPOSITORY)

    # then there is a line for Ben, and one that marks him
    assert (table.returncode, table.stderr) == (0, "")
    head, line, mark = table.stdout.splitlines()
    assert head.split() == ["asked", "yes", "no", "%", "yes", "median", "who"]
    assert line.split() == ["1", "1", "0", "100.0", "1.5", "s", "ben", "⟨U+001B⟩[2Jx", f"({BEN})"]
    assert mark == f"! ben ⟨U+001B⟩[2Jx ({BEN}): half within 1.5 s of the card, below 3 s"
    assert [json.loads(one) for one in lines.stdout.splitlines()] == [
        {
            "person": BEN,
            "name": "ben\n\x1b[2Jx",
            "asked": 1,
            "yes": 1,
            "no": 0,
            "yes_percent": 100.0,
            "median_seconds": 1.5,
            "marks": ["in_haste"],
        }
    ]

    # and each reading stands on the trail, with who read it and not what of whom
    trail = engine.journal.read(lambda tx: list(audit.lines(tx.connection, run.workspace_id)))
    read = [(one.actor, json.loads(one.data)) for one in trail if one.event == "approval:reported"]
    assert read == [
        ("operator:olga", {"days": 30, "people": 0}),
        ("operator:olga", {"days": 7, "people": 1}),
        ("operator:olga", {"days": 30, "people": 1}),
    ]

    # when it is asked wrongly, then it is one sentence
    wrong = completed(["approvals", "report", "--workspace", "T0NOBODY"], environ, REPOSITORY)
    assert wrong.returncode == 2
    assert "name the workspace with --workspace" in wrong.stderr


@pytest.mark.requirement("AUTHZ-29")
def test_an_operator_reads_what_is_always_answered_with_yes(postgres_engine: Engine, tmp_path: Path) -> None:
    # given topics of #sales that were always answered with yes, all of them two days ago
    engine = postgres_engine
    environ = {
        "PATH": os.environ["PATH"],
        "USER": "olga",
        "TAGWORK_HOME": str(tmp_path / "home"),
        "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
    }
    run_id = approved(engine, ENOUGH)
    grown_old(engine, days=2)

    # when an operator asks what could be asked less, then it stands there with the command, in words and as JSON
    words = completed(["approvals", "suggest"], environ, REPOSITORY)
    assert (words.returncode, words.stderr) == (0, "")
    assert words.stdout.startswith(
        "`set_topic` in #sales: asked 10 times, always yes, by 2 people. With `/tagwork allow"
    )
    line = completed(["approvals", "suggest", "--json"], environ, REPOSITORY)
    assert json.loads(line.stdout) == {
        "tool": "set_topic",
        "channel": "C0SALES0001",
        "asked": 10,
        "people": 2,
        "command": "/tagwork allow set_topic in #C0SALES0001",
        "unasked": 10,
        "looked_at": 10,
    }

    # and of the last day there is nothing, which is said; each reading stands on the trail
    nothing = completed(["approvals", "suggest", "--days", "1"], environ, REPOSITORY)
    assert nothing.stdout == "nothing was asked 10 times and always answered with yes within 1 day\n"
    workspace_id = engine.run(run_id).workspace_id
    trail = engine.journal.read(lambda tx: list(audit.lines(tx.connection, workspace_id)))
    read = [(one.actor, json.loads(one.data)) for one in trail if one.event == "approval:suggested"]
    assert read == [("operator:olga", {"days": days, "easings": many}) for days, many in ((30, 1), (30, 1), (1, 0))]
