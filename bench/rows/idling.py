"""(g) the embedded set-up while nobody asks: memory and CPU of app, worker, broker and the parent of them all."""

import threading

from bench.bench import Bench
from bench.processes import cpu_seconds, pss_bytes
from bench.row import Row

LETTERS = "g"

STARTS = 10.0
"""Seconds after the first answer until everything has started and is at rest."""


def measure(bench: Bench) -> list[Row]:
    """Take the rows, on a set-up that has answered a mention and then rests."""
    side = bench.another("idle")
    # what a first answer has set off comes to its end before rest is measured
    threading.Event().wait(min(STARTS, bench.size.idle_seconds))
    before = cpu_seconds(side.pids)
    # time itself is what is measured here: there is no condition to wait for
    threading.Event().wait(bench.size.idle_seconds)
    share = 100 * (cpu_seconds(side.pids) - before) / bench.size.idle_seconds
    memory = pss_bytes(side.pids) / 1_000_000
    side.end()
    return [
        Row("(g) memory of the idle set-up (PSS)", "MB", memory, goal="<= 400"),
        Row("(g) CPU of the idle set-up, of one core", "%", share, goal="<= 1"),
    ]
