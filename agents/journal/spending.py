"""Spending: what counts towards budgets, by scope and day of UTC, in millionths of a US dollar (E23).

What a transaction spends, reserves and settles gathers in it and is written in one statement right before its trail, so
that the rows of a busy workspace are locked for as short as its chain is. They are written in one order, after every
other row (E2). Whoever reserves holds the scope's lock (scopes.py) from before it looks until its commit, and so sees
all that was reserved before; whoever only settles needs no lock, for each row is changed by adding to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, Executable, bindparam, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel

from agents.budgets.admitting import Sums
from agents.budgets.limits import Whose
from agents.journal.database import now
from agents.journal.schema import count, ident, moment, table_of
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore


class SpendingRow(SQLModel, table=True):
    """What one scope spent on one day, and what Turns that were begun on it may still cost."""

    __tablename__ = "spending"
    workspace_id: str = ident(primary=True, to="workspace.id")
    whose: str = ident(primary=True)
    of_id: str = ident(primary=True)
    day: int = Field(primary_key=True, nullable=False)
    spent_micro_usd: int = count(big=True)
    reserved_micro_usd: int = count(big=True)


class AlertRow(SQLModel, table=True):
    """That a budget came to a part of its limit: once a period."""

    __tablename__ = "budget_alert"
    workspace_id: str = ident(primary=True, to="workspace.id")
    key: str = Field(primary_key=True, max_length=200)
    given_at: int = moment()


SPENDING = table_of(SpendingRow)
ALERTS = table_of(AlertRow)

_COLUMNS = ("workspace_id", "whose", "of_id", "day", "spent_micro_usd", "reserved_micro_usd")


def _adding(dialect: str) -> Executable:
    made = (insert_sqlite if dialect == "sqlite" else insert_postgresql)(SPENDING)
    given = made.values({name: bindparam(name) for name in _COLUMNS})
    added = {name: SPENDING.c[name] + given.excluded[name] for name in _COLUMNS[4:]}
    return given.on_conflict_do_update(index_elements=list(_COLUMNS[:4]), set_=added)


_ADD = {dialect: _adding(dialect) for dialect in ("sqlite", "postgresql")}

_TODAY = SPENDING.c.day == bindparam("today")
_SUMS = (
    select(
        SPENDING.c.whose,
        *(
            cast(func.sum(what), BigInteger).label(name)
            for name, what in {
                "day_spent": case((_TODAY, SPENDING.c.spent_micro_usd), else_=0),
                "day_reserved": case((_TODAY, SPENDING.c.reserved_micro_usd), else_=0),
                "month_spent": SPENDING.c.spent_micro_usd,
                "month_reserved": SPENDING.c.reserved_micro_usd,
            }.items()
        ),
    )
    .where(
        SPENDING.c.workspace_id == bindparam("workspace_id"),
        SPENDING.c.day >= bindparam("first"),
        SPENDING.c.day <= bindparam("today"),
        or_(
            *(
                (SPENDING.c.whose == one.value) & (SPENDING.c.of_id == bindparam(f"of_{one.value}"))
                for one in Whose
                if one is not Whose.RUN
            )
        ),
    )
    .group_by(SPENDING.c.whose)
)


@dataclass(frozen=True, slots=True)
class Spender:
    """Whose money a Run spends: a workspace, a channel of it, and the person who asked there."""

    workspace_id: str
    channel: str
    person: str

    def of_ids(self) -> Mapping[Whose, str]:
        """Return, of each scope that its spending counts towards, whose it is there."""
        return {
            Whose.CHANNEL: self.channel,
            Whose.MEMBER: f"{self.channel}/{self.person}",
            Whose.PERSON: self.person,
            Whose.WORKSPACE: "",
        }


Key = tuple[str, str, str, int]


class _Gathered:
    """What a transaction adds to rows of spending: by their key, what was spent and what was reserved."""

    def __init__(self) -> None:
        self.added: dict[Key, tuple[int, int]] = {}

    def add(self, spender: Spender, day: int, spent: int, reserved: int) -> None:
        for whose, of_id in spender.of_ids().items():
            key = (spender.workspace_id, whose.value, of_id, day)
            before = self.added.get(key, (0, 0))
            self.added[key] = (before[0] + spent, before[1] + reserved)

    def __call__(self, tx: Transaction) -> None:
        rows = [
            dict(zip(_COLUMNS, (*key, *self.added[key]), strict=True))
            for key in sorted(self.added)
            if any(self.added[key])
        ]
        if rows:
            tx.run(_ADD[tx.connection.dialect.name], rows)


def add(tx: Transaction, spender: Spender, day: int, *, spent: int = 0, reserved: int = 0) -> None:
    """Count money at the commit. A negative `reserved` takes a reservation back."""
    gathered = tx.at_last.setdefault(_Gathered, _Gathered())
    assert isinstance(gathered, _Gathered)  # noqa: S101 - see the line before
    gathered.add(spender, day, spent, reserved)


def sums(tx: Transaction, spender: Spender, first: int, today: int) -> dict[tuple[Whose, bool], Sums]:
    """Return what counts towards each scope of a spender: (scope, False) for today alone, (scope, True) since `first`.

    What this transaction has added is in it. In: both as days since 1970.
    """
    given = {f"of_{whose.value}": of_id for whose, of_id in spender.of_ids().items()}
    rows = tx.rows(_SUMS, {"workspace_id": spender.workspace_id, "first": first, "today": today, **given})
    found = {}
    for row in rows:
        whose = Whose(row["whose"])
        found[whose, False] = Sums(int(row["day_spent"]), int(row["day_reserved"]))
        found[whose, True] = Sums(int(row["month_spent"]), int(row["month_reserved"]))
    gathered = tx.at_last.get(_Gathered)
    for (workspace_id, name, of_id, day), (spent, reserved) in (
        gathered.added.items() if isinstance(gathered, _Gathered) else ()
    ):
        whose = Whose(name)
        if workspace_id != spender.workspace_id or spender.of_ids()[whose] != of_id:
            continue
        for key, counts in (((whose, False), day == today), ((whose, True), first <= day <= today)):
            before = found.get(key, Sums())
            found[key] = Sums(before.spent + spent, before.reserved + reserved) if counts else before
    return found


def first_alert(tx: Transaction, workspace_id: str, key: str) -> bool:
    """Note that an alert is given; False where it was given before."""
    return insert_or_ignore(tx, ALERTS, {"workspace_id": workspace_id, "key": key, "given_at": now()})
