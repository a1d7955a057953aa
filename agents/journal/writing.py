"""Writes single rows with statements built once for each shape: building one costs five times what running it does."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import BinaryExpression, BindParameter, ColumnElement, Executable, Table, bindparam, literal
from sqlalchemy import insert as plain_insert
from sqlalchemy import update as plain_update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from agents.journal.database import now
from agents.journal.transaction import Transaction

NOW = "now()"
"""No column has this name."""

Shape = tuple[str, Callable[..., Any] | None] | None
"""How a value is written: None as it is, else computed by the database: now or a column, and what is done to it."""

Shapes = tuple[tuple[str, Shape], ...]


def update_row(tx: Transaction, table: Table, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Write `values` where the columns in `where` have those values; return how many rows that were.

    A value may be `now()`, or `now()` or a column of the table plus or minus a number.
    """
    shapes, given = _taken_apart(values)
    conditions = {f"if_{name}": value for name, value in where.items()}
    return tx.run(_update(table, tuple(where), shapes), conditions | given)


def insert_row(tx: Transaction, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row. Values as in `update_row`."""
    shapes, given = _taken_apart(values)
    tx.run(_insert(table, shapes), given)


def insert_or_ignore(tx: Transaction, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same key stands already. True where this transaction was first."""
    shapes, given = _taken_apart(values)
    # a row comes back only where one was written; the drivers count written rows differently
    return tx.value(_insert_or_ignore(table, shapes, tx.connection.dialect.name), given) is not None


def _taken_apart(values: Mapping[str, Any]) -> tuple[Shapes, dict[str, Any]]:
    shapes, given = [], {}
    for name, value in values.items():
        shape: Shape = None
        if isinstance(value, now):
            shape = (NOW, None)
        elif isinstance(value, BinaryExpression):
            left, right = value.left, value.right
            assert isinstance(right, BindParameter)  # noqa: S101 - see update_row
            shape = (NOW if isinstance(left, now) else left.name, value.operator)
            given[f"set_{name}"] = right.value
        else:
            given[f"set_{name}"] = value
        shapes.append((name, shape))
    return tuple(shapes), given


def _written(table: Table, shapes: Shapes) -> dict[str, Any]:
    return {name: _value(table, name, shape) for name, shape in shapes}


def _value(table: Table, name: str, shape: Shape) -> Any:
    if shape is None:
        return bindparam(f"set_{name}")
    base: ColumnElement[Any] = now() if shape[0] == NOW else table.c[shape[0]]
    return base if shape[1] is None else shape[1](base, bindparam(f"set_{name}"))


@cache
def _update(table: Table, where: tuple[str, ...], shapes: Shapes) -> Executable:
    conditions = [table.c[name] == bindparam(f"if_{name}") for name in where]
    return plain_update(table).where(*conditions).values(_written(table, shapes))


@cache
def _insert(table: Table, shapes: Shapes) -> Executable:
    return plain_insert(table).values(_written(table, shapes))


@cache
def _insert_or_ignore(table: Table, shapes: Shapes, dialect: str) -> Executable:
    make = insert_sqlite if dialect == "sqlite" else insert_postgresql
    return make(table).values(_written(table, shapes)).on_conflict_do_nothing().returning(literal(1))
