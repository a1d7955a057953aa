"""Compute over tables attached in the thread with one SQL SELECT. Effect: read. Reaches only files of the thread."""

import hashlib
from typing import Annotated

from pydantic import Field

from tools.contract import Arguments, Effect, Reach, Source, Tool, ToolContext, ToolResult
from tools.guards.attached import find_file, one_line
from tools.guards.parsing import Deadline, ask
from tools.guards.table_names import base_names

MAX_FILES = 10
"""Files of one query: with 20 MB for all of them, more would be a sign of a misread request."""


class QueryWanted(Arguments):
    sql: str = Field(
        min_length=1,
        max_length=20_000,
        description='One DuckDB SELECT. Table names as read_file gives them; columns in double quotes: "Net sales".',
    )
    file_ids: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(
        min_length=1, max_length=MAX_FILES, description="Ids of the files whose tables the query uses."
    )


def query_tables(wanted: QueryWanted, context: ToolContext) -> ToolResult:
    """Return the rows of the query over copies of the files' tables, numbers written plainly.

    Raises:
        BadArguments: no such file, not one SELECT, or DuckDB cannot run it; the text lists tables and columns.
        ToolFailed: a file is gone, is no table, is damaged or beyond a limit, or the query is.
        Unavailable: Slack asks to wait, or every child process is busy.
    """
    deadline = Deadline.within(context.seconds)
    listed = list(context.files.listed())
    files = [find_file(file_id, listed) for file_id in dict.fromkeys(wanted.file_ids)]
    bases = base_names((each.id, each.name) for each in listed)
    blobs = [context.files.open(file.id) for file in files]
    arguments = {
        "sql": wanted.sql,
        "files": [{"name": one_line(file.name), "base": bases[file.id]} for file in files],
    }
    laid = ask("tools.guards.querying:query", arguments, blobs, "The query", deadline)
    sources = tuple(
        Source(kind="file", id=file.id, digest=hashlib.sha256(data).hexdigest(), title=file.name, url=file.url)
        for file, data in zip(files, blobs, strict=True)
    )
    text = f"{laid.text}\nCut: {laid.cut}" if laid.cut else laid.text
    return ToolResult(text=text, sources=sources, cut=laid.cut)


TOOL = Tool(
    name="query_tables",
    effect=Effect.READ,
    reach=Reach.THREAD,
    description=(
        "Compute over CSV and XLSX files attached in this thread with one DuckDB SELECT: sums, counts, filters, joins, "
        "rankings over all rows. Call read_file first: it gives the names of tables and columns. Do not use it on PDF "
        "or text files, and not to change anything: it works on a copy and refuses every other statement."
    ),
    arguments=QueryWanted,
    call=query_tables,
    needs=("duckdb",),
    # not quick: fetching the files and the query together may take 25 s, although a small one takes 0.4 s
)
