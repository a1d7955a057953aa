"""E27: who has a card of their own is found out before it is shown, and where the setting says so alone."""

import json
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import select

from agents.approvals.directing import shown_as
from agents.approvals.settling import expire
from agents.audit.events import Event
from agents.deliveries.life import Delivery, Kind
from agents.engine.advance import advance
from agents.engine.hand import Hand as Engines
from agents.formats import ASKS_DIRECTLY
from agents.journal import approvals, audit, belonging, people, runs, threads, workspaces
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.policy.document import Approvers
from agents.runs.life import Run
from agents.surface import Person, PersonKind
from tests.given.asked import ADAM, ANN, BEN, DIRECTLY, GUEST, OWN, READS, UNSET, asking, rule_for, rules_in
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import uses
from tests.given.steering import actions_in
from tests.given.time import move
from tests.given.workers import deliveries_of, lost_while_sending
from tests.laws.test_cards_in_direct_messages import asked_directly, copies
from tools.contract import Effect

OF_SALES = Approvers(groups=("S0SALESTEAM",), admins=False)
OF_ANN = Approvers(people=(ANN,), admins=False)
OF_BEN = Approvers(people=(BEN,), admins=False)
DAY = 24 * 3_600


SAYS = Message(markdown="as it was when a worker took it")


def about_to_be_shown(engine: Engine, approvers: Approvers = OF_BEN) -> tuple[Run, Delivery]:
    """A card of which people are to be asked directly, as a worker holds it that has not shown it yet."""
    tool = Hand().tool("post_it", Effect.ACT)
    asking(engine, tool)
    rules_in(engine.journal, rule_for(tool, approvers=approvers), OWN, READS, settings=DIRECTLY)
    uses(engine.rehearsal, ("post_it", "hello"))
    _, run = engine.asks("ann", "post it")
    while advance(engine.room):
        pass
    [card] = [one for one in deliveries_of(engine, run) if one.kind is Kind.APPROVAL]
    return run, lost_while_sending(engine, card.id)


def shown(engine: Engine, run: Run, card: Delivery) -> Message:
    """What a card says that is shown now, when its copies are planned."""
    place = engine.journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    return shown_as(engine.room, card, place, SAYS)


def settle(tx: Transaction, hand: Engines, run: Run) -> None:
    """Let the time of what a Run asks be over."""
    standing = runs.lock(tx, run.id)
    assert standing is not None
    for one in approvals.of_run(tx, run.id):
        expire(hand, tx, standing, one)


def meets(engine: Engine, person: Person) -> None:
    """Slack has just said who someone is."""

    def meet(tx: Transaction) -> None:
        [workspace] = workspaces.every(tx)
        people.keep(tx, workspace.id, person)

    engine.journal.write(meet)


def asked_who(engine: Engine) -> list[str]:
    """Of which people but Ann, whose request it was, Slack was asked who they are."""
    return [one["args"]["user"] for one in engine.rehearsal.calls("users.info") if one["args"]["user"] != ANN]


def test_members_of_a_group_are_asked_directly_also_where_nobody_met_them(engine: Engine) -> None:
    # given a call that a group may approve, of whose members nothing is known
    _, run = asked_directly(engine, Hand(), "hello", approvers=OF_SALES)

    # then Slack said who they are, and each has a card
    assert set(copies(engine, run)) == {ANN, BEN}


@pytest.mark.parametrize(("method", "approvers"), [("usergroups.users.list", OF_SALES), ("users.list", Approvers())])
def test_where_slack_asks_to_wait_nobody_is_asked_before(engine: Engine, method: str, approvers: Approvers) -> None:
    # given that Slack wants us to wait before it says who may approve
    engine.rehearsal.fault("ratelimited", method, seconds=30, times=5)
    posted, run = asked_directly(engine, Hand(), "hello", approvers=approvers)
    found = [one for one in engine.messages(posted) if actions_in(one["blocks"])]

    # then the thread does not ask in the place of those who may
    assert (copies(engine, run), found) == ({}, [])

    # when it has waited, then they are asked
    for seconds in range(31, 31 * 8, 31):
        move(engine.journal.database.clock, seconds)
        engine.work()
    assert copies(engine, run)


@pytest.mark.parametrize("nobody", ["U0NOBODY001", GUEST])
def test_whoever_is_unknown_or_a_guest_gets_no_card(engine: Engine, nobody: str) -> None:
    # given a rule that names Ben, and someone who may not see a call's values
    approvers = Approvers(people=(nobody, BEN), admins=False)
    _, run = asked_directly(engine, Hand(), "hello", approvers=approvers)

    # then Ben alone has a card
    assert set(copies(engine, run)) == {BEN}


def test_no_more_than_ten_people_are_asked_directly(engine: Engine) -> None:
    # given a rule that names twelve who are known
    named = tuple(f"U0MANY{number:05}" for number in range(12))
    asks = Approvers(people=named, admins=False)

    def meet(tx: Transaction) -> None:
        [workspace] = workspaces.every(tx)
        for one in named:
            people.keep(tx, workspace.id, Person(one, one, PersonKind.MEMBER))

    engine.journal.write(meet)

    # when their yes is needed, then the first ten have a card each
    _, run = asked_directly(engine, Hand(), "hello", approvers=asks)
    assert set(copies(engine, run)) == set(named[:10])


@pytest.mark.parametrize(("channel", "directly"), [("C0SALES0001", True), ("C0OTHER0001", False)])
def test_a_channel_may_want_its_people_asked_directly_and_no_other_does_for_it(
    engine: Engine, channel: str, directly: bool
) -> None:
    # given a setting of one channel alone
    tool = Hand().tool("post_it", Effect.ACT)
    asking(engine, tool, approvers=OF_ANN)
    rules_in(engine.journal, rule_for(tool, approvers=OF_ANN), OWN, READS, settings=UNSET, channels={channel: DIRECTLY})

    # when a call asks in #sales, then the card stands where the setting of #sales says
    uses(engine.rehearsal, ("post_it", "hello"))
    posted, run = engine.asks("ann", "post it")
    engine.work()
    assert set(copies(engine, run)) == ({ANN} if directly else set())
    assert bool([one for one in engine.messages(posted) if actions_in(one["blocks"])]) is not directly


def test_people_are_asked_for_at_the_surface_of_the_cards_own_team(engine: Engine) -> None:
    # given a worker that serves several teams, each at a surface of its own
    team = engine.rehearsal.team_id
    engine.room = replace(engine.room, surface={team: engine.room.surface(team)}.__getitem__)

    # when a group, admins and someone whom a rule names are to be asked, then Slack is asked for them in that team
    approvers = Approvers(people=(GUEST, BEN), groups=("S0SALESTEAM",))
    _, run = asked_directly(engine, Hand(), "hello", approvers=approvers)
    assert set(copies(engine, run)) == {ANN, BEN, ADAM, "U0OLIVIA001"}
    for method in ("usergroups.users.list", "users.list"):
        assert {one["args"]["team_id"] for one in engine.rehearsal.calls(method)} == {team}


def test_of_a_large_group_fifty_members_are_looked_at(engine: Engine) -> None:
    # given a group of sixty
    members = [f"U0MANY{number:05}" for number in range(60)]
    engine.rehearsal.control("POST", "/usergroup", {"usergroup": "sales-team", "users": members})

    # when their yes is needed, then the first fifty of them are kept, of whom Slack is asked about ten
    _, run = asked_directly(engine, Hand(), "hello", approvers=OF_SALES)
    known = engine.journal.read(lambda tx: belonging.known_in(tx, run.workspace_id, "S0SALESTEAM", fresh_us=1 << 60))
    assert known == members[:50]
    assert asked_who(engine) == members[:10]


@pytest.mark.parametrize(("seconds", "anew"), [(DAY - 60, False), (DAY + 10, True)])
def test_who_someone_is_was_said_within_a_day_or_slack_is_asked(engine: Engine, seconds: float, anew: bool) -> None:
    # given that Slack once said who Ben is
    meets(engine, Person(BEN, "ben", PersonKind.MEMBER))
    move(engine.journal.database.clock, seconds)

    # when his yes is needed, then Slack is asked again where that is more than a day ago, and he has his card
    _, run = asked_directly(engine, Hand(), "hello", approvers=OF_BEN)
    assert asked_who(engine) == ([BEN] if anew else [])
    assert set(copies(engine, run)) == {BEN}


def test_whoever_was_a_member_longer_than_a_day_ago_gets_no_card_while_slack_says_nothing(engine: Engine) -> None:
    # given that Ben was a member a day ago, and that Slack does not say now who he is
    meets(engine, Person(BEN, "ben", PersonKind.MEMBER))
    move(engine.journal.database.clock, DAY + 10)
    run, card = about_to_be_shown(engine)
    engine.rehearsal.fault("error", "users.info", error="internal_error", times=50)

    # when his card is about to be shown, then he gets no copy of it
    shown(engine, run, card)
    assert copies(engine, run) == {}


@pytest.mark.parametrize(
    ("method", "approvers", "words", "about"),
    [
        ("usergroups.users.list", OF_SALES, "who is in a group that", {"group": "S0SALESTEAM"}),
        ("users.list", Approvers(), "who the admins are that", {}),
        ("users.info", OF_BEN, "who someone is that", {"person": BEN}),
    ],
)
def test_what_slack_does_not_say_about_people_operators_read(
    engine: Engine, method: str, approvers: Approvers, words: str, about: dict[str, str]
) -> None:
    # given that Slack does not say who may approve
    run, card = about_to_be_shown(engine, approvers)
    engine.rehearsal.fault("error", method, error="missing_scope", times=50)

    # when a card is about to be shown, then it is still shown, and operators read of whom nothing is known, and why
    with structlog.testing.capture_logs() as logged:
        shown(engine, run, card)
    told = {"event": f"could not ask {words} may approve", "cause": "missing_scope", "log_level": "warning", **about}
    assert told in logged


def test_where_slack_asks_to_wait_admins_who_came_by_are_asked_already(engine: Engine) -> None:
    # given an admin who came by, and that Slack wants us to wait before it says who the others are
    run, card = about_to_be_shown(engine, Approvers())
    meets(engine, Person(ADAM, "adam", PersonKind.ADMIN))
    engine.rehearsal.fault("ratelimited", "users.list", seconds=30, times=5)

    # when the card is about to be shown, then that one has a copy
    shown(engine, run, card)
    assert set(copies(engine, run)) == {ADAM}


def test_what_stands_in_direct_messages_is_left_to_those_who_can_work_it_and_is_on_the_trail(engine: Engine) -> None:
    # given a card that is about to be shown, when its copy is planned
    run, card = about_to_be_shown(engine)
    says = shown(engine, run, card)
    [copy] = copies(engine, run).values()

    # then the thread's card says who is asked instead of what it said before
    assert "I asked ben in a direct message." in str(says)

    # and older code leaves the Run, the card and its copy alone
    def needs(tx: Transaction) -> list[object]:
        of_run = tx.value(select(RUNS.c.needs).where(RUNS.c.id == run.id))
        return [of_run] + [
            tx.value(select(DELIVERIES.c.needs).where(DELIVERIES.c.id == one.id)) for one in (card, copy)
        ]

    assert engine.journal.read(needs) == [ASKS_DIRECTLY] * 3
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    told = [(one.actor, json.loads(one.data)) for one in lines if one.event == Event.APPROVAL_ASKED_DIRECTLY]
    assert told == [(engine.room.actor, {"card": card.id, "people": [BEN]})]


@pytest.mark.parametrize("over", ["settled", "taken over", "gone"])
def test_nobody_is_asked_any_more_on_a_card_whose_time_is_over(engine: Engine, over: str) -> None:
    # given a card that a worker is about to show, when it is settled, another one shows it, or its Run is gone
    run, card = about_to_be_shown(engine)
    if over == "taken over":
        card = replace(card, fence=card.fence - 1)
    elif over == "gone":
        card = replace(card, run_id=None)
    else:
        engine.journal.write(lambda tx: settle(tx, engine.room.hand, run))

    # then it says what it said, and nobody gets a copy
    assert shown(engine, run, card) == SAYS
    assert copies(engine, run) == {}
