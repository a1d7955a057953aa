"""What the journal's database is, and whether what it has committed survives power loss (E4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from agents.journal.transaction import Journal, Transaction


@dataclass(frozen=True, slots=True)
class Standing:
    """A database as it stands. `weaknesses`: what makes a commit less than durable, each with what to do."""

    product: str
    version: str
    weaknesses: Sequence[tuple[str, str]]


def standing_of(journal: Journal) -> Standing:
    """Ask the database. Raises JournalBusy where it does not answer."""
    return journal.read(_sqlite if journal.database.is_sqlite else _postgresql)


def _sqlite(tx: Transaction) -> Standing:
    version = str(tx.value(text("SELECT sqlite_version()")))
    weaknesses = []
    # 2 is FULL, 3 EXTRA (sqlite.org/pragma.html#pragma_synchronous)
    if int(tx.value(text("PRAGMA synchronous"))) < 2:
        weaknesses.append(("SQLite does not wait for the disk.", "Use a Tagwork whose code was not changed there."))
    return Standing("SQLite", version, weaknesses)


def _postgresql(tx: Transaction) -> Standing:
    version = str(tx.value(text("SHOW server_version"))).split(" ", maxsplit=1)[0]
    weaknesses = []
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if str(tx.value(text(f"SHOW {name}"))) == "off":
            weaknesses.append(
                (f"PostgreSQL runs with {name} off: power loss may take what was acknowledged.", f"Set {name} = on.")
            )
    return Standing("PostgreSQL", version, weaknesses)
