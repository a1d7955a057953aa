"""`tagwork …` as the next release: it can work one format more, and every Run that it begins needs that format.

    python -m tests.given.next_version serve --only worker

All else is the code as it stands, so that what differs between two processes is only what E24 is about.
"""

from typing import Any

from agents import formats

formats.WORKS += 1

from agents.journal import runs  # noqa: E402 - its statements take the number as they are built
from agents.journal.transaction import Transaction  # noqa: E402
from app.cli import main  # noqa: E402

_create = runs.create


def create(tx: Transaction, **values: Any) -> None:
    """Insert a Run that only this release can work."""
    _create(tx, **{**values, "needs": formats.WORKS})


if __name__ == "__main__":
    runs.create = create
    main()
