"""Makes the Runs due that a budget or a rate holds back, once the policy has changed under which it did.

It looks at the journal, not at who changed it: a command, an operator's file, a rollback. Each Run has a transaction of
its own, long after the change was committed (E2).
"""

from collections.abc import Callable

from agents.engine.budgeting import versions
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.engine.sweeper import Sweep, each
from agents.journal import policies, runs
from agents.journal.transaction import Transaction

AT_ONCE = 200
"""Runs that one sweep makes due."""


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        each(room.journal.read(_changed), lambda run_id: room.journal.write(lambda tx: _make_due(room, tx, run_id)))

    return sweep


def _changed(tx: Transaction) -> list[str]:
    held = runs.held_under(tx)
    now = {workspace: versions(policies.in_force(tx, workspace)) for workspace in {one[1] for one in held}}
    return [run_id for run_id, workspace, under in held if under != now[workspace]][:AT_ONCE]


def _make_due(room: Room, tx: Transaction, run_id: str) -> None:
    run = runs.lock(tx, run_id)
    if run is not None and run.held_since is not None:
        # noted here too, so that one that a worker cannot take just now is not made due at every look
        runs.set_fields(tx, run_id, held_under=versions(policies.in_force(tx, run.workspace_id)))
        runs.make_due(tx, run_id)
        room.poke_later(tx, Queue.ADVANCE, run_id)


SWEEP = Sweep(name="budgets", every=2.0, begin=_begin)
