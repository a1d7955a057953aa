"""AUTHZ-25: those who may say yes, and have not, are reminded in words that say what waits, at most once an hour."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from agents.approvals import reminding
from agents.approvals.card import moment
from agents.approvals.life import Approval
from agents.audit.events import Event
from agents.deliveries.life import Delivery, Kind
from agents.engine.poke import Queue
from agents.journal import approvals, audit, belonging, content, deliveries, people, planning, runs
from agents.journal.deliveries import DELIVERIES
from agents.journal.transaction import Transaction
from agents.labels import Labels
from agents.messages import Link, Message, Press
from agents.policy.document import Approvers
from agents.runs.life import Run
from agents.surface import Person, PersonKind
from tests.given.asked import ADAM, ANN, BEN, GUEST, asked, asking, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.replies import uses
from tests.given.time import move
from tests.given.workers import deliveries_of
from tests.laws.test_approvals import proposed
from tests.laws.test_cards_in_direct_messages import asked_directly, copies, direct
from tools.contract import Effect

HOUR = 3_600
US = 1_000_000
EVE, ZOE = "U0EVE000001", "U0ZOE000001"
BOTH = Approvers(people=(BEN, ADAM), admins=False)


def link(card: Delivery) -> str:
    return f"https://slack.example/{card.id}"


def reminded(engine: Engine, run: Run, at: float | None = None, which: int = 0) -> list[str]:
    """Whom a worker reminds of one of a Run's Approvals, `at` so many seconds after the start."""
    if at is not None:
        move(engine.journal.database.clock, at)

    def work(tx: Transaction) -> list[str]:
        standing = runs.lock(tx, run.id)
        assert standing is not None
        return reminding.remind(engine.room.hand, tx, standing, approvals.of_run(tx, run.id)[which], link)

    return engine.journal.write(work)


def reminders(engine: Engine, run: Run) -> list[tuple[str | None, Message]]:
    """What people were told directly in the place of a thread: to whom, and the message."""
    found = [one for one in deliveries_in_thread(engine, run) if one.kind is Kind.DIRECT]
    return engine.journal.read(lambda tx: [(one.user_id, planning.message_of(tx, one)) for one in found])


def deliveries_in_thread(engine: Engine, run: Run) -> list[Delivery]:
    def read(tx: Transaction) -> list[Delivery]:
        ids = tx.rows(select(DELIVERIES.c.id).where(DELIVERIES.c.thread_id == run.thread_id).order_by(DELIVERIES.c.id))
        found = [deliveries.by_id(tx, str(one["id"])) for one in ids]
        return [one for one in found if one is not None]

    return engine.journal.read(read)


def told(engine: Engine, run: Run) -> list[tuple[str, dict[str, Any]]]:
    """The lines of the trail that say who was reminded."""
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    return [(one.actor, json.loads(one.data)) for one in lines if one.event == Event.APPROVAL_REMINDED]


def those(engine: Engine, run: Run) -> list[str]:
    """Those who may say yes to the first call that a Run asks about."""
    return engine.journal.read(
        lambda tx: reminding.those_who_may(tx, engine.run(run.id), approvals.of_run(tx, run.id)[0])
    )


def meets(engine: Engine, run: Run, user: str, kind: PersonKind) -> None:
    engine.journal.write(lambda tx: people.keep(tx, run.workspace_id, Person(user, user.lower(), kind)))


def test_people_are_reminded_at_half_of_its_time_and_an_hour_before_its_end_and_no_more(engine: Engine) -> None:
    # given a call that waits for a day
    _, run = proposed(engine, Hand(), "hello", approvers=BOTH)

    def due() -> int | None:
        return asked(engine, run)[0].remind_at

    approval: Approval = asked(engine, run)[0]
    assert due() == approval.asked_at + 12 * HOUR * US

    # when its times come, then each who may is reminded, and when is written down
    assert reminded(engine, run, 11.9 * HOUR) == []
    assert due() == approval.asked_at + 12 * HOUR * US
    assert reminded(engine, run, 12.1 * HOUR) == [ADAM, BEN]
    assert due() == approval.expires_at - HOUR * US
    assert reminded(engine, run, 22.9 * HOUR) == []
    assert reminded(engine, run, 23.1 * HOUR) == [ADAM, BEN]
    assert due() is None
    assert reminded(engine, run, 23.5 * HOUR) == []
    assert told(engine, run) == [(engine.room.actor, {"approval": approval.id, "people": [ADAM, BEN]})] * 2


def test_what_waits_for_an_hour_is_reminded_of_once(engine: Engine) -> None:
    # given a call that people have an hour to answer, when half of it is over, then they are reminded, and not again
    approvers = Approvers(people=(BEN,), admins=False, expires="1h")
    _, run = proposed(engine, Hand(), "hello", approvers=approvers)
    assert reminded(engine, run, HOUR / 2 + 60) == [BEN]
    assert asked(engine, run)[0].remind_at is None


def test_nobody_is_reminded_of_what_is_settled(engine: Engine) -> None:
    # given a call that Ben refused, when half of its time is over, then nobody is reminded
    posted, run = proposed(engine, Hand(), "hello", approvers=BOTH)
    pending = asked(engine, run)[0]
    votes(engine, posted, run, Press.REFUSE, pending.id, user=BEN)
    engine.journal.write(lambda tx: approvals.set_fields(tx, pending.id, remind_at=pending.remind_at))
    assert reminded(engine, run, 13 * HOUR) == []
    assert told(engine, run) == []


def test_a_reminder_says_what_waits_for_whom_until_when_and_leads_to_its_card(engine: Engine) -> None:
    # given a call that waits, when people are reminded
    _, run = proposed(engine, Hand(), "hello", approvers=Approvers(people=(BEN,), admins=False))
    [card] = [one for one in deliveries_of(engine, run) if one.kind is Kind.APPROVAL]
    engine.pokes.sent.clear()
    assert reminded(engine, run, 12.1 * HOUR) == [BEN]

    # then they read this, and a worker is told to send it
    until = moment(asked(engine, run)[0].expires_at)
    words = f"`post_it` in #{run.number} for ann waits for a yes that you may give, until {until}."
    expected = Message(markdown=words, sources=(Link(link(card), "The card"),))
    assert [(user, one.markdown, one.sources) for user, one in reminders(engine, run)] == [
        (BEN, expected.markdown, expected.sources)
    ]
    assert [queue for queue, _ in engine.pokes.sent] == [Queue.DELIVER]


def test_of_several_that_wait_a_reminder_says_how_many(engine: Engine) -> None:
    # given two calls that wait
    _, run = proposed(engine, Hand(), "hello", "bye", approvers=Approvers(people=(BEN,), admins=False))

    # when both are to be reminded of, then Ben hears once, of both
    assert [reminded(engine, run, 12.1 * HOUR, which) for which in (0, 1)] == [[BEN], []]
    until = moment(asked(engine, run)[0].expires_at)
    [(_, said)] = reminders(engine, run)
    assert said.markdown == f"#{run.number} for ann: 2 calls wait for a yes that you may give, until {until}."
    assert len(told(engine, run)) == 1


def test_a_card_that_does_not_stand_yet_is_led_to_by_no_link(engine: Engine) -> None:
    # given a card that Slack has not taken
    asking(engine, Hand().tool("post_it", Effect.ACT), approvers=Approvers(people=(BEN,), admins=False))
    uses(engine.rehearsal, ("post_it", "hello"))
    engine.rehearsal.fault("ratelimited", "chat.postMessage", seconds=30)
    _, run = engine.asks("ann", "post it")
    engine.work()

    # when Ben is reminded, then he reads what waits, and there is nothing to press
    assert reminded(engine, run, 12.1 * HOUR) == [BEN]
    [(_, said)] = reminders(engine, run)
    assert said.sources == ()

    # and where it stands on no card at all, too
    engine.journal.write(lambda tx: approvals.set_fields(tx, asked(engine, run)[0].id, delivery_id=None))
    assert reminded(engine, run, 23.1 * HOUR) == [BEN]
    assert [one.sources for _, one in reminders(engine, run)] == [(), ()]


def test_whoever_was_asked_directly_is_led_to_their_own_card_and_nobody_else_is_reminded(engine: Engine) -> None:
    # given a call of which Ann and Ben were asked directly, and an admin who may say yes and has no card
    engine.rehearsal.fault("error", "users.list", error="missing_scope")
    _, run = asked_directly(engine, Hand(), "hello", approvers=Approvers(people=(ANN, BEN)))
    own = copies(engine, run)
    meets(engine, run, EVE, PersonKind.ADMIN)
    assert those(engine, run) == [ANN, BEN, EVE]

    # when they are reminded, then each is led to their own
    assert reminded(engine, run, 12.1 * HOUR) == [ANN, BEN]
    assert {user: one.sources[0].url for user, one in reminders(engine, run)} == {
        user: link(own[user]) for user in (ANN, BEN)
    }


def test_those_who_may_are_named_people_then_whoever_asked_then_groups_then_admins_each_once(engine: Engine) -> None:
    # given a call that everybody may approve, and what is known of people
    approvers = Approvers(requester=True, admins=True, people=(ZOE, BEN), groups=("S0SALESTEAM",))
    _, run = proposed(engine, Hand(), "hello", approvers=approvers)
    engine.journal.write(lambda tx: belonging.keep(tx, run.workspace_id, "S0SALESTEAM", {EVE, BEN}, {EVE, BEN, GUEST}))
    meets(engine, run, ADAM, PersonKind.ADMIN)

    # when it is asked who may, then they come in this order, also when most of a day has passed
    assert [one for one in those(engine, run) if one != "U0OLIVIA001"] == [BEN, ZOE, ANN, EVE, ADAM]
    move(engine.journal.database.clock, 23 * HOUR)
    assert [one for one in those(engine, run) if one != "U0OLIVIA001"] == [BEN, ZOE, ANN, EVE, ADAM]

    # when what is known of the group is older than a day, then its members are left out, and nobody else
    move(engine.journal.database.clock, 24 * HOUR + 1)
    assert EVE not in those(engine, run)
    assert set(those(engine, run)) >= {BEN, ZOE, ANN, ADAM}


@pytest.mark.parametrize("kind", [PersonKind.GUEST, PersonKind.STRANGER, PersonKind.BOT, PersonKind.GONE])
def test_whoever_could_not_say_yes_is_not_reminded(engine: Engine, kind: PersonKind) -> None:
    # given a call that names someone of whom Slack says that they are a guest, a stranger, an app, or gone
    _, run = proposed(engine, Hand(), "hello", approvers=BOTH)
    meets(engine, run, BEN, kind)
    assert those(engine, run) == [ADAM]


def test_where_too_few_are_reached_directly_each_is_led_to_where_they_can_answer(engine: Engine) -> None:
    # given a call that Ann and Ben must approve, of whom only Ben can be asked directly, so that the thread asks too
    engine.rehearsal.fault("error", "chat.postMessage", error="channel_not_found", channel=direct(engine, ANN))
    _, run = asked_directly(engine, Hand(), "hello", approvers=Approvers(people=(ANN, BEN), admins=False, quorum=2))
    [card] = [one for one in deliveries_of(engine, run) if one.kind is Kind.APPROVAL]

    # when they are reminded, then Ben is led to his own card, and Ann to the thread's
    assert reminded(engine, run, 12.1 * HOUR) == [ANN, BEN]
    assert {user: one.sources[0].url for user, one in reminders(engine, run)} == {
        ANN: link(card),
        BEN: link(copies(engine, run)[BEN]),
    }


def test_whoever_asked_and_is_not_in_the_group_that_may_is_not_reminded(engine: Engine) -> None:
    # given a call that a group may approve, of whom Slack said who is in it: Eve, and not Ann, who asked
    _, run = proposed(engine, Hand(), "hello", approvers=Approvers(groups=("S0SALESTEAM",), admins=False))
    engine.journal.write(lambda tx: belonging.keep(tx, run.workspace_id, "S0SALESTEAM", {EVE}, {EVE, ANN}))
    assert those(engine, run) == [EVE]


def test_a_reminder_is_read_by_those_alone_who_may_read_what_its_request_has_read(engine: Engine) -> None:
    # given a Run that has read what few people may read
    _, run = proposed(engine, Hand(), "hello", approvers=BOTH)
    labels = Labels(frozenset({"channel:C0FINANCE01"})).as_json()
    engine.journal.write(lambda tx: runs.set_fields(tx, run.id, labels=labels))

    # when people are reminded, then what they read is labelled like that
    reminded(engine, run, 12.1 * HOUR)
    found = [one for one in deliveries_in_thread(engine, run) if one.kind is Kind.DIRECT]
    kept = engine.journal.read(lambda tx: [content.labels_of(tx, one.content_id) for one in found])
    assert kept == [labels, labels]


@pytest.mark.parametrize(("early", "expected"), [(0, [ADAM, BEN]), (1, [])])
def test_people_are_reminded_from_the_moment_that_was_said(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, early: int, expected: list[str]
) -> None:
    # given a call that ends in an hour, of which people are to be reminded at a moment
    _, run = proposed(engine, Hand(), "hello", approvers=BOTH)
    at = engine.journal.read(lambda tx: tx.now())
    due = {"remind_at": at, "expires_at": at + HOUR * US}
    engine.journal.write(lambda tx: approvals.set_fields(tx, asked(engine, run)[0].id, **due))

    # when the clock stands at that moment, then they are, for the last time, and not a microsecond before
    monkeypatch.setattr(Transaction, "now", lambda tx: at - early)
    assert reminded(engine, run) == expected
    assert asked(engine, run)[0].remind_at == (None if expected else at)


def test_whoever_said_yes_is_not_among_those_who_still_may(engine: Engine) -> None:
    # given a call that two must approve, and Ben did, then Adam alone is left
    approvers = Approvers(people=(BEN, ADAM), admins=False, quorum=2)
    posted, run = proposed(engine, Hand(), "hello", approvers=approvers)
    votes(engine, posted, run, Press.APPROVE, asked(engine, run)[0].id, user=BEN)
    assert those(engine, run) == [ADAM]
