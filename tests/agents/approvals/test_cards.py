"""E21 and E27: which calls stand on which card, whom it names, when it is edited, and where it asks."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from agents.approvals import cards
from agents.deliveries.life import Delivery, Kind
from agents.deliveries.life import State as DeliveryState
from agents.formats import ASKS, ASKS_DIRECTLY
from agents.journal import approvals, belonging, deliveries, people, planning
from agents.journal.deliveries import DELIVERIES
from agents.journal.transaction import Transaction
from agents.messages import Press
from agents.policy.document import Approvers
from agents.runs.life import Run
from agents.surface import Conversation, Person, PersonKind
from tests.agents.approvals.test_asking import tried
from tests.given.asked import ADAM, ANN, BEN, asked, asking, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import proposes, uses
from tests.given.workers import deliveries_of
from tests.laws.test_approvals import proposed
from tests.laws.test_cards_in_direct_messages import asked_directly, copies, direct
from tools.contract import Destination, Effect, Reach

HERE = "C0SALES0001"


def of_kind(engine: Engine, run: Run, kind: Kind) -> list[Delivery]:
    """A Run's Deliveries of one kind."""
    return [one for one in deliveries_of(engine, run) if one.kind is kind]


def needs_of(engine: Engine, found: list[Delivery]) -> list[int]:
    """The least formats that can send some Deliveries."""

    def read(tx: Transaction) -> list[int]:
        return [int(tx.value(select(DELIVERIES.c.needs).where(DELIVERIES.c.id == one.id))) for one in found]

    return engine.journal.read(read)


def changes(engine: Engine, run: Run, card: Delivery) -> None:
    """Something on a card is another now."""
    engine.journal.write(lambda tx: cards.changed(engine.room.hand, tx, run, card.id))


def says(engine: Engine, run: Run, card: Delivery) -> str:
    """What a card says now."""
    return str(engine.journal.read(lambda tx: cards.says(tx, run, card)))


@pytest.mark.law("E27")
def test_a_call_joins_the_card_of_its_kind_that_stands_and_any_other_has_its_own(engine: Engine) -> None:
    # given a call that waits, and two more that the model proposes later: one with its tool, one with another
    hand = Hand()
    asking(engine, hand.tool("post_it", Effect.ACT), hand.tool("tell_it", Effect.ACT))
    uses(engine.rehearsal, ("post_it", "hello"))
    posted, run = engine.asks("ann", "post it")
    engine.work()
    uses(engine.rehearsal, ("tell_it", "them"), ("post_it", "goodbye"))
    engine.says("ann", "and say goodbye", thread=posted.ts)
    engine.work()

    # then the first two stand on one card and the third on another, which code that knows no cards leaves alone
    on = {one.delivery_id for one in asked(engine, run) if one.tool == "post_it"}
    [other] = [one.delivery_id for one in asked(engine, run) if one.tool == "tell_it"]
    found = of_kind(engine, run, Kind.APPROVAL)
    assert len(on) == 1
    assert {one.id for one in found} == on | {other}
    assert needs_of(engine, found) == [ASKS, ASKS]

    # and people hear of the one that joined
    words = "I also ask about another `post_it`, on the card above."
    notices = of_kind(engine, run, Kind.NOTICE)
    assert engine.journal.read(lambda tx: [planning.message_of(tx, one).markdown for one in notices]) == [words]


@pytest.mark.law("E21")
def test_a_card_is_edited_once_for_all_that_changes_before_the_edit_is_sent(engine: Engine) -> None:
    # given a card that people see
    _, run = proposed(engine, Hand(), "hello")
    [card] = of_kind(engine, run, Kind.APPROVAL)

    # when it changes twice before a worker sends it, and twice again after, then it is edited once each time
    for expected in (1, 2):
        changes(engine, run, card)
        changes(engine, run, card)
        assert len(of_kind(engine, run, Kind.EDIT)) == expected
        engine.work()
    edits = of_kind(engine, run, Kind.EDIT)
    assert [(one.edits, one.status) for one in edits] == [(card.id, DeliveryState.SENT)] * 2
    assert needs_of(engine, edits) == [ASKS, ASKS]


@pytest.mark.law("E24")
def test_edits_of_what_people_were_asked_directly_are_left_to_those_who_can_work_them(engine: Engine) -> None:
    # given a call of which people were asked in their direct messages, when it changes
    _, run = asked_directly(engine, Hand(), "hello")
    [card] = of_kind(engine, run, Kind.APPROVAL)
    engine.work()
    before = of_kind(engine, run, Kind.EDIT)
    changes(engine, run, card)

    # then older code, which would show its values in the thread, leaves the edits alone
    edits = of_kind(engine, run, Kind.EDIT)[len(before) :]
    assert {one.edits for one in edits} == {card.id, *(one.id for one in copies(engine, run).values())}
    assert needs_of(engine, edits) == [ASKS_DIRECTLY] * 3


@pytest.mark.parametrize("status", [DeliveryState.PLANNED, DeliveryState.GIVEN_UP])
def test_a_card_that_nobody_sees_is_not_edited(engine: Engine, status: DeliveryState) -> None:
    # given a card that is not sent yet, or never will be
    _, run = proposed(engine, Hand(), "hello")
    [card] = of_kind(engine, run, Kind.APPROVAL)

    # when it changes, then nothing is planned
    def change(tx: Transaction) -> list[Kind]:
        deliveries.set_fields(tx, card.id, status=status.value)
        cards.changed(engine.room.hand, tx, run, card.id)
        return [one.kind for one in deliveries.of_run(tx, run.id)]

    assert Kind.EDIT not in tried(engine, change)


def test_what_stands_on_no_card_changes_none(engine: Engine) -> None:
    _, run = proposed(engine, Hand(), "hello")
    engine.journal.write(lambda tx: cards.changed(engine.room.hand, tx, run, None))
    assert of_kind(engine, run, Kind.EDIT) == []


@pytest.mark.law("E27")
def test_a_card_names_who_asked_who_may_who_said_yes_and_whom_the_call_reaches(engine: Engine) -> None:
    # given a call to someone, which Ann asked for, and which Ben or an admin must approve with one more
    eve = "U0EVE000001"
    tool = replace(
        Hand().tool("post_it", Effect.ACT), touches=lambda arguments: Destination("person", eve, reach=Reach.INSIDE)
    )
    asking(engine, tool, approvers=Approvers(requester=True, people=(BEN,), quorum=2))
    proposes(engine.rehearsal, ("post_it", {"what": "hello"}), saying="Eve waits for it.")
    posted, run = engine.asks("ann", "post it")
    engine.work()

    def meet(tx: Transaction) -> None:
        for user, name in ((BEN, "ben"), (eve, "eve")):
            people.keep(tx, run.workspace_id, Person(user, name, PersonKind.MEMBER))

    engine.journal.write(meet)

    # when an admin has said yes, then the card has all their names
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=ADAM)
    [card] = of_kind(engine, run, Kind.APPROVAL)
    said = says(engine, run, card)
    assert "adam said yes; 1 more must." in said
    assert "to eve (U0EVE000001)" in said
    assert "Eve waits for it." in said
    assert "May approve: ann, who asked, admins of this workspace, ben" in said


@pytest.mark.parametrize(
    ("name", "called"), [("general", "#general (C0GENERAL01)"), ("", "C0GENERAL01"), (None, "C0GENERAL01")]
)
def test_a_card_names_the_channel_that_a_call_reaches(engine: Engine, name: str | None, called: str) -> None:
    # given a call to a channel of which Slack said its name, or that it has none, or nothing
    _, run = proposed(engine, Hand(), "hello")
    [card] = of_kind(engine, run, Kind.APPROVAL)

    def read(tx: Transaction) -> str:
        approvals.set_fields(tx, asked(engine, run)[0].id, destination="channel:C0GENERAL01")
        if name is not None:
            told = Conversation(external=False, private=False, name=name)
            belonging.keep_conversation(tx, run.workspace_id, "C0GENERAL01", told)
        return str(cards.says(tx, run, card))

    # then the card says where it goes
    assert f"#{run.number}: may I use post_it to {called}?" in tried(engine, read)


@pytest.mark.law("E27")
@pytest.mark.parametrize(("name", "called"), [("sales", f"#sales ({HERE})"), ("", HERE)])
def test_in_direct_messages_a_card_names_the_channel_where_it_was_asked(engine: Engine, name: str, called: str) -> None:
    # given a call that was asked for in a channel of which Slack said its name, or that it has none
    _, run = asked_directly(engine, Hand(), "hello")
    told = Conversation(external=False, private=False, name=name)
    engine.journal.write(lambda tx: belonging.keep_conversation(tx, run.workspace_id, HERE, told))

    # then who is asked elsewhere reads where that was
    assert f"ann asked for it in {called}. " in says(engine, run, copies(engine, run)[BEN])


def test_nothing_else_than_a_card_says_what_a_card_says(engine: Engine) -> None:
    # given what else a Run says, and a card of which nothing is left
    _, run = proposed(engine, Hand(), "hello")
    [card] = of_kind(engine, run, Kind.APPROVAL)
    notice = replace(card, kind=Kind.NOTICE)
    gone = replace(card, kind=Kind.EDIT, edits="gone")
    empty = replace(card, id="another")

    # then it says nothing of what people are asked
    said = engine.journal.read(lambda tx: [cards.says(tx, run, one) for one in (notice, gone, empty)])
    assert said == [None] * 3


@pytest.mark.law("E27")
@pytest.mark.parametrize(
    ("stands", "pressed", "found"),
    [
        ({"status": "sent", "posted_at": "7.1"}, (BEN, "D0BEN", "7.1"), True),
        ({"status": "sent", "posted_at": "7.1"}, (BEN, "D0BEN", "7.2"), False),
        ({"status": "sent", "posted_at": "7.1"}, (ANN, "D0BEN", "7.1"), False),
        ({"status": "sent", "posted_at": "7.1"}, (BEN, "D0ANN", "7.1"), False),
        ({"status": "sending", "posted_at": None}, (BEN, "D0BEN", "7.2"), True),
        ({"status": "sending", "posted_at": None}, (ADAM, "D0BEN", "7.2"), False),
        ({"status": "planned", "posted_at": None}, (BEN, "D0BEN", "7.2"), False),
        ({"status": "sending", "posted_at": "7.1"}, (BEN, "D0BEN", "7.2"), False),
    ],
)
def test_a_press_is_on_the_copy_that_stands_where_it_came_from(
    engine: Engine, stands: dict[str, Any], pressed: tuple[str, str, str], found: bool
) -> None:
    # given a copy in Ben's direct messages, also while nobody has written down yet that it stands there
    _, run = asked_directly(engine, Hand(), "hello", approvers=Approvers(people=(BEN,), admins=False))
    copy, [approval] = copies(engine, run)[BEN], asked(engine, run)

    def read(tx: Transaction) -> Delivery | None:
        deliveries.set_fields(tx, copy.id, stands_in="D0BEN", **stands)
        return cards.copy_at(tx, approval, *pressed)

    # when someone presses, then it is theirs only where person, conversation and message fit
    at = tried(engine, read)
    assert (at.id if at else None) == (copy.id if found else None)

    # and what stands on no card has no copies
    assert engine.journal.read(lambda tx: cards.copy_at(tx, replace(approval, delivery_id=None), *pressed)) is None


@pytest.mark.law("E21")
@pytest.mark.parametrize(("settled", "says_so"), [(0, True), (1, True), (2, False)])
def test_where_nobody_is_reached_the_thread_asks_as_long_as_anything_waits(
    engine: Engine, settled: int, says_so: bool
) -> None:
    # given a card with two calls, of which some are settled, and that could be shown to nobody directly
    _, run = asked_directly(engine, Hand(), "hello", "bye")
    own = list(copies(engine, run).values())

    def fail(tx: Transaction) -> list[str]:
        for one in asked(engine, run)[:settled]:
            approvals.set_fields(tx, one.id, status="refused")
        for copy in own:
            deliveries.set_fields(tx, copy.id, status="given_up")
        for copy in own:
            cards.copy_not_shown(engine.room.hand, tx, run, copy)
        found = [one for one in deliveries.of_run(tx, run.id) if one.kind is Kind.NOTICE]
        return [planning.message_of(tx, one).markdown for one in found]

    # then a line says once that the thread asks, unless nothing is left to ask
    assert tried(engine, fail) == [cards.NOT_REACHED] * says_so


def test_where_a_quorum_cannot_be_reached_directly_the_thread_asks_too(engine: Engine) -> None:
    # given a call that both must approve, of whom Ben alone is reached
    engine.rehearsal.fault("error", "chat.postMessage", error="channel_not_found", channel=direct(engine, ANN))
    _, run = asked_directly(engine, Hand(), "hello", approvers=Approvers(people=(ANN, BEN), admins=False, quorum=2))
    [card] = of_kind(engine, run, Kind.APPROVAL)

    # then the thread has values and buttons
    assert "hello" in says(engine, run, card)
    assert engine.journal.read(lambda tx: cards.asks_in_thread(tx, card.id))
