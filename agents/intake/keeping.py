"""A command or a click of someone who must be asked for first: kept as an Input that no Turn reads."""

import json
from typing import Any

from agents.audit.events import Event
from agents.journal import content, inputs
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace


def keep(
    tx: Transaction,
    workspace: Workspace,
    thread_id: str,
    kind: str,
    input_id: str,
    author: str,
    ts: str,
    body: dict[str, Any],
) -> None:
    """Keep a command or a click until the surface has said who its author is."""
    kept = json.dumps({"text": "", "files": [], "named": [], **body}, ensure_ascii=False).encode()
    stored = content.store(tx, workspace.id, "input", kept, media_type="application/json")
    inputs.add(
        tx,
        id=input_id,
        workspace_id=workspace.id,
        thread_id=thread_id,
        run_id=None,
        kind=kind,
        standing=inputs.UNJUDGED,
        author=author,
        ts=ts,
        content_id=stored.id,
        labels={},
        due_at=now(),
    )
    actor = f"person:{author}"
    tx.record(workspace.id, Event.INPUT_UNJUDGED, actor=actor, input=input_id, **stored.as_data())
