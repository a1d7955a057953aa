"""Files that only a message's rich text names: described by the surface, and kept only if shared in this thread."""

import json
from dataclasses import asdict

import structlog

from agents.audit.events import Event
from agents.engine.room import Room
from agents.journal import content, inputs, runs, threads
from agents.journal.transaction import Transaction
from agents.runs.life import Run
from agents.surface import CallFailed, TryLater
from tools.contract import Attachment

log = structlog.get_logger()


def look_up_named(room: Room, run: Run) -> None:
    """Look up every such file of the Run's unread Inputs. Raises TryLater."""
    waiting = room.journal.read(
        lambda tx: [
            (one, named)
            for one in inputs.unread(tx, run.id)
            if (named := json.loads(content.body_of(tx, one.content_id)).get("named"))
        ]
    )
    if not waiting:
        return
    place = room.journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    surface = room.surface(place.team_id)
    for one, named in waiting:
        found: list[Attachment] = []
        for file_id in named:
            try:
                described = surface.file(place, file_id, seconds=room.claims.call_deadline)
            except TryLater:
                raise
            except CallFailed as fault:
                log.warning("a named file could not be looked up", file_id=file_id, cause=fault.cause)
                continue
            if described is not None:
                found.append(described)
        input_id = one.id
        room.journal.write(lambda tx: _keep(tx, run, input_id, found))  # noqa: B023 - written before the next round


def _keep(tx: Transaction, run: Run, input_id: str, found: list[Attachment]) -> None:
    runs.lock(tx, run.id)
    one = inputs.by_id(tx, input_id)
    if one is None:
        return
    kept = json.loads(content.body_of(tx, one.content_id))
    had = {file["id"] for file in kept["files"]}
    files = [*kept["files"], *(asdict(file) for file in found if file.id not in had)]
    body = json.dumps({**kept, "files": files, "named": []}, ensure_ascii=False).encode()
    stored = content.store(tx, one.workspace_id, "input", body, media_type="application/json", labels=one.labels)
    inputs.replace_content(tx, input_id, stored.id)
    tx.record(
        one.workspace_id,
        Event.INPUT_COMPLETED,
        run_id=run.id,
        actor="worker",
        input=input_id,
        **stored.as_data(),
    )
