"""Someone edits or deletes what they wrote. Neither ever starts a Run; a deleted request stops its Run.

What no Turn was sent yet is simply changed or taken back. What the model has read already it is told about, as a note.
"""

import json
from typing import Any

from agents import stopping
from agents.audit.events import Event
from agents.engine.hand import Hand
from agents.engine.poke import Queue
from agents.ids import new_id
from agents.journal import content, deliveries, inputs, runs, threads, turns
from agents.journal.database import now
from agents.journal.inputs import Input
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace
from agents.posts import Change
from agents.redaction import redact
from agents.runs.life import Run
from agents.stopping import How
from agents.surface import PersonKind

DELETED = "deleted"
"""What a post became whose deletion came before it."""

TOMBSTONE = "(This message was deleted.)"
"""What stands where a deleted message's words stood."""


def edited(tx: Transaction, workspace: Workspace, change: Change, most_characters: int) -> str | None:
    """Take note of an edit of a post that became an Input; every edit once.

    Returns the id of an Input whose author is to be judged before the Run hears of the edit; None: there is none.
    """
    post = threads.seen(tx, workspace, change.channel, change.ts)
    if post is None or post.input_id is None:
        return None
    if not threads.first_seen(tx, workspace, change.channel, f"{change.ts}/{change.edited_at}", "edit", None):
        return None
    found = _locked(tx, post.input_id)
    if found is None:
        return None
    one, run = found
    live = one.standing == inputs.UNJUDGED or (run is not None and run.ended_at is None)
    if one.author != change.user_id or not live:
        return None
    text = redact(change.text).text[:most_characters]
    kept = json.loads(content.body_of(tx, one.content_id))
    if text == kept["text"]:
        return None
    if not was_sent(tx, run, one):
        stored = _store(tx, one, {**kept, "text": f"{text}\n(edited)"})
        _say(tx, one, Event.INPUT_EDITED, **stored.as_data())
        inputs.replace_content(tx, one.id, stored.id)
        return None
    before = redact(change.before).text or kept["text"]
    words = f"(I changed a message that I wrote before.)\nIt said: “{before}”\nIt now says: “{text}”"
    stored = _store(tx, one, {"text": words, "files": [], "named": []})
    note = new_id()
    _add(tx, one, note, inputs.EDIT, inputs.UNJUDGED, None, stored.id)
    _say(tx, one, Event.INPUT_EDITED, note=note, **stored.as_data())
    return note


def deleted(hand: Hand, tx: Transaction, workspace: Workspace, channel: str, ts: str) -> None:
    """Take note that a post is gone; one that was never seen starts nothing when it arrives later (E16)."""
    post = threads.seen(tx, workspace, channel, ts)
    if post is None and not threads.first_seen(tx, workspace, channel, ts, DELETED, None):
        post = threads.seen(tx, workspace, channel, ts)
    if post is None or post.input_id is None:
        return
    found = _locked(tx, post.input_id)
    if found is None:
        return
    one, run = found
    running = run is not None and run.ended_at is None
    if running and run is not None and one.ts == run.request_ts:
        gone = _stood_alone(tx, one)
        member = PersonKind.MEMBER
        stopping.stop(hand, tx, run.id, user_id=run.requester, kind=member, how=How.DELETION, thread_gone=gone)
    elif not was_sent(tx, run, one):
        inputs.take_back(tx, one.id)
    elif running and run is not None:
        _tell_of_deletion(hand, tx, run, one)
    _erase(hand, tx, one)


def _locked(tx: Transaction, input_id: str) -> tuple[Input, Run | None] | None:
    peek = inputs.by_id(tx, input_id)
    if peek is None:
        return None
    threads.lock_by_id(tx, peek.thread_id)
    # who it belongs to may have been decided while the thread's lock was waited for
    peek = inputs.by_id(tx, input_id)
    run = runs.lock(tx, peek.run_id) if peek is not None and peek.run_id else None
    one = inputs.by_id(tx, input_id)
    return None if one is None else (one, run)


def was_sent(tx: Transaction, run: Run | None, one: Input) -> bool:
    """Whether a Turn has read an Input, or is being made with it."""
    if one.read_in_turn is not None:
        return True
    under_way = turns.started(tx, run.id) if run is not None else None
    return under_way is not None and one.id in under_way.input_ids


def _stood_alone(tx: Transaction, one: Input) -> bool:
    """Whether a message was a thread's first and nothing stood under it: the thread is gone with it."""
    if threads.place_of(tx, one.thread_id).root != one.ts:
        return False
    shown = any(at for at, _ in deliveries.known_in(tx, one.thread_id).values())
    return not shown and all(said.ts == one.ts for said in inputs.of_thread(tx, one.thread_id))


def _tell_of_deletion(hand: Hand, tx: Transaction, run: Run, one: Input) -> None:
    """Tell the Run which message is gone, by its place: its words are not kept a second time."""
    theirs = [said.id for said in inputs.of_run(tx, run.id) if said.author == one.author and said.ts]
    which = f"message {theirs.index(one.id) + 1} of the {len(theirs)} that I wrote here"
    words = f"(I deleted {which}. Do not act on it any more.)"
    stored = _store(tx, one, {"text": words, "files": [], "named": []})
    _add(tx, one, new_id(), inputs.NOTE, inputs.ADMITTED, run.id, stored.id)
    runs.make_due(tx, run.id)
    hand.poke_later(tx, Queue.ADVANCE, run.id)


def _erase(hand: Hand, tx: Transaction, one: Input) -> None:
    """Erase a deleted message's words and leave a mark in their place. What the model was sent stays in its Turn."""
    if content.item(tx, one.content_id) is None:
        return
    mark = _store(tx, one, {"text": TOMBSTONE, "files": [], "named": []})
    inputs.replace_content(tx, one.id, mark.id)
    content.erase(tx, one.workspace_id, one.content_id, actor=hand.actor)
    _say(tx, one, Event.INPUT_DELETED, **mark.as_data())


def _store(tx: Transaction, one: Input, body: dict[str, Any]) -> content.Stored:
    kept = json.dumps(body, ensure_ascii=False).encode()
    return content.store(tx, one.workspace_id, "input", kept, media_type="application/json", labels=one.labels)


def _add(
    tx: Transaction, of: Input, input_id: str, kind: str, standing: str, run_id: str | None, content_id: str
) -> None:
    inputs.add(
        tx,
        id=input_id,
        workspace_id=of.workspace_id,
        thread_id=of.thread_id,
        run_id=run_id,
        kind=kind,
        standing=standing,
        author=of.author,
        ts=of.ts,
        content_id=content_id,
        labels=dict(of.labels),
        due_at=now() if standing == inputs.UNJUDGED else None,
    )


def _say(tx: Transaction, one: Input, event: Event, **said: str) -> None:
    tx.record(one.workspace_id, event, run_id=one.run_id, actor=f"person:{one.author}", input=one.id, **said)
