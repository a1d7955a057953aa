"""An account of one Run for operators: how it stands, who held it, what was lost and taken over, what broke.

Out of it come no words of people and no arguments: those are Content.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from agents.audit.chain import AuditEvent
from agents.audit.events import Event
from agents.clock import MICROSECONDS
from agents.deliveries.life import DECORATIONS
from agents.deliveries.life import State as DeliveryState
from agents.journal import audit, deliveries, runs, threads, toolcalls
from agents.journal.transaction import Transaction
from agents.runs.life import ENDED, Run

LOST = {
    Event.RUN_LEASE_LOST.value: "run",
    Event.CALL_LEASE_LOST.value: "tool_call",
    Event.DELIVERY_LEASE_LOST.value: "delivery",
}


def account(tx: Transaction, workspace_id: str, number: int) -> dict[str, Any] | None:
    """Return the account as plain values, times in ISO 8601 and UTC, or None where there is no such Run."""
    run_id = runs.numbered(tx, workspace_id, number)
    run = runs.by_id(tx, run_id) if run_id else None
    if run is None:
        return None
    lines = audit.of_run(tx.connection, workspace_id, run.id)
    place = threads.place_of(tx, run.thread_id)
    return {
        **summary(run),
        "channel": place.channel,
        "thread": place.root,
        "model": run.model,
        "asked_at": _at(run.created_at),
        "begun_at": _at(run.begun_at),
        "ended_at": _at(run.ended_at),
        "due_seconds": None if run.due_at is None else round((tx.now() - run.due_at) / MICROSECONDS, 1),
        "held_by": run.lease_owner,
        "held_until": _at(run.lease_until),
        "claims_without_result": run.attempts,
        "open_calls": run.open,
        "recovered": list(_recovered(lines)),
        "leases_lost": list(_lost(lines)),
        "turns_broken": list(_broken(lines)),
        "calls": _calls(tx, run),
        "messages": _messages(tx, run),
    }


def summary(run: Run) -> dict[str, Any]:
    """Return the line of a list: what a Run is, how it stands, and whether a lost worker's part was taken over."""
    return {
        "number": run.number,
        "id": run.id,
        "status": run.status.value,
        "requester": run.requester,
        "turns": run.turns,
        "tokens": run.tokens,
        "cost_usd": f"{run.cost_micro_usd / 1e6:.6f}",
        "cause": run.cause,
        "lost_lease": run.lost_lease,
        "ended": run.status in ENDED,
    }


def _told(lines: Sequence[AuditEvent]) -> Iterator[tuple[AuditEvent, dict[str, Any]]]:
    return ((line, json.loads(line.data)) for line in lines)


def _recovered(lines: Sequence[AuditEvent]) -> Iterator[dict[str, Any]]:
    for line, data in _told(lines):
        if line.event == Event.RUN_RECOVERED.value:
            silent = round(data["silent_us"] / MICROSECONDS, 3)
            yield {"at": _at(line.at), **{name: data[name] for name in ("lost", "worker", "of")}, "silent": silent}


def _lost(lines: Sequence[AuditEvent]) -> Iterator[dict[str, Any]]:
    for line, data in _told(lines):
        if line.event in LOST:
            row = data.get("call") or data.get("delivery") or line.run_id
            yield {"at": _at(line.at), "of": LOST[line.event], "id": row, "worker": data["worker"]}


def _broken(lines: Sequence[AuditEvent]) -> Iterator[dict[str, Any]]:
    for line, data in _told(lines):
        if line.event == Event.TURN_BROKEN.value:
            yield {"at": _at(line.at), "cause": data.get("cause")}


def _calls(tx: Transaction, run: Run) -> list[dict[str, Any]]:
    return [
        {
            "id": call.id,
            "tool": call.tool,
            "status": call.status.value,
            "attempts": call.attempts,
            "decision": call.decision,
            "rule": call.rule,
            "held_by": call.lease_owner,
        }
        for call in toolcalls.of_run(tx, run.id)
    ]


def _messages(tx: Transaction, run: Run) -> list[dict[str, Any]]:
    """Every message that people are to read, and every other one that did not arrive."""
    return [
        {
            "id": one.id,
            "kind": one.kind.value,
            "status": one.status.value,
            "attempts": one.attempts,
            "terminal": one.terminal,
            "cause": one.cause,
            "held_by": one.lease_owner,
        }
        for one in deliveries.of_run(tx, run.id)
        if one.kind not in DECORATIONS or one.status is not DeliveryState.SENT
    ]


def _at(moment: int | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment / MICROSECONDS, UTC).isoformat(timespec="milliseconds")
