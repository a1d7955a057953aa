"""(e) CPU of one Run with one tool call, TLS to Slack and to Claude included."""

from statistics import median

from bench.asking import ask
from bench.bench import Bench
from bench.processes import cpu_seconds, tree_of
from bench.row import Row
from bench.sides import ONE_QUICK, Side, plain_side

LETTERS = "e"


def measure(bench: Bench) -> list[Row]:
    """Take the rows: every process of the app, the workers and the broker; a database server in a row of its own."""
    ours = bench.another("ours_by_tls", tls=True)
    database = bench.postgres_pid
    runs = bench.size.runs
    spent: list[float] = []
    beside: list[float] = []
    theirs: list[float] = []
    with plain_side(bench.folder / "theirs_by_tls", ours, certificate=bench.certificate) as plain:
        for _ in range(bench.size.rounds):
            before = cpu_seconds(tree_of(database)) if database else 0.0
            spent.append(_cpu_of(ours, runs))
            beside.append(1000 * ((cpu_seconds(tree_of(database)) if database else 0.0) - before) / runs)
            theirs.append(_cpu_of(plain, runs))
    ours.end()
    rows = [Row("(e) CPU of a Run with one tool call, by TLS", "ms", median(spent), median(theirs), goal="<= 25")]
    if database:
        rows.append(Row("(e) CPU of the database server beside it", "ms", median(beside)))
    return rows


def _cpu_of(side: Side, runs: int) -> float:
    before = cpu_seconds(side.pids)
    ask(side, ONE_QUICK, runs, min(10, runs))
    return 1000 * (cpu_seconds(side.pids) - before) / runs
