"""The journal: is it there, is it of this version, and is what is committed durable?"""

from collections.abc import Iterator

from agents.errors import JournalBusy
from agents.journal import migrate
from agents.journal.durability import standing_of
from app.doctor.bench import Bench, NoJournal
from app.doctor.examining import Check, Finding


def _look(bench: Bench) -> Iterator[Finding]:
    try:
        database = bench.journal.database
    except NoJournal as none:
        yield CHECK.warn(f"There is no journal at {none} yet.", "`tagwork serve` makes it at its first start.")
        return
    shown = database.url.render_as_string(hide_password=True)
    try:
        found = standing_of(bench.journal)
    except JournalBusy:
        yield CHECK.fail(
            f"{shown} does not answer.", "See whether it runs, and whether TAGWORK_DATABASE_URL names it rightly."
        )
        return
    yield CHECK.ok(f"{found.product} {found.version} answers at {shown}.")
    mismatch = migrate.mismatch(database)
    if mismatch is not None:
        yield CHECK.fail(mismatch.what, mismatch.fix)
    for wrong, fix in found.weaknesses:
        yield CHECK.warn(wrong, fix)


CHECK = Check("database", 60, _look)
