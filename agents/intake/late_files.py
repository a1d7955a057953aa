"""A second event of a post that was taken in before: at most it brings files (E16)."""

import json
from dataclasses import asdict
from typing import Any

from agents.amending import was_sent
from agents.audit.events import Event
from agents.engine.poke import Queue
from agents.ids import new_id
from agents.intake.desk import Desk
from agents.journal import content, inputs, runs, threads
from agents.journal.inputs import Input
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace
from agents.posts import Became, Post, Receipt
from agents.runs.life import Run


def again(desk: Desk, tx: Transaction, workspace: Workspace, post: Post, input_id: str | None) -> Receipt:
    """A post that was seen before: at most its files are added to the Input it became, and nothing starts (E16)."""
    if input_id is None or not (post.files or post.named_files):
        return Receipt(Became.DUPLICATE, "", input_id or "")
    peek = inputs.by_id(tx, input_id)
    if peek is None:
        return Receipt(Became.DUPLICATE)
    threads.lock_by_id(tx, peek.thread_id)
    run = runs.lock(tx, peek.run_id) if peek.run_id else None
    standing = inputs.by_id(tx, input_id)
    assert standing is not None  # noqa: S101
    kept = json.loads(content.body_of(tx, standing.content_id))
    had = {file["id"] for file in kept["files"]} | set(kept["named"])
    files = [asdict(file) for file in post.files if file.id not in {one["id"] for one in kept["files"]}]
    named = [one for one in post.named_files if one not in had]
    if not files and not named:
        return Receipt(Became.DUPLICATE, standing.run_id or "", input_id)
    stored = content.store(
        tx,
        workspace.id,
        "input",
        json.dumps({**kept, "files": [*kept["files"], *files], "named": [*kept["named"], *named]}).encode(),
        media_type="application/json",
        labels=standing.labels,
    )
    tx.record(
        workspace.id,
        Event.INPUT_COMPLETED,
        run_id=standing.run_id,
        actor=post.actor,
        input=input_id,
        **stored.as_data(),
    )
    if run is not None and was_sent(tx, run, standing):
        _note(desk, tx, workspace, standing, run, files, named)
    else:
        inputs.replace_content(tx, input_id, stored.id)
    return Receipt(Became.COMPLETED, standing.run_id or "", input_id)


def _note(
    desk: Desk, tx: Transaction, workspace: Workspace, standing: Input, run: Run, files: list[Any], named: list[str]
) -> None:
    """Files that came after a Turn was sent their Input: said to the Run as a note."""
    if run.ended_at is not None:
        return
    body = json.dumps({"text": "(attached to the message above)", "files": files, "named": named}).encode()
    stored = content.store(tx, workspace.id, "input", body, media_type="application/json", labels=standing.labels)
    inputs.add(
        tx,
        id=new_id(),
        workspace_id=workspace.id,
        thread_id=standing.thread_id,
        run_id=run.id,
        kind=inputs.NOTE,
        standing=inputs.ADMITTED,
        author=standing.author,
        ts=standing.ts,
        content_id=stored.id,
        labels=dict(standing.labels),
    )
    runs.make_due(tx, run.id)
    desk.hand.poke_later(tx, Queue.ADVANCE, run.id)
