"""Starts a Turn: what it will send is put together and its row written, before the model is asked."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog

from agents.approvals import waiting
from agents.budgets.periods import day_of
from agents.clock import us
from agents.engine import budgeting, ending, holding_back, left_streams
from agents.engine.beginning import Beginning, beginning, beginning_here
from agents.engine.named_files import look_up_named
from agents.engine.poke import Queue
from agents.engine.room import BACKSTOP, Room
from agents.errors import LostRace
from agents.ids import new_id
from agents.in_force import in_force
from agents.journal import content, runs, threads, turns
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.planner import conversation
from agents.planner.conversation import Asking, Frozen, Transcript
from agents.planner.instructions import system_blocks, tool_list
from agents.policy.judging import could_allow
from agents.reading_along import LATE, unasked_may
from agents.runs.ceilings import reached
from agents.runs.life import ENDED, Run
from agents.surface import TryLater
from agents.toolcalls.catalogue import effect_of
from agents.web.known import note_addresses

log = structlog.get_logger()


TOO_LATE = us(600)
"""After that a word that nobody asked for helps no one: whoever wrote has gone on."""


class AskSurface:
    """A Turn cannot start yet: something that it begins with must be asked of the surface, outside any transaction."""


ASK_SURFACE = AskSurface()


def start_at_once(room: Room, tx: Transaction, run: Run) -> Asking | AskSurface | None:
    """Start the next Turn of a Run in the transaction that claimed it, where the surface is not needed for it.

    ASK_SURFACE: `start_turn` is to be called after the commit, once the streams that the Run left are ended. None:
    nothing is to be asked now.
    """
    if run.turns and left_streams.left_of(tx, run.id):
        return ASK_SURFACE
    begins = beginning_here(room, tx, run)
    if begins is None:
        return ASK_SURFACE
    transcript = conversation.load(tx, run.id) if run.turns else Transcript()
    return _start(room, tx, run, transcript, begins.blocks)


def start_turn(room: Room, run: Run, transcript: Transcript | None, *, tx: Transaction | None = None) -> Asking | None:
    """Start the next Turn of a Run that this process holds.

    With `tx`, in that transaction and with the transcript in memory; else in one of its own, after reading from the
    surface what a first Turn begins with. None: nothing is to be asked now.
    """
    if tx is not None and transcript is not None:
        return _unless_named(room, tx, run, _start(room, tx, run, transcript, ()))
    try:
        look_up_named(room, run)
        begins = beginning(room, run)
    except TryLater as later:
        wait = us(min(later.retry_after, 3600))
        room.journal.write(lambda tx: runs.give_back(tx, run.id, due_at=now() + wait, fence=run.fence))
        return None
    return room.journal.write(lambda tx: _fresh(room, tx, run, begins))


def _fresh(room: Room, tx: Transaction, held: Run, begins: Beginning) -> Asking | None:
    run = runs.lock(tx, held.id)
    if run is None or run.fence != held.fence or run.status in ENDED:
        raise LostRace
    note_addresses(tx, run, begins.posted)
    if begins.left_out:
        runs.set_fields(tx, run.id, left_out=begins.left_out)
    return _unless_named(room, tx, run, _start(room, tx, run, conversation.load(tx, run.id), begins.blocks))


def _unless_named(room: Room, tx: Transaction, run: Run, started: Asking | AskSurface | None) -> Asking | None:
    """Give back a Run whose newest words name files: whoever claims it next looks them up."""
    if not isinstance(started, AskSurface):
        return started
    runs.give_back(tx, run.id, due_at=now(), fence=run.fence)
    room.poke_later(tx, Queue.ADVANCE, run.id)
    return None


def _start(
    room: Room, tx: Transaction, run: Run, transcript: Transcript, before: Sequence[dict[str, Any]]
) -> Asking | AskSurface | None:
    at = tx.now()
    ceiling = reached(room.conduct.ceilings, run, at - waiting.lasting(tx, run, at))
    if ceiling is not None:
        ending.fail(room.hand, tx, run, ceiling.cause, ceiling.sentence, fence=run.fence)
        return None
    if run.unasked and at - run.created_at > TOO_LATE:
        ending.keep_silent(room.hand, tx, run, LATE, fence=run.fence)
        return None
    if holding_back.put_off(room, tx, run):
        return None
    if room.draining():
        runs.give_back(tx, run.id, due_at=now(), fence=run.fence)
        room.poke_later(tx, Queue.ADVANCE, run.id)
        return None
    sends = conversation.next_message(tx, run, transcript, before)
    message = sends.message
    if sends.names_files:
        # files that only rich text names are looked up outside any transaction
        return ASK_SURFACE
    if message is None and not transcript.paused:
        runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
        return None
    run, frozen = _frozen(room, tx, run)
    sent = [*transcript.messages, message] if message else transcript.messages
    reserved = budgeting.reserve(room, tx, run, frozen, sent, at)
    if not isinstance(reserved, int):
        budgeting.hold(room, tx, run, reserved, at)
        return None
    turn = turns.start(
        tx,
        run,
        new_id(),
        input_ids=sends.input_ids,
        request_digest=conversation.digest(sent, frozen, run.model),
        day=day_of(at),
        reserved_micro_usd=reserved,
        actor=room.actor,
    )
    run = replace(run, turns=run.turns + 1)
    runs.set_fields(
        tx,
        run.id,
        turns=run.turns,
        prompt_content_id=run.prompt_content_id,
        tools_content_id=run.tools_content_id,
    )
    return Asking(
        run=run,
        turn=turn,
        frozen=frozen,
        transcript=transcript,
        message=message,
        answered=sends.answered,
    )


def _frozen(room: Room, tx: Transaction, run: Run) -> tuple[Run, Frozen]:
    """Return the Run's prompt and tools as stored; its first Turn stores them (E24)."""
    if run.prompt_content_id and run.tools_content_id:
        system = json.loads(content.body_of(tx, run.prompt_content_id))
        return run, Frozen(system, json.loads(content.body_of(tx, run.tools_content_id)))
    names = [name for name in _offered(room, tx, run) if not run.unasked or unasked_may(room.catalogue.tools[name])]
    frozen = Frozen(system_blocks(), tool_list(room.catalogue.offered(names)))
    prompt, tools = _kept(tx, run, "prompt", frozen.system), _kept(tx, run, "tools", frozen.tools)
    return replace(run, prompt_content_id=prompt, tools_content_id=tools), frozen


def _offered(room: Room, tx: Transaction, run: Run) -> list[str]:
    """Return the tools of which some call could be allowed or asked, as the policy stands when the Run begins."""
    policies, web = in_force(tx, run.workspace_id, room.conduct.policy), room.conduct.policy.web
    here, at = threads.place_of(tx, run.thread_id).channel, tx.now()
    return [
        name
        for name, tool in room.catalogue.tools.items()
        if could_allow(
            policies,
            name,
            effect_of(tool),
            tool.reach,
            here=here,
            at=at,
            touches=tool.touches is not None,
            web=web,
        )
    ]


def _kept(tx: Transaction, run: Run, kind: str, value: object) -> str:
    body = json.dumps(value, ensure_ascii=False).encode()
    name = hashlib.sha256(body).hexdigest()
    standing = content.newest_named(tx, run.workspace_id, kind, name)
    return standing or content.store(tx, run.workspace_id, kind, body, name=name, media_type="application/json").id
