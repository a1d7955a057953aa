"""Runs statements: through SQLAlchemy the first times, then what SQLAlchemy made of them straight on the driver.

Of the CPU of a statement, SQLAlchemy's part is several times the driver's; of one that was built once it comes to the
same every time (docs/decisions/0017-what-was-worth-it.md).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Dialect, Executable
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Given = Values | Sequence[Values] | None
"""Of one run, or of many runs at once."""

Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What SQLAlchemy made of one statement.

    Attributes:
        text: as the driver takes it.
        given: the names of the values that each run brings.
        names: of every value in the driver's order; None where it takes them by name.
        fixed: values that the statement itself brings, as the driver takes them.
        processes: what is done with a value on its way in.
        columns: the names of what comes back; empty where nothing does.
        made: by the column's place, what is done with a value on its way out.
    """

    text: str
    given: frozenset[str]
    names: tuple[str, ...] | None
    fixed: Values
    processes: tuple[tuple[str, Process], ...]
    columns: tuple[str, ...]
    made: tuple[tuple[int, Process], ...]

    def taken(self, values: Values) -> Any:
        """Return the values of one run as the driver takes them."""
        if self.processes or self.fixed or self.names is None:
            values = {**self.fixed, **values}
            for name, process in self.processes:
                values[name] = process(values[name])
        return values if self.names is None else [values[name] for name in self.names]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a row with its values as SQLAlchemy would."""
        if not self.made:
            return row
        values = list(row)
        for at, process in self.made:
            values[at] = process(values[at])
        return values


_Known = WeakKeyDictionary[Executable, Learnt | None]

_known: WeakKeyDictionary[Dialect, _Known] = WeakKeyDictionary()
"""By dialect, every statement that was run: None after the first time, for most that are built anew run once."""


class Statements:
    """Runs statements on one connection, which is in a transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        known = _known.get(connection.dialect)
        self._known: _Known = _known.setdefault(connection.dialect, WeakKeyDictionary()) if known is None else known
        # whoever hears statements is told by SQLAlchemy
        self._heard = bool(connection.dispatch.before_cursor_execute or connection.dispatch.after_cursor_execute)
        self._driver: Any = None

    def run(self, statement: Executable, values: Given = None) -> int:
        """Execute a statement, or the same one with many values; return how many rows it wrote."""
        learnt = self._learnt(statement, values)
        if learnt is None:
            return self._by_sqlalchemy(statement, values).rowcount
        cursor = self._by_driver(learnt, values)
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def row(self, statement: Executable, values: Values | None = None) -> dict[str, Any] | None:
        """Return the first row by its columns' names, or None."""
        learnt = self._learnt(statement, values)
        if learnt is None:
            found = self._by_sqlalchemy(statement, values).first()
            return None if found is None else found._asdict()
        first = self._first(learnt, values)
        return None if first is None else dict(zip(learnt.columns, learnt.read(first), strict=True))

    def rows(self, statement: Executable, values: Values | None = None) -> list[dict[str, Any]]:
        """Return every row by its columns' names."""
        learnt = self._learnt(statement, values)
        if learnt is None:
            return [row._asdict() for row in self._by_sqlalchemy(statement, values)]
        cursor = self._by_driver(learnt, values)
        try:
            found = cursor.fetchall()
        except BaseException as fault:
            self._raise(fault, learnt)
        finally:
            cursor.close()
        return [dict(zip(learnt.columns, learnt.read(row), strict=True)) for row in found]

    def value(self, statement: Executable, values: Values | None = None) -> Any:
        """Return the first column of the first row, or None."""
        learnt = self._learnt(statement, values)
        if learnt is None:
            found = self._by_sqlalchemy(statement, values).first()
            return None if found is None else found[0]
        first = self._first(learnt, values)
        return None if first is None else learnt.read(first)[0]

    def _first(self, learnt: Learnt, values: Values | None) -> Sequence[Any] | None:
        cursor = self._by_driver(learnt, values)
        try:
            found: Sequence[Any] | None = cursor.fetchone()
        except BaseException as fault:
            self._raise(fault, learnt)
        finally:
            cursor.close()
        return found

    def _learnt(self, statement: Executable, values: Given) -> Learnt | None:
        """What is known of a statement, where it is to be run with values of the same names as when it was learnt."""
        learnt = None if self._heard else self._known.get(statement)
        return learnt if learnt is not None and learnt.given == _one_of(values).keys() else None

    def _by_sqlalchemy(self, statement: Executable, values: Given) -> CursorResult[*tuple[Any, ...]]:
        # SQLAlchemy would let go of an insert's cursor before its rows were counted
        result = self.connection.execute(statement, values or {}, execution_options={"preserve_rowcount": True})
        if statement not in self._known:
            self._known[statement] = None
        elif self._known[statement] is None:
            self._known[statement] = _learn(result, frozenset(_one_of(values)))
        return result

    def _by_driver(self, learnt: Learnt, values: Given) -> Any:
        if self._driver is None:
            self._driver = self.connection.connection.driver_connection
        cursor = None
        try:
            cursor = self._driver.cursor()
            if values is None or isinstance(values, Mapping) or len(values) == 1:
                cursor.execute(learnt.text, learnt.taken(_one_of(values)))
            else:
                cursor.executemany(learnt.text, [learnt.taken(one) for one in values])
        except BaseException as fault:
            if cursor is not None:
                cursor.close()
            self._raise(fault, learnt)
        return cursor

    def _raise(self, fault: BaseException, learnt: Learnt) -> NoReturn:
        """Raise what SQLAlchemy makes of a driver's fault, and have it give up a connection that broke."""
        self.connection._handle_dbapi_exception(fault, learnt.text, None, None, None)


def _one_of(values: Given) -> Values:
    if values is None or isinstance(values, Mapping):
        return values or {}
    return values[0] if values else {}


def _learn(result: CursorResult[*tuple[Any, ...]], given: frozenset[str]) -> Learnt | None:
    """Return what SQLAlchemy made of a statement that it has just run; None: each run of it may differ."""
    context = result.context
    compiled = context.compiled if isinstance(context, DefaultExecutionContext) else None
    if not isinstance(context, DefaultExecutionContext) or not isinstance(compiled, SQLCompiler) or _differs(compiled):
        return None
    values, expanded = context.compiled_parameters[0], context._expanded_parameters
    if not given <= values.keys():
        return None
    processes = {
        each: cast(Process, process)
        for name, process in compiled._bind_processors.items()
        for each in expanded.get(name, (name,))
    }
    names = None
    if compiled.positiontup is not None:
        names = tuple(each for name in compiled.positiontup for each in expanded.get(name, (name,)))
    columns = tuple(result.keys()) if result.returns_rows else ()
    made = result._metadata._processors if columns else ()
    if len(set(columns)) != len(columns):
        return None
    return Learnt(
        text=context.statement,
        given=given,
        names=names,
        fixed={
            name: processes[name](value) if name in processes else value
            for name, value in values.items()
            if name not in given
        },
        processes=tuple((name, process) for name, process in processes.items() if name in given),
        columns=columns,
        made=tuple((at, process) for at, process in enumerate(made) if process is not None),
    )


def _differs(compiled: SQLCompiler) -> bool:
    """Whether something beside the values that are given may differ from one run to the next."""
    computed = (*compiled.insert_prefetch, *compiled.update_prefetch)
    return bool(
        compiled.literal_execute_params
        or compiled.escaped_bind_names
        or compiled.implicit_returning
        or compiled.schema_translate_map
        or any(column.default is None or not column.default.is_scalar for column in computed)
        or any(one.callable is not None or one.type._is_tuple_type for one in compiled.binds.values())
    )
