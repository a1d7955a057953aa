"""Says on the trail that another worker took over what a lost one had left: of a Run, of its calls, of its Deliveries.

`…:lease_lost` stands there for every row whose lease was lost; `run:recovered` once for each process that a Run lost,
when the first of its rows is taken over, so that one death is one recovery however much the dead held of the Run.
"""

import json

from agents.audit.events import Event
from agents.engine.lease import Kind
from agents.journal import audit
from agents.journal.transaction import Transaction

LOST = {Kind.RUN: Event.RUN_LEASE_LOST, Kind.CALL: Event.CALL_LEASE_LOST, Kind.DELIVERY: Event.DELIVERY_LEASE_LOST}
"""The event that names a row whose lease was lost."""


def taken_over(
    tx: Transaction,
    workspace_id: str,
    run_id: str | None,
    kind: Kind,
    row_id: str,
    *,
    lost: str,
    fence: int,
    actor: str,
) -> None:
    """Record that `actor` took a row over from the process `lost`, which held it under `fence`.

    Under the lock of the row's Run; a message that belongs to no Run has none, and is not recovered as one.
    """
    named = {} if kind is Kind.RUN else {"delivery" if kind is Kind.DELIVERY else "call": row_id}
    tx.record(workspace_id, LOST[kind], run_id=run_id, actor=actor, **named, worker=lost, fence=fence)
    if run_id is None:
        return
    lines = audit.of_run(tx.connection, workspace_id, run_id)
    told = [json.loads(line.data) for line in lines if line.event == Event.RUN_RECOVERED.value]
    told += [one.data for one in tx.events if one.event is Event.RUN_RECOVERED and one.run_id == run_id]
    if any(one["lost"] == lost for one in told):
        return
    of_lost = [line.at for line in lines if line.actor == f"worker:{lost}"] or [line.at for line in lines]
    silent_us = max(0, tx.now() - max(of_lost)) if of_lost else 0
    tx.record(
        workspace_id,
        Event.RUN_RECOVERED,
        run_id=run_id,
        actor=actor,
        lost=lost,
        worker=actor.removeprefix("worker:"),
        of=kind.value,
        silent_us=silent_us,
    )
