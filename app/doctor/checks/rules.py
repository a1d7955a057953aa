"""What must hold of the journal, whatever happened: looked at among the newest Runs, with --deep in all of it."""

from collections.abc import Iterator
from itertools import islice

from agents.engine.invariants import EVERYTHING, Violation, violations
from agents.errors import JournalBusy
from app.doctor.bench import Bench, NoJournal
from app.doctor.examining import Check, Finding

NEWEST = 500
"""Runs of each workspace that are looked at without --deep: a second or two."""

MOST = 10
"""Broken rules that are told one by one."""


def _look(bench: Bench) -> Iterator[Finding]:
    newest = EVERYTHING if bench.deep else NEWEST
    try:
        found = bench.journal.read(lambda tx: list(islice(violations(tx, newest=newest), MOST + 1)), still=True)
    except NoJournal:
        return
    except JournalBusy:
        yield CHECK.warn("The journal did not answer in time.", "Run it again when less is going on.")
        return
    looked_at = "every Run" if bench.deep else f"the newest {NEWEST} Runs of each workspace"
    if not found:
        yield CHECK.ok(f"What must hold of the journal holds, in {looked_at}.")
    for one in found[:MOST]:
        yield CHECK.fail(_told(one), _fix(one))
    if len(found) > MOST:
        yield CHECK.fail("And more.", "Look at these first.")


def _told(one: Violation) -> str:
    ids = " ".join(f"{name}={value}" for name, value in one.ids.items())
    return f"{one.sentence} ({one.name}{': ' if ids else ''}{ids})"


def _fix(one: Violation) -> str:
    if one.name == "chain":
        return "`tagwork audit verify` names the event. Compare the journal with a backup, and find out who changed it."
    return (
        "`tagwork runs show NUMBER` shows the Run; if it stands still, `tagwork runs stop NUMBER` ends it. Then report "
        "it with this line: it is a fault of Tagwork's own."
    )


CHECK = Check("rules", 85, _look)
