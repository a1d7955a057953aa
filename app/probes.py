"""What /readyz looks at: journal, broker, Slack, workers, the sweeper, whether work gets on, and what must hold."""

from collections.abc import Callable
from itertools import islice

from agents.engine.invariants import violations
from agents.engine.owner import is_dead, named
from agents.engine.progress import progress
from agents.journal import migrate, processes
from agents.journal.transaction import Journal
from app.metrics.catalogue import RULES_BROKEN
from app.readiness import Probe
from app.slack.socket_mode import SlackSocket

STILL = 30.0
"""Seconds for which something may be due, while nothing at all is worked on, before work counts as standing still."""


NEWEST, MOST = 20, 100
"""Runs of each workspace that are looked at for broken rules, and how many are counted: a look takes milliseconds."""

MINUTE = 60.0
"""Seconds between two such looks."""


def database_probe(journal: Journal) -> Probe:
    """Return the probe that the journal answers."""

    def look() -> str:
        journal.read(lambda tx: tx.now())
        return ""

    return Probe("database", look)


def migrated_probe(journal: Journal) -> Probe:
    """Return the probe that this code can work on the journal's tables."""
    return Probe("migrated", lambda: str(migrate.mismatch(journal.database) or ""))


def broker_probe(reached: Callable[[], None]) -> Probe:
    """Return the probe that the broker answers; `reached` raises where it does not."""

    def look() -> str:
        reached()
        return ""

    return Probe("broker", look)


def socket_probe(socket: SlackSocket) -> Probe:
    """Return the probe that Slack's socket is open and that something arrived on it lately."""

    def look() -> str:
        return "" if socket.healthy() else f"Slack's socket has brought nothing for {socket.frame_age():.0f} s"

    return Probe("slack", look)


def workers_probe(journal: Journal) -> Probe:
    """Return the probe that a worker lives, by what workers last said in the journal."""

    def look() -> str:
        every = [one for one in journal.read(processes.seen) if not is_dead(one.owner)]
        if any(one.lately for one in every):
            return ""
        if not every:
            return "no worker has said that it lives"
        return "; ".join(f"{named(one.owner)} was last heard of {one.ago / 1e6:.0f} s ago" for one in every)

    return Probe("workers", look)


def sweeper_probe(journal: Journal) -> Probe:
    """Return the probe that some process sweeps: without one, a lost poke or a dead worker's row waits for ever."""

    def look() -> str:
        return "" if journal.read(lambda tx: processes.leader(tx, "sweeper")) else "no process sweeps"

    return Probe("sweeper", look)


def work_probe(journal: Journal) -> Probe:
    """Return the probe that what is due is taken by somebody."""

    def look() -> str:
        found = journal.read(progress)
        if not found.stands_still(STILL):
            return ""
        return f"something has been due for {found.waiting_seconds:.0f} s, and no worker works on anything"

    return Probe("work", look)


def rules_probe(journal: Journal) -> Probe:
    """Return the probe that what must hold of the journal holds among its newest Runs. It warns: work goes on."""

    def look() -> str:
        found = journal.read(lambda tx: list(islice(violations(tx, newest=NEWEST), MOST)), still=True)
        RULES_BROKEN.set(len(found))
        if not found:
            return ""
        more = f" And {len(found) - 1} more." if len(found) > 1 else ""
        return f"{found[0].sentence}{more} `tagwork doctor` says what to do"

    return Probe("rules", look, warns=True, every=MINUTE)
