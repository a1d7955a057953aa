"""How each person of a workspace approves, summed by the database: one statement, and a row for each of them."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, and_, bindparam, case, cast, func, select

from agents.approvals.fatigue import Approver
from agents.approvals.voting import Choice, Outcome
from agents.journal.approvals import APPROVALS
from agents.journal.deliveries import DELIVERIES
from agents.journal.people import PEOPLE
from agents.journal.transaction import Transaction
from agents.journal.votes import VOTES

_CARD, _COPY = DELIVERIES.alias("card"), DELIVERIES.alias("own_copy")

_SENT_AT = func.coalesce(_COPY.c.sent_at, _CARD.c.sent_at, APPROVALS.c.asked_at)
# what joins a card that stands is shown from then on
_SHOWN_AT = case((APPROVALS.c.asked_at > _SENT_AT, APPROVALS.c.asked_at), else_=_SENT_AT)
_VOTES = (
    select(
        VOTES.c.person,
        VOTES.c.approval_id,
        case((VOTES.c.choice == Choice.NO.value, 0), else_=1).label("says_yes"),
        # people may be faster than our record of the post
        case((VOTES.c.cast_at > _SHOWN_AT, VOTES.c.cast_at - _SHOWN_AT), else_=0).label("took"),
    )
    .select_from(
        VOTES.join(APPROVALS, APPROVALS.c.id == VOTES.c.approval_id)
        .outerjoin(_CARD, _CARD.c.id == APPROVALS.c.delivery_id)
        .outerjoin(
            _COPY,
            and_(
                _COPY.c.beside == APPROVALS.c.delivery_id,
                _COPY.c.user_id == VOTES.c.person,
                _COPY.c.posted_at == VOTES.c.message_ts,
            ),
        )
    )
    .where(
        VOTES.c.workspace_id == bindparam("workspace_id"),
        VOTES.c.cast_at >= bindparam("since"),
        VOTES.c.outcome == Outcome.COUNTED.value,
    )
    .subquery()
)
_PLACED = select(
    *_VOTES.c,
    func.row_number().over(partition_by=_VOTES.c.person, order_by=_VOTES.c.took).label("place"),
    func.count().over(partition_by=_VOTES.c.person).label("votes"),
).subquery()
_IN_THE_MIDDLE = _PLACED.c.place.between((_PLACED.c.votes + 1) // 2, (_PLACED.c.votes + 2) // 2)
_APPROVERS = (
    select(
        _PLACED.c.person,
        func.coalesce(PEOPLE.c.name, _PLACED.c.person).label("name"),
        func.count(func.distinct(_PLACED.c.approval_id)).label("asked"),
        cast(func.sum(_PLACED.c.says_yes), BigInteger).label("yes"),
        cast(func.sum(1 - _PLACED.c.says_yes), BigInteger).label("no"),
        cast(func.avg(case((_IN_THE_MIDDLE, _PLACED.c.took))), BigInteger).label("median_us"),
    )
    .select_from(
        _PLACED.outerjoin(
            PEOPLE,
            and_(PEOPLE.c.workspace_id == bindparam("workspace_id"), PEOPLE.c.user_id == _PLACED.c.person),
        )
    )
    .group_by(_PLACED.c.person, PEOPLE.c.name, _PLACED.c.votes)
    .order_by(_PLACED.c.votes.desc(), _PLACED.c.person)
    .limit(bindparam("most"))
)


_NUMBERS = ("asked", "yes", "no", "median_us")


def since(tx: Transaction, workspace_id: str, at: int, most: int) -> Sequence[Approver]:
    """Return how those approve who cast a vote that counts since then, at most so many, whoever voted most often first.

    In: `at`: journal time.
    """
    rows = tx.rows(_APPROVERS, {"workspace_id": workspace_id, "since": at, "most": most})
    return [
        Approver(person=row["person"], name=row["name"], **{one: int(row[one]) for one in _NUMBERS}) for row in rows
    ]
