"""E27: who has a card of their own is found out before it is shown, and where the setting says so alone."""

import pytest

from agents.journal import people, workspaces
from agents.journal.transaction import Transaction
from agents.policy.document import Approvers
from agents.surface import Person, PersonKind
from tests.given.asked import ANN, BEN, DIRECTLY, GUEST, OWN, READS, UNSET, asking, rule_for, rules_in
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import uses
from tests.given.steering import actions_in
from tests.given.time import move
from tests.laws.test_cards_in_direct_messages import asked_directly, copies
from tools.contract import Effect

OF_SALES = Approvers(groups=("S0SALESTEAM",), admins=False)
OF_ANN = Approvers(people=(ANN,), admins=False)


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
