"""What someone sees at a glance: their own, and for admins the workspace's; as cheap with many Runs as with few."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, delete, event, func, insert, select

from agents.governing.home import Home
from agents.ids import new_id
from agents.intake import Missing
from agents.journal.runs import RUNS
from agents.journal.threads import THREADS
from agents.journal.transaction import Transaction
from agents.runs.life import Run
from tests.given.engines import Engine
from tests.given.orders import IDS, an_order, gives
from tests.given.policies_in_force import put_in_force
from tests.given.replies import says

MANY = 10_000
LIMITED = f"""
tagwork: policy/1
channels: {{{IDS["sales"]}: {{settings: {{budget: {{day_usd: 5}}}}}}}}
"""
FOR_A_GROUP = """
tagwork: policy/1
default:
  rules:
    - {id: sales-may, verdict: allow, tools: [post_message], where: {groups: {any_of: [S1SALES]}}}
"""


def at_home(engine: Engine, user: str) -> Home:
    """Return what someone sees; they gave a command just now, so that they are known."""
    gives(engine, user, "help")
    engine.intake.met(
        engine.rehearsal.app_id,
        engine.rehearsal.team_id,
        engine.place.surface.person(engine.rehearsal.team_id, IDS[user], seconds=10),
    )
    found = engine.intake.at_home(an_order(engine, "", user=IDS[user], channel="", direct=True))
    assert not isinstance(found, Missing)
    return found


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that the journal runs meanwhile."""
    told: list[str] = []

    def tell(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        told.append(statement)

    event.listen(engine.journal.database.engine, "before_cursor_execute", tell)
    try:
        yield told
    finally:
        event.remove(engine.journal.database.engine, "before_cursor_execute", tell)


def test_a_member_sees_their_own_and_an_admin_the_workspaces_too(engine: Engine) -> None:
    # given two people who asked for something
    engine.asks("ann", "count them")
    engine.asks("ben", "and these", channel="general")

    # when each opens their Home, then they see their own; an admin sees both, spend, settings and presets
    ann, adam = at_home(engine, "ann"), at_home(engine, "adam")
    assert [line.split(" ")[0] for line in ann.mine] == ["#1"]
    assert ann.admin is None
    assert adam.mine == ()
    assert adam.admin is not None
    assert [line.split(" ")[0] for line in adam.admin.running] == ["#1", "#2"]
    assert [name for name, _ in adam.admin.presets] == ["careful", "standard", "open"]
    assert any(line.startswith("reply mode: follow") for line in adam.admin.settings)
    says(engine.rehearsal, "Done.", times=2)
    engine.work()


def test_what_a_group_may_is_told_to_those_of_whom_slack_said_that_they_are_in_it(engine: Engine) -> None:
    # given a tool that only one group may use
    put_in_force(engine, FOR_A_GROUP)
    ids = engine.rehearsal.app_id, engine.rehearsal.team_id

    # when Ann and Ben open their Home, then Slack is to be asked first who is in that group
    gives(engine, "ann", "help")
    asked = engine.intake.at_home(an_order(engine, "", user=IDS["ann"], channel="", direct=True))
    assert asked == Missing(groups=frozenset({"S1SALES"}))

    # and with what it said, each is told what they may
    for user, inside in (("ann", {IDS["ann"]}), ("ben", set())):
        engine.intake.belongs(*ids, "S1SALES", inside, IDS[user])
    ann, ben = at_home(engine, "ann"), at_home(engine, "ben")
    assert "`post_message`" in next(line for line in ann.may if line.startswith("Without asking"))
    assert not any("`post_message`" in line for line in ben.may if line.startswith("Without asking"))


def test_what_is_spent_is_told_as_budgets_count_it(engine: Engine) -> None:
    # given a channel with a limit of money, and a request that was answered there
    put_in_force(engine, LIMITED)
    says(engine.rehearsal, "Done.")
    _, run = engine.asks("ann", "count them")
    engine.work()
    spent = f"US$ {-(-engine.run(run.id).cost_micro_usd // 10_000) / 100:.2f}"

    # when an admin opens their Home, then today, the month and how much of the limit is used stand there
    desk = at_home(engine, "adam").admin
    assert desk is not None
    assert desk.spent[0] == f"{spent} today, {spent} this month (UTC)"
    assert desk.spent[1].startswith("this channel's budget of US$ 5.00 a day")
    assert desk.spent[1].endswith("% used")

    # and whoever asks in the channel for what was spent is told the same sums
    told = gives(engine, "ann", "usage").markdown
    assert f"- Today (UTC): {spent} in this channel, {spent} for you in all channels" in told


def test_a_home_takes_as_many_statements_with_ten_thousand_runs_as_with_ten(engine: Engine) -> None:
    # given an admin in a workspace with ten Runs
    _, run = engine.asks("adam", "count them")
    more(engine, run, 10)
    at_home(engine, "adam")
    order = an_order(engine, "", user=IDS["adam"], channel="", direct=True)
    with counted(engine) as few:
        assert isinstance(engine.intake.at_home(order), Home)

    # when there are ten thousand, then it takes as many statements, and each list has an end
    more(engine, run, MANY)
    with counted(engine) as many:
        told = engine.intake.at_home(order)
    assert isinstance(told, Home)
    assert len(many) == len(few) < 25
    assert len(told.mine) == 11
    assert told.mine[-1] == "… and more."
    drop(engine, run)
    says(engine.rehearsal, "Done.")
    engine.work()


def more(engine: Engine, run: Run, many: int) -> None:
    """Add so many Runs of the same requester, each in a thread of its own."""

    def add(tx: Transaction) -> None:
        row = dict(tx.row(select(RUNS).where(RUNS.c.id == run.id)) or {})
        thread = dict(tx.row(select(THREADS).where(THREADS.c.id == run.thread_id)) or {})
        before = int(tx.value(select(func.max(RUNS.c.number))))
        threads = [{**thread, "id": new_id(), "root": f"{before}.{one}"} for one in range(1, many + 1)]
        runs = [
            {**row, "id": new_id(), "number": before + at, "thread_id": one["id"]} for at, one in enumerate(threads, 1)
        ]
        tx.connection.execute(insert(THREADS), threads)
        tx.connection.execute(insert(RUNS), runs)

    engine.journal.write(add)


def drop(engine: Engine, run: Run) -> None:
    """Take away what was added."""

    def take(tx: Transaction) -> None:
        tx.connection.execute(delete(RUNS).where(RUNS.c.id != run.id))
        tx.connection.execute(delete(THREADS).where(THREADS.c.root.like("%.%"), THREADS.c.id != run.thread_id))

    engine.journal.write(take)
