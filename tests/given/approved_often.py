"""What people said yes to many times: once over the wire, and the others as rows of the same call."""

from typing import Any

from sqlalchemy import insert, select, update

from agents.approvals.life import State
from agents.clock import us
from agents.ids import new_id
from agents.journal.approvals import APPROVALS
from agents.journal.transaction import Journal, Transaction
from agents.messages import Press
from tests.given.asked import ADAM, ANN, asked, votes
from tests.given.engines import Engine
from tests.given.replies import proposes, says

TOPIC = ("set_topic", {"topic": "Q3"})


def approved(engine: Engine, times: int, *, tool: tuple[str, dict[str, Any]] = TOPIC, user: str = ANN) -> str:
    """Have Ann ask in #sales for what asks, have someone say yes, and make it so many times. Returns the Run's id."""
    proposes(engine.rehearsal, tool)
    posted, run = engine.asks("ann", "please")
    engine.work()
    says(engine.rehearsal, "Done.")
    [approval] = asked(engine, run)
    votes(engine, posted, run, Press.APPROVE, approval.id, user=user)
    engine.work()
    assert asked(engine, run)[0].status is State.GRANTED
    as_often(engine.journal, approval.id, times)
    return run.id


def as_often(journal: Journal, approval_id: str, times: int) -> None:
    """Have people have said yes so many times to what they said yes to once."""

    def more(tx: Transaction) -> None:
        row = dict(tx.row(select(APPROVALS).where(APPROVALS.c.id == approval_id)) or {})
        for number in range(1, times):
            cause = f"person:{(ANN, ADAM)[number % 2]}"
            tx.run(insert(APPROVALS).values(**{**row, "id": new_id(), "cause": cause}))

    journal.write(more)


def answered(engine: Engine, run_id: str, status: State) -> None:
    """Have the last one of a Run's have been answered otherwise."""
    last = select(APPROVALS.c.id).where(APPROVALS.c.run_id == run_id).order_by(APPROVALS.c.id.desc()).limit(1)
    engine.journal.write(
        lambda tx: tx.run(update(APPROVALS).where(APPROVALS.c.id == last.scalar_subquery()).values(status=status.value))
    )


def grown_old(engine: Engine, days: int) -> None:
    """Have all that was asked have been asked so many days earlier."""
    engine.journal.write(lambda tx: tx.run(update(APPROVALS).values(asked_at=APPROVALS.c.asked_at - us(days * 86_400))))
