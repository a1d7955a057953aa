"""What every journal and every client of a test process shares, since to make it anew for each took a third of its CPU.

Each test has its own journal, engine and clients. What is shared here holds no state of theirs: what SQLAlchemy makes
of a statement, the certificates that are trusted, and how an exception is printed that nobody reads.
"""

from functools import cache

import httpcore2
import pytest
import structlog
from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache

from agents.journal.database import Database

_dialects: dict[str, Dialect] = {}
_compiled: LRUCache[object, object] = LRUCache(4_000)


def shares_statements(database: Database) -> Database:
    """Have a journal use what was made of statements for an earlier one on a database of its kind; return it.

    It works as a process does that has been running for a while. Of 68 s CPU of three files of laws, 18 were spent on
    making the same statements again.
    """
    if database.engine.name not in _dialects:
        # with its first connection a dialect learns what server it talks to
        with database.engine.connect():
            _dialects[database.engine.name] = database.engine.dialect
    database.engine.dialect = _dialects[database.engine.name]
    database.engine.update_execution_options(compiled_cache=_compiled)
    return database


def share_what_never_differs() -> None:
    """Read the trusted certificates of a model's client once a process (45 ms each time), and print causes plainly.

    structlog's own way to print an exception takes a second for each.
    """
    pytest.MonkeyPatch().setattr(httpcore2, "default_ssl_context", cache(httpcore2.default_ssl_context))
    *others, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])
