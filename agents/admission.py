"""Who wrote an Input decides what it becomes: a request, a follow-up, or a refusal. One judgement for every entry.

Someone who is known is judged within the intake's transaction. Someone who is not is asked for first: the Input waits
as `unjudged`, with a due time, and never starts a Run before the surface has said who they are.
"""

from datetime import UTC, datetime

import structlog

from agents.audit.events import Event
from agents.clock import us
from agents.deliveries.life import Kind
from agents.engine.poke import Poker, Queue
from agents.ids import new_id
from agents.journal import content, deliveries, inputs, people, runs, threads, workspaces
from agents.journal.inputs import Input
from agents.journal.transaction import Journal, Transaction
from agents.posts import Became, Door, Receipt
from agents.surface import CallFailed, PersonKind, Surface, TryLater

log = structlog.get_logger()

FRESH = us(300)
"""How long the surface's word on someone holds. Slack's own advice for users.info is at most five minutes."""

MAY_ASK = frozenset({PersonKind.ADMIN, PersonKind.MEMBER})

MOST_ASKED = 5
"""Tries to find out who someone is before they are told that it did not work."""

CANNOT_TELL = "I could not find out from Slack who you are, so I did not start. Please try again in a few minutes."


def judge(
    journal: Journal, door: Door, poker: Poker, surface: Surface, input_id: str, *, seconds: float, actor: str
) -> Receipt | None:
    """Ask the surface who wrote an unjudged Input, and admit or refuse it. None: judged already, or again later."""
    found = journal.read(lambda tx: _unjudged(tx, input_id))
    if found is None:
        return None
    one, team_id = found
    try:
        person = surface.person(team_id, one.author, seconds=seconds)
    except CallFailed as fault:
        cause, later = fault.cause, fault
        log.warning("could not ask who someone is", cause=cause, input_id=input_id)
        return journal.write(lambda tx: _not_told(tx, door, poker, one, cause, later, actor=actor))

    def settle(tx: Transaction) -> Receipt | None:
        threads.lock_by_id(tx, one.thread_id)
        people.keep(tx, one.workspace_id, person)
        return admit(tx, door, poker, input_id, person.kind, actor=actor)

    return journal.write(settle)


def admit(tx: Transaction, door: Door, poker: Poker, input_id: str, kind: PersonKind, *, actor: str) -> Receipt | None:
    """Say what an unjudged Input becomes. Its Thread is locked. None: someone else has said so already."""
    one = inputs.by_id(tx, input_id)
    if one is None or one.standing != inputs.UNJUDGED:
        return None
    if kind not in MAY_ASK:
        return _refuse(tx, door, poker, one, kind.value, door.sentences.refusals[kind], actor=actor)
    unended = runs.unended_of(tx, one.thread_id)
    run = runs.lock(tx, unended) if unended else None
    if run is not None and run.ended_at is None:
        return _join(tx, poker, one, run.id)
    if not one.addressed:
        # the Run that it answered has ended since; a reply without a mention starts nothing
        inputs.judge(tx, input_id, to=inputs.REFUSED, run_id=None, kind="context")
        return Receipt(Became.NOT_OURS, "", input_id)
    return _start(tx, door, poker, one)


def _start(tx: Transaction, door: Door, poker: Poker, one: Input) -> Receipt | None:
    run_id = new_id()
    number = workspaces.take_number(tx, one.workspace_id)
    place = threads.place_of(tx, one.thread_id)
    runs.create(
        tx,
        id=run_id,
        workspace_id=one.workspace_id,
        thread_id=one.thread_id,
        number=number,
        requester=one.author,
        request_ts=one.ts,
        model=door.model,
        labels=dict(one.labels),
    )
    if not inputs.judge(tx, one.id, to=inputs.ADMITTED, run_id=run_id, kind="request"):
        return None
    _received(tx, one, run_id, "request")
    tx.record(
        one.workspace_id,
        Event.RUN_QUEUED,
        run_id=run_id,
        actor=f"person:{one.author}",
        number=number,
        channel=place.channel,
        thread=place.root,
        requester=one.author,
    )
    tx.after_commit(lambda: poker.poke(Queue.ADVANCE, run_id))
    return Receipt(Became.STARTED, run_id, one.id)


def _join(tx: Transaction, poker: Poker, one: Input, run_id: str) -> Receipt | None:
    if not inputs.judge(tx, one.id, to=inputs.ADMITTED, run_id=run_id, kind="follow_up"):
        return None
    _received(tx, one, run_id, "follow_up")
    runs.make_due(tx, run_id)
    tx.after_commit(lambda: poker.poke(Queue.ADVANCE, run_id))
    return Receipt(Became.JOINED, run_id, one.id)


def _received(tx: Transaction, one: Input, run_id: str, kind: str) -> None:
    tx.record(
        one.workspace_id,
        Event.INPUT_RECEIVED,
        run_id=run_id,
        actor=f"person:{one.author}",
        input=one.id,
        kind=kind,
        **content.named(tx, one.content_id).as_data(),
    )


def _refuse(tx: Transaction, door: Door, poker: Poker, one: Input, why: str, sentence: str, *, actor: str) -> Receipt:
    inputs.judge(tx, one.id, to=inputs.REFUSED, run_id=None, kind="context")
    tx.record(one.workspace_id, Event.INPUT_REFUSED, actor=f"person:{one.author}", input=one.id, why=why)
    if one.addressed:
        place = threads.place_of(tx, one.thread_id)
        say_once(tx, poker, one.workspace_id, one.thread_id, sentence, f"{why}:{place.channel}", actor=actor)
    return Receipt(Became.REFUSED, "", one.id)


def _not_told(
    tx: Transaction, door: Door, poker: Poker, one: Input, cause: str, fault: CallFailed, *, actor: str
) -> Receipt | None:
    threads.lock_by_id(tx, one.thread_id)
    if one.attempts + 1 < MOST_ASKED:
        wait = fault.retry_after if isinstance(fault, TryLater) else 2.0 * 2**one.attempts
        inputs.judge_later(tx, one.id, us(min(wait, 600)))
        return None
    standing = inputs.by_id(tx, one.id)
    if standing is None or standing.standing != inputs.UNJUDGED:
        return None
    return _refuse(tx, door, poker, one, f"not told: {cause}"[:64], CANNOT_TELL, actor=actor)


def _unjudged(tx: Transaction, input_id: str) -> tuple[Input, str] | None:
    one = inputs.by_id(tx, input_id)
    if one is None or one.standing != inputs.UNJUDGED:
        return None
    return one, threads.place_of(tx, one.thread_id).team_id


def say_once(
    tx: Transaction, poker: Poker, workspace_id: str, thread_id: str, sentence: str, once: str, *, actor: str
) -> None:
    """Plan a sentence without a Run; with `once`, at most one a day for that key."""
    day = datetime.fromtimestamp(tx.now() / 1_000_000, UTC).date().isoformat()
    planned = deliveries.plan(
        tx,
        workspace_id=workspace_id,
        thread_id=thread_id,
        kind=Kind.NOTICE,
        text=sentence,
        once=f"{workspace_id}:{once}:{day}" if once else None,
        actor=actor,
    )
    if planned:
        tx.after_commit(lambda: poker.poke(Queue.DELIVER, planned))
