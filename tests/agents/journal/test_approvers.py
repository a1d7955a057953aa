"""How each person approves is summed from the votes that count and from when their cards were shown."""

import pytest
from sqlalchemy import select, update

from agents.approvals.fatigue import Approver
from agents.journal import approvers
from agents.journal.approvals import APPROVALS
from agents.journal.deliveries import DELIVERIES
from agents.journal.transaction import Transaction
from agents.journal.votes import VOTES
from agents.messages import Press
from agents.policy.document import Approvers
from agents.runs.life import Run
from tests.given.asked import ANN, BEN, DIRECTLY, asked, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.laws.test_approvals import proposed

SECOND = 1_000_000
TWO = Approvers(people=(ANN, BEN), quorum=2)


def voted_after(engine: Engine, approval_id: str, person: str, seconds: float, *, of: str = "approval") -> None:
    """Have someone's vote on an Approval have come so long after its card, or its copy for them, was shown."""

    def write(tx: Transaction) -> None:
        beside = select(APPROVALS.c.delivery_id).where(APPROVALS.c.id == approval_id).scalar_subquery()
        shown = select(DELIVERIES.c.sent_at).where(
            (DELIVERIES.c.id == beside)
            if of == "approval"
            else (DELIVERIES.c.beside == beside) & (DELIVERIES.c.user_id == person)
        )
        at = tx.value(shown) + round(seconds * SECOND)
        tx.run(update(VOTES).where(VOTES.c.approval_id == approval_id, VOTES.c.person == person).values(cast_at=at))

    engine.journal.write(write)


def told(engine: Engine, run: Run, since: int = 0, most: int = 10) -> list[Approver]:
    """What the journal says of the approvers of a Run's workspace."""
    return list(engine.journal.read(lambda tx: approvers.since(tx, run.workspace_id, since, most)))


@pytest.mark.requirement("AUTHZ-28")
def test_each_persons_votes_are_counted_with_the_median_of_their_times(engine: Engine) -> None:
    # given three calls that two must approve: Ben says yes to two and no to one, Ann yes to one, twice
    posted, run = proposed(engine, Hand(), "one", "two", "three", approvers=TWO)
    first, second, third = (one.id for one in asked(engine, run))
    for one, what, seconds in ((first, Press.APPROVE, 2), (second, Press.REFUSE, 50), (third, Press.APPROVE, 9)):
        votes(engine, posted, run, what, one, user=BEN)
        voted_after(engine, one, BEN, seconds)
    for _ in range(2):
        votes(engine, posted, run, Press.APPROVE, first, user=ANN)
    voted_after(engine, first, ANN, 4.5)

    # then each has one line, whoever voted most often first, and a press that did not count is in none
    assert told(engine, run) == [
        Approver(person=BEN, name="ben", asked=3, yes=2, no=1, median_us=9 * SECOND),
        Approver(person=ANN, name="ann", asked=1, yes=1, no=0, median_us=4_500_000),
    ]
    # and no more lines than are wanted, and none of before
    assert [one.person for one in told(engine, run, most=1)] == [BEN]
    assert told(engine, run, since=2**62) == []


@pytest.mark.requirement("AUTHZ-28")
def test_of_an_even_number_of_votes_the_median_is_between_the_middle_ones(engine: Engine) -> None:
    # given Ben's yes and no to one call, of which the first took two seconds and the last eight
    posted, run = proposed(engine, Hand(), "one", approvers=TWO)
    [approval] = asked(engine, run)
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN)
    voted_after(engine, approval.id, BEN, 2)
    votes(engine, posted, run, Press.REFUSE, approval.id, user=BEN)

    def later(tx: Transaction) -> None:
        first = select(VOTES.c.cast_at).where(VOTES.c.choice == "yes").scalar_subquery()
        tx.run(update(VOTES).where(VOTES.c.choice == "no").values(cast_at=first + 6 * SECOND))

    engine.journal.write(later)

    # then it is one Approval with two votes, and five seconds
    assert told(engine, run) == [Approver(person=BEN, name="ben", asked=1, yes=1, no=1, median_us=5 * SECOND)]


@pytest.mark.requirement("AUTHZ-28")
def test_time_counts_from_the_card_that_was_pressed_and_not_from_before_the_call_stood_on_it(engine: Engine) -> None:
    # given a call of which people are asked in their direct messages; Ben's card came half a minute after the thread's
    posted, run = proposed(engine, Hand(), "one", approvers=Approvers(people=(ANN, BEN)), settings=DIRECTLY)
    [approval] = asked(engine, run)

    def later(tx: Transaction) -> None:
        copies = DELIVERIES.c.kind == "copy"
        tx.run(update(DELIVERIES).where(copies).values(sent_at=DELIVERIES.c.sent_at + 30 * SECOND))

    engine.journal.write(later)
    [copy] = [
        one
        for one in engine.journal.read(lambda tx: tx.rows(select(DELIVERIES)))
        if one["kind"] == "copy" and one["user_id"] == BEN
    ]
    place = {"channel": str(copy["stands_in"]), "at": str(copy["posted_at"]), "root": str(copy["posted_at"])}
    votes(engine, posted, run, Press.APPROVE, approval.id, user=BEN, **place)

    # when he pressed seven seconds after his own, then these count
    voted_after(engine, approval.id, BEN, 7, of="copy")
    assert [one.median_us for one in told(engine, run)] == [7 * SECOND]

    # when the call joined a card that stood already, then only the time since counts
    def joined(tx: Transaction) -> None:
        at = tx.value(select(VOTES.c.cast_at)) - 2 * SECOND
        tx.run(update(APPROVALS).values(asked_at=at))

    engine.journal.write(joined)
    assert [one.median_us for one in told(engine, run)] == [2 * SECOND]

    # when he was faster than the record of the post, then it took no time at all
    engine.journal.write(lambda tx: tx.run(update(APPROVALS).values(asked_at=2**62)))
    assert [one.median_us for one in told(engine, run)] == [0]
