"""What a database that does not do its work says, told apart: try again now, wait for it, or give up."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from agents.errors import JournalBusy

BROKEN_OFF = frozenset({"40001", "40P01"})
"""PostgreSQL's codes of a serialisation failure and of a deadlock: the whole transaction may be run again (E2)."""

_OF_THE_DATABASE = (OperationalError, InterfaceError, InternalError)
"""Locked, full, ended, restarting, read-only after a failover. Others (a unique key, a type) are faults of ours."""


def is_of_the_database(fault: DBAPIError) -> bool:
    """Whether the database could not do its work, whatever it was asked."""
    # the bare kind is what SQLite says of a file that is damaged, or that is none of its own
    return fault.connection_invalidated or isinstance(fault, _OF_THE_DATABASE) or type(fault) is DatabaseError


def may_be_repeated(fault: DBAPIError) -> bool:
    """Whether the database broke the transaction off in favour of another one: nothing of it was stored."""
    return getattr(fault.orig, "sqlstate", None) in BROKEN_OFF


def words_of(fault: Exception) -> str:
    """The driver's own words: SQLAlchemy's message would show the statement's values, which are people's text."""
    if isinstance(fault, PoolTimeout):
        return "no connection to the journal came free in time"
    return " ".join(str(fault.orig if isinstance(fault, DBAPIError) else fault).split())


@contextmanager
def named() -> Iterator[None]:
    """Raise JournalBusy for what the database cannot do; what is a fault of ours stays what it is."""
    try:
        yield
    except PoolTimeout as fault:
        raise JournalBusy(words_of(fault)) from None
    except DBAPIError as fault:
        if not is_of_the_database(fault):
            raise
        raise JournalBusy(words_of(fault)) from None
