"""Owners and admins hear of what concerns them also where Tagwork never met them: Slack is asked who they are."""

from agents.deliveries.life import State
from agents.engine import knowing_admins
from agents.journal import admin_lists, deliveries, people, workspaces
from agents.journal.transaction import Transaction
from tests.agents.governing.test_notices import direct, saves
from tests.given.engines import Engine
from tests.given.orders import IDS
from tests.given.time import move

LIST = "users.list"


def known(engine: Engine) -> set[str]:
    """Those whom the journal takes for owners and admins."""

    def read(tx: Transaction) -> set[str]:
        [workspace] = workspaces.every(tx)
        return set(people.admins(tx, workspace.id))

    return engine.journal.read(read)


def owed(engine: Engine) -> list[State]:
    """How those Deliveries stand that are for admins whom nobody has met."""

    def read(tx: Transaction) -> list[State]:
        rows = tx.rows(deliveries.DELIVERIES.select().where(deliveries.DELIVERIES.c.kind == "to_admins"), {})
        return [State(row["status"]) for row in rows]

    return engine.journal.read(read)


def test_an_admin_whom_nobody_met_is_told_of_a_change(engine: Engine) -> None:
    # given a workspace of which only adam ever came by
    # when he changes something
    saves(engine, "deny set_topic in workspace")

    # then Slack was asked, page by page, and the owner hears of it, once; adam, members and guests do not
    opened, said = direct(engine)
    assert opened == {IDS["olivia"]}
    assert len(said) == 1
    assert "set_topic" in said[0]
    assert known(engine) == {IDS["adam"], IDS["olivia"]}
    pages = [one["args"].get("cursor") for one in engine.rehearsal.calls(LIST)]
    assert len(pages) == len(set(pages)) > 1
    assert owed(engine) == [State.SENT]


def test_slack_is_asked_once_a_day(engine: Engine) -> None:
    # given that it was asked just now
    saves(engine, "deny set_topic in workspace")
    asked = len(engine.rehearsal.calls(LIST))

    # when there is another change, then it is not asked again; a day later it is
    saves(engine, "deny write_canvas in workspace")
    assert len(engine.rehearsal.calls(LIST)) == asked
    move(engine.journal.database.clock, 25 * 3_600)
    saves(engine, "deny post_message in workspace")
    assert len(engine.rehearsal.calls(LIST)) == 2 * asked


def test_a_list_that_slack_interrupts_goes_on_where_it_stood(engine: Engine) -> None:
    # given a first page that was read, after which Slack asks to wait
    team, [workspace] = engine.rehearsal.team_id, engine.journal.read(workspaces.every)
    at = engine.journal.write(lambda tx: admin_lists.reading(tx, workspace.id))
    _, after = engine.room.surface(team).people(team, "", seconds=5)
    assert engine.journal.write(lambda tx: admin_lists.go_on(tx, workspace.id, at, after))
    engine.rehearsal.fault("ratelimited", LIST, seconds=30)
    saves(engine, "deny set_topic in workspace")
    assert owed(engine) == [State.PLANNED]
    assert direct(engine)[1] == []

    # when the wait is over
    for seconds in (31, 40, 50):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then the owner is told, and no page was read twice
    assert direct(engine)[0] == {IDS["olivia"]}
    read = [one["args"].get("cursor") for one in engine.rehearsal.calls(LIST, outcome="ok")]
    assert len(read) == len(set(read))
    assert owed(engine) == [State.SENT]


def test_where_slack_does_not_say_it_nothing_waits_for_ever(engine: Engine) -> None:
    # given a workspace whose token may not list people
    engine.rehearsal.fault("error", LIST, error="missing_scope", times=9)

    # when something changes, then that is carried out and told to those who are known
    saves(engine, "deny set_topic in workspace")
    assert owed(engine) == [State.SENT]
    assert direct(engine)[1] == []


def test_who_is_no_admin_any_more_is_told_nothing(engine: Engine) -> None:
    # given an owner whom Slack named, who then becomes a member
    saves(engine, "deny set_topic in workspace")
    before = len(direct(engine)[1])
    engine.rehearsal.control("POST", "/person", {"user": IDS["olivia"], "kind": "member"})

    # when the list is read anew for another change
    move(engine.journal.database.clock, 26 * 3_600)
    team = engine.rehearsal.team_id
    [workspace] = engine.journal.read(workspaces.every)
    knowing_admins.learn(engine.journal, engine.room.surface(team), workspace.id, team, 5)
    saves(engine, "deny write_canvas in workspace")

    # then nothing is sent
    assert known(engine) == {IDS["adam"]}
    assert len(direct(engine)[1]) == before
