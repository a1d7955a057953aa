"""Who wrote an Input decides what it becomes: a request, a follow-up, or a refusal. One judgement for every entry.

Someone who is known is judged within the intake's transaction. Someone who is not is asked for first: the Input waits
as `unjudged`, with a due time, and never starts a Run before the surface has said who they are.
"""

import json

import structlog

from agents import obeying, pressing
from agents.audit.events import Event
from agents.clock import us
from agents.commands import Command, Verb
from agents.engine import ending
from agents.engine.hand import Hand
from agents.engine.poke import Poker, Queue
from agents.formats import READS_ALONG
from agents.ids import new_id
from agents.in_force import in_force
from agents.journal import belonging, content, inputs, people, runs, threads, workspaces
from agents.journal.content import Stored
from agents.journal.inputs import Input
from agents.journal.transaction import Journal, Transaction
from agents.messages import Press
from agents.policy.conditions import Trigger
from agents.posts import Became, Channel, Door, Receipt
from agents.pressing import Click
from agents.questions import answering
from agents.reading_along import ASKED
from agents.runs.life import Run
from agents.stopping import How
from agents.surface import CallFailed, PersonKind, Place, Surface, TryLater
from agents.telling import say_once, tell
from agents.who_may_ask import Missing, Standing, missing, standing_of

log = structlog.get_logger()

MOST_ASKED = 5
"""Tries to find out who someone is before they are told that it did not work."""

CANNOT_TELL = "I could not find out from Slack who you are, so I did not start. Please try again in a few minutes."


def judge(
    journal: Journal, door: Door, poker: Poker, surface: Surface, input_id: str, *, seconds: float, actor: str
) -> Receipt | None:
    """Ask the surface who wrote an unjudged Input, and admit or refuse it. None: judged already, or again later."""
    hand = Hand(actor, poker)
    found = journal.read(lambda tx: _unjudged(tx, input_id))
    if found is None:
        return None
    one, place = found
    team_id, channel = place.team_id, place.channel
    try:
        person = surface.person(team_id, one.author, seconds=seconds)
        lacks = journal.read(lambda tx: _lacks(tx, door, one, channel, person.kind))
        groups = {group: surface.group(team_id, group, seconds=seconds) for group in sorted(lacks.groups)}
        members = surface.members(team_id, channel, {one.author}, seconds=seconds) if lacks.member else None
    except CallFailed as fault:
        cause, later = fault.cause, fault
        log.warning("could not ask who someone is", cause=cause, input_id=input_id)
        return journal.write(lambda tx: _not_told(hand, tx, one, cause, later))

    def settle(tx: Transaction) -> Receipt | None:
        threads.lock_by_id(tx, one.thread_id)
        people.keep(tx, one.workspace_id, person)
        for group, found in groups.items():
            belonging.keep(tx, one.workspace_id, group, found, {one.author})
        if members is not None:
            belonging.keep(tx, one.workspace_id, channel, members, {one.author})
        who = standing_of(tx, door, one.workspace_id, channel, one.author, kind=person.kind)
        return admit(hand, tx, door, input_id, who)

    return journal.write(settle)


def _lacks(tx: Transaction, door: Door, one: Input, channel: str, kind: PersonKind) -> Missing:
    holding = in_force(tx, one.workspace_id, door.policy).holding(channel)
    return missing(tx, holding, one.workspace_id, channel, one.author, kind)


def admit(hand: Hand, tx: Transaction, door: Door, input_id: str, who: Standing) -> Receipt | None:
    """Say what an unjudged Input becomes. Its Thread is locked. None: someone else has said so already."""
    one = inputs.by_id(tx, input_id)
    if one is None or one.standing != inputs.UNJUDGED:
        return None
    place = threads.place_of(tx, one.thread_id)
    return admit_stored(hand, tx, door, one, content.named(tx, one.content_id), place, who)


def admit_stored(
    hand: Hand, tx: Transaction, door: Door, one: Input, stored: Stored, place: Place, who: Standing
) -> Receipt | None:
    """Say what an unjudged Input becomes that stands as it was read, or stored, in this transaction.

    In: the Input, its Content and its Thread's place. Its Thread is locked. None: as `admit`.
    """
    if who.kind is None:
        # what the surface said is out of date again: it is asked once more
        return None
    if not who.may:
        return _refuse(hand, tx, one, who.why, who.sentence)
    if one.kind in {inputs.COMMAND, inputs.PRESS}:
        return _act(hand, tx, door, one, who.kind)
    unended = runs.unended_of(tx, one.thread_id, unasked=True)
    run = runs.lock(tx, unended) if unended else None
    if run is not None and run.unasked and one.addressed:
        # someone asks now, and may have what nobody could ask for
        ending.keep_silent(hand, tx, run, ASKED)
        run = None
    if run is not None and run.ended_at is None:
        return _join(hand, tx, one, stored, run)
    if one.kind != inputs.REQUEST:
        # the Run that it was for has ended since
        inputs.judge(tx, one.id, to=inputs.REFUSED, run_id=None, kind="context")
        return Receipt(Became.NOT_OURS, "", one.id)
    return _start(hand, tx, door, one, stored, place)


def obey(hand: Hand, tx: Transaction, door: Door, given: obeying.Given) -> None:
    """Carry out a command that was written in the Thread `given` names, and tell whoever gave it, alone."""
    words = obeying.obey(hand, tx, given, door.sentences.help)
    if not words or given.thread_id is None:
        return
    if threads.kind_of(tx, given.thread_id) == Channel.DIRECT.value:
        say_once(hand, tx, given.workspace_id, given.thread_id, words, "")
    else:
        tell(hand, tx, given.workspace_id, given.thread_id, given.user_id, words)


def _act(hand: Hand, tx: Transaction, door: Door, one: Input, kind: PersonKind) -> Receipt | None:
    """Carry out a command or a click that waited for its author to be known."""
    if not inputs.judge(tx, one.id, to=inputs.ACTED, run_id=None, kind=one.kind):
        return None
    kept = json.loads(content.body_of(tx, one.content_id))
    if one.kind == inputs.COMMAND:
        command = Command(Verb(kept["verb"]), kept["number"])
        channel = threads.place_of(tx, one.thread_id).channel
        obey(
            hand,
            tx,
            door,
            obeying.Given(one.workspace_id, channel, one.thread_id, one.author, kind, command, How.WORDS),
        )
        return Receipt(Became.COMMAND, "", one.id)
    click = Click(**{**kept["click"], "press": Press(kept["click"]["press"]), "how": How(kept["click"]["how"])})
    words = pressing.carry_out(hand, tx, one.workspace_id, click, kind)
    if words:
        tell(hand, tx, one.workspace_id, one.thread_id, one.author, words)
    return Receipt(Became.COMMAND, "", one.id)


def _start(hand: Hand, tx: Transaction, door: Door, one: Input, stored: Stored, place: Place) -> Receipt | None:
    run_id, unasked = new_id(), one.trigger == Trigger.AMBIENT
    holding = in_force(tx, one.workspace_id, door.policy).holding(place.channel)
    number = workspaces.take_number(tx, one.workspace_id)
    runs.create(
        tx,
        id=run_id,
        workspace_id=one.workspace_id,
        thread_id=one.thread_id,
        channel=place.channel,
        number=number,
        requester=one.author,
        trigger=one.trigger,
        needs=READS_ALONG if unasked else 1,
        request_ts=one.ts,
        model=holding.model.value or door.model,
        effort=(holding.effort.value or door.effort),
        labels=dict(one.labels),
    )
    if not inputs.judge(tx, one.id, to=inputs.ADMITTED, run_id=run_id, kind=inputs.REQUEST):
        return None
    _received(tx, one, stored, run_id, inputs.REQUEST)
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
    hand.poke_later(tx, Queue.ADVANCE, run_id)
    return Receipt(Became.OVERHEARD if unasked else Became.STARTED, run_id, one.id)


def _join(hand: Hand, tx: Transaction, one: Input, stored: Stored, run: Run) -> Receipt | None:
    kind = inputs.EDIT if one.kind == inputs.EDIT else inputs.FOLLOW_UP
    if not inputs.judge(tx, one.id, to=inputs.ADMITTED, run_id=run.id, kind=kind):
        return None
    _received(tx, one, stored, run.id, kind)
    joined = inputs.by_id(tx, one.id)
    if kind == inputs.FOLLOW_UP and joined is not None:
        answering.answer(tx, hand, run, joined)
    runs.make_due(tx, run.id)
    hand.poke_later(tx, Queue.ADVANCE, run.id)
    return Receipt(Became.OVERHEARD if run.unasked else Became.JOINED, run.id, one.id)


def _received(tx: Transaction, one: Input, stored: Stored, run_id: str, kind: str) -> None:
    tx.record(
        one.workspace_id,
        Event.INPUT_RECEIVED,
        run_id=run_id,
        actor=f"person:{one.author}",
        input=one.id,
        kind=kind,
        **stored.as_data(),
    )


def _refuse(hand: Hand, tx: Transaction, one: Input, why: str, sentence: str) -> Receipt:
    inputs.judge(tx, one.id, to=inputs.REFUSED, run_id=None, kind="context")
    tx.record(one.workspace_id, Event.INPUT_REFUSED, actor=f"person:{one.author}", input=one.id, why=why)
    if one.trigger == Trigger.AMBIENT:
        # written to others, by someone who may not ask: there is nothing to keep it for
        content.erase(tx, one.workspace_id, one.content_id, actor=hand.actor)
    place = threads.place_of(tx, one.thread_id)
    if one.kind in {inputs.PRESS, inputs.COMMAND}:
        tell(hand, tx, one.workspace_id, one.thread_id, one.author, sentence)
    elif one.addressed:
        say_once(hand, tx, one.workspace_id, one.thread_id, sentence, f"{why}:{place.channel}")
    return Receipt(Became.REFUSED, "", one.id)


def _not_told(hand: Hand, tx: Transaction, one: Input, cause: str, fault: CallFailed) -> Receipt | None:
    threads.lock_by_id(tx, one.thread_id)
    if one.attempts + 1 < MOST_ASKED:
        wait = fault.retry_after if isinstance(fault, TryLater) else 2.0 * 2**one.attempts
        inputs.judge_later(tx, one.id, us(min(wait, 600)))
        return None
    standing = inputs.by_id(tx, one.id)
    if standing is None or standing.standing != inputs.UNJUDGED:
        return None
    return _refuse(hand, tx, one, f"not told: {cause}"[:64], CANNOT_TELL)


def _unjudged(tx: Transaction, input_id: str) -> tuple[Input, Place] | None:
    one = inputs.by_id(tx, input_id)
    if one is None or one.standing != inputs.UNJUDGED:
        return None
    return one, threads.place_of(tx, one.thread_id)
