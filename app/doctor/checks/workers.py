"""The workers: which live, and when each last proved it."""

from collections.abc import Iterator

from agents.engine.owner import is_dead, named
from agents.engine.progress import progress
from agents.journal import processes
from app.doctor.bench import Bench, NoJournal
from app.doctor.examining import Check, Finding
from app.probes import STILL


def _look(bench: Bench) -> Iterator[Finding]:
    try:
        every = [one for one in bench.journal.read(processes.seen) if not is_dead(one.owner)]
    except NoJournal:
        yield CHECK.warn("No worker has ever run here.", "Start Tagwork: `tagwork serve`.")
        return
    living = [one for one in every if one.lately]
    if not living:
        # where an app sweeps people are heard, and nobody would work for them
        found = CHECK.fail if bench.journal.read(lambda tx: processes.leader(tx, "sweeper")) else CHECK.warn
        yield found("No worker lives.", "Start one: `tagwork serve`, or `tagwork serve --only worker`.")
    for one in living:
        lost = f", {one.lost_threads} of them lost" if one.lost_threads else ""
        yield CHECK.ok(f"{named(one.owner)}: {one.slots} threads{lost}, proved {one.ago / 1e6:.0f} s ago.")
    for one in every:
        if not one.lately:
            yield CHECK.warn(
                f"{named(one.owner)} has been silent for {one.ago / 1e6:.0f} s.",
                "If it still runs, end it: its leases have passed to others, and a new one is started in its place.",
            )
    work = bench.journal.read(progress)
    if work.stands_still(STILL):
        yield CHECK.fail(
            f"Something has been due for {work.waiting_seconds:.0f} s, and nobody works on anything.",
            "See the workers' logs; `tagwork runs list` shows what waits.",
        )


CHECK = Check("workers", 80, _look)
