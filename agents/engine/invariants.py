"""What must hold of every journal after every transaction, whatever happened before: for tests and operators alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agents.audit.chain import GENESIS, holds
from agents.audit.verify import verify
from agents.engine.told import wrong_in
from agents.journal import audit, toolcalls, workspaces
from agents.journal.invariants import RULES, broken, newest_runs
from agents.journal.transaction import Transaction

EVERYTHING = 2**31 - 1
"""How many of the newest Runs to look at for all of them: the largest number of a Run."""

LINES_A_RUN = 50
"""Lines of the chain that are read again for each Run that is looked at: one with a few calls writes about as many."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that must not be. `name` is the rule's, `ids` name the rows; `sentence` is for an operator."""

    name: str
    sentence: str
    ids: Mapping[str, str] = field(default_factory=dict)


def violations(tx: Transaction, *, newest: int = EVERYTHING) -> Iterator[Violation]:
    """Yield what is not so among the `newest` Runs of each workspace, and at the end of each trail.

    Ask in `Journal.read(…, still=True)`: of two statements that see different moments one would belie the other. At
    most `newest` rows are told of each rule. With EVERYTHING the whole of every trail and the digests of its Content
    are proven as well.
    """
    for rule in RULES:
        for row in broken(tx, rule, newest=newest, most=newest):
            ids = {name: str(value) for name, value in row.items() if name not in {"number", "tool"}}
            yield Violation(rule.name, rule.sentence.format(**row), ids)
    for run in newest_runs(tx, newest):
        lines = audit.of_run(tx.connection, run["workspace_id"], run["id"])
        for name, sentence, ids in wrong_in(lines, toolcalls.of_run(tx, run["id"]), run["status"]):
            yield Violation(name, f"Run #{run['number']}: {sentence}", {"run": str(run["id"]), **ids})
    for workspace in workspaces.every(tx):
        yield from _chain(tx, workspace.id, newest)


def _chain(tx: Transaction, workspace_id: str, newest: int) -> Iterator[Violation]:
    ids = {"workspace": workspace_id}
    if newest == EVERYTHING:
        verdict = verify(tx, workspace_id)
        if not verdict.holds:
            yield Violation("chain", f"The audit trail does not hold at {verdict.bad_seq}: {verdict.why}.", ids)
        return
    head = audit.head_of(tx.connection, workspace_id)
    if head is None:
        yield Violation("chain", "The audit trail has no head row.", ids)
        return
    after = max(0, head[0] - newest * LINES_A_RUN)
    seq, prev_hash = after, GENESIS
    for line in audit.lines(tx.connection, workspace_id, after=after):
        if line.seq != seq + 1 or not holds(line, prev_hash if seq > after or not after else line.prev_hash, seq + 1):
            yield Violation("chain", f"The audit trail does not hold at {seq + 1}.", ids)
            return
        seq, prev_hash = line.seq, line.hash
    if head != (seq, prev_hash):
        yield Violation("chain", f"The head of the audit trail names {head[0]} events, and it has {seq}.", ids)
