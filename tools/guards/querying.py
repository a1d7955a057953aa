"""Run one SELECT over the tables of some files, in DuckDB in memory, closed before the query is read. In the child."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from tools.guards.cells import line_of, plain
from tools.guards.column_types import ColumnType
from tools.guards.file_types import FileKind, kind_of
from tools.guards.reading import tables_of
from tools.guards.refusals import Misasked, Refused
from tools.guards.tables import Table

ROOM = 24_000
"""Characters of one result, as for read_file."""
ROWS_AT_ONCE = 200
"""Rows of one result; more are for reading, not for an answer."""
CELL_LENGTH = 1_000
"""Characters of one cell."""
LOADED_AT_ONCE = 2_000
"""Rows handed to DuckDB in one statement: 2 000 of 500 cells are 60 MB for that moment."""
RULE = "query_tables runs exactly one SELECT statement (WITH is fine) over the attached tables."

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": "1",
    "async_threads": "0",
    "memory_limit": "256MB",
    "temp_directory": "",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
}
"""One thread, because a child has one core; nothing spills to a disk; no extension comes in."""


def query(arguments: Mapping[str, Any], blobs: Sequence[bytes]) -> dict[str, str]:
    """Return {"text", "cut"} for arguments sql and files ([{"name", "base"}], one blob each).

    Raises:
        Refused: a file cannot be read as tables, or the query needs too much memory.
        Misasked: not one SELECT, or DuckDB cannot run it; the text names the tables and columns there are.
    """
    connection = duckdb.connect(":memory:", config=SETTINGS)
    # before anything else: DuckDB changes neither setting back for as long as the process lives
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    sql = _one_select(arguments["sql"])
    tables = [
        table
        for file, data in zip(arguments["files"], blobs, strict=True)
        for table in _tables(data, file["name"], file["base"])
    ]
    try:
        for table in tables:
            _load(connection, table)
        connection.execute("BEGIN TRANSACTION READ ONLY")
        return _answer(connection.execute(sql))
    except duckdb.OutOfMemoryException:
        raise Refused("The query needs more than 256 MB. Select fewer columns or rows, or aggregate sooner.") from None
    except (duckdb.InternalException, duckdb.FatalException) as fault:
        raise Refused(f"DuckDB failed inside: {_first_line(fault)}") from None
    except duckdb.TransactionException:
        raise Misasked(f"{RULE} It changes nothing.") from None
    except duckdb.PermissionException:
        raise Misasked(f"{RULE} It reads no other file and no address. {_there_are(tables)}") from None
    except duckdb.Error as fault:
        raise Misasked(f"{_first_line(fault)} {_there_are(tables)}") from None


def _one_select(sql: str) -> str:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as fault:
        raise Misasked(f"{_first_line(fault)} {RULE}") from None
    if len(statements) != 1:
        raise Misasked(f"{RULE} This is {len(statements)} statements.")
    kind = statements[0].type
    if kind != duckdb.StatementType.SELECT:
        raise Misasked(f"{RULE} This is {str(kind).rpartition('.')[2]}.")
    return sql


def _tables(data: bytes, name: str, base: str) -> Sequence[Table]:
    kind = kind_of(data, name)
    if kind not in (FileKind.CSV, FileKind.XLSX):
        raise Refused(f'"{name}" is {kind} and holds no table. query_tables takes CSV and XLSX; read_file reads this.')
    return tables_of(data, kind, name, base).tables


def _load(connection: "duckdb.DuckDBPyConnection", table: Table) -> None:
    """Make the table. Identifiers are quoted and values are bound: nothing of the file becomes SQL."""
    columns = ", ".join(f"{_quoted(title)} {kind.sql}" for title, kind in zip(table.header, table.kinds, strict=True))
    connection.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
    casts = ", ".join(f"CAST(c{at} AS {kind.sql})" for at, kind in enumerate(table.kinds))
    unnested = ", ".join(f"unnest(?::VARCHAR[]) AS c{at}" for at in range(len(table.kinds)))
    insert = f"INSERT INTO {_quoted(table.name)} SELECT {casts} FROM (SELECT {unnested})"  # noqa: S608
    for start in range(0, len(table.rows), LOADED_AT_ONCE):
        columns_of_rows = zip(*table.rows[start : start + LOADED_AT_ONCE], strict=True)
        connection.execute(
            insert, [_written(cells, kind) for cells, kind in zip(columns_of_rows, table.kinds, strict=True)]
        )


def _written(cells: Sequence[str], kind: ColumnType) -> list[str | None]:
    """Return the cells as text that casts to the column's type; blank ones are NULL, and only text keeps its blanks."""
    if kind.sql == "VARCHAR":
        return [cell if cell.strip() else None for cell in cells]
    if kind.written is None:
        return [cell.strip() or None for cell in cells]
    return [kind.written(cell) if cell.strip() else None for cell in cells]


def _answer(result: "duckdb.DuckDBPyConnection") -> dict[str, str]:
    header = [column[0] for column in result.description or ()]
    lines, room, count, full = [line_of(header, CELL_LENGTH)], ROOM, 0, False
    while rows := result.fetchmany(LOADED_AT_ONCE):
        for row in rows:
            count += 1
            if full:
                continue
            line = line_of([plain(value) for value in row], CELL_LENGTH)
            full = count > ROWS_AT_ONCE or (len(lines) > 1 and len(line) > room)
            if not full:
                lines.append(line)
                room -= len(line)
    shown = len(lines) - 1
    cut = ""
    if shown < count:
        cut = (
            f"rows {shown + 1:,}-{count:,} are not shown. Aggregate, or add ORDER BY with LIMIT {shown} OFFSET {shown} "
            "to read on."
        )
    return {"text": "\n".join([f"{count:,} rows.", *lines]), "cut": cut}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(fault: Exception) -> str:
    """Return DuckDB's message without the query, which the model knows."""
    words = " ".join(str(fault).partition("\n\nLINE ")[0].split())[:400]
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _there_are(tables: Sequence[Table]) -> str:
    listed = "; ".join(f"{table.name} ({', '.join(_quoted(title) for title in table.header)})" for table in tables)
    return f"Tables and their columns: {listed[:4000]}."
