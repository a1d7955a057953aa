"""Begins an ended Run anew, as another Run made from copies of its Inputs (E6)."""

from agents.audit.events import Event
from agents.errors import NotFound
from agents.formats import READS_ALONG
from agents.ids import new_id
from agents.journal import inputs, runs, threads, workspaces
from agents.journal.transaction import Transaction


def retry(tx: Transaction, workspace_id: str, number: int, *, actor: str) -> int:
    """Return the new Run's number. Raises NotFound: no such Run, it has not ended, or its Thread has an unended one."""
    run_id = runs.numbered(tx, workspace_id, number)
    old = runs.by_id(tx, run_id) if run_id else None
    if old is None:
        raise NotFound(f"there is no run #{number}")
    if old.ended_at is None:
        raise NotFound(f"run #{number} has not ended; wait for it")
    threads.lock_by_id(tx, old.thread_id)
    unended = runs.unended_of(tx, old.thread_id, unasked=True)
    if unended is not None:
        raise NotFound(f"the thread of run #{number} has another run that has not ended; wait for it")
    made, new_number = new_id(), workspaces.take_number(tx, workspace_id)
    runs.create(
        tx,
        id=made,
        workspace_id=workspace_id,
        thread_id=old.thread_id,
        channel=threads.place_of(tx, old.thread_id).channel,
        number=new_number,
        requester=old.requester,
        trigger=old.trigger,
        needs=READS_ALONG if old.unasked else 1,
        request_ts=old.request_ts,
        model=old.model,
        effort=old.effort,
        labels={},
    )
    for one in inputs.of_run(tx, old.id):
        inputs.add(
            tx,
            id=new_id(),
            workspace_id=workspace_id,
            thread_id=one.thread_id,
            run_id=made,
            # the new Run asked nothing that these words could answer
            kind="follow_up" if one.kind == "answer" else one.kind,
            standing=one.standing,
            author=one.author,
            addressed=one.addressed,
            ts=one.ts,
            content_id=one.content_id,
            labels=dict(one.labels),
        )
    tx.record(workspace_id, Event.RUN_RETRIED, run_id=made, actor=actor, of=old.id)
    tx.record(workspace_id, Event.RUN_QUEUED, run_id=made, actor=actor, number=new_number, requester=old.requester)
    return new_number
