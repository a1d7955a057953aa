"""What a whole reply of the model brings about: one transaction, under the Run's lock and this claim's fence."""

import json
from dataclasses import dataclass, replace
from typing import Any

from agents.approvals import cards as approval_cards
from agents.deliveries.life import Kind as DeliveryKind
from agents.deliveries.saying import say
from agents.engine import budgeting, ending, left_streams, trouble
from agents.engine.charging import charge
from agents.engine.mine import mine
from agents.engine.poke import Poke, Queue
from agents.engine.proposing import propose
from agents.engine.room import BACKSTOP, Room
from agents.engine.running import Running, begin_call
from agents.engine.sending import Sending
from agents.engine.starting import start_turn
from agents.engine.status import show_status
from agents.engine.taking import take_next
from agents.engine.taking_up import backstop
from agents.errors import LostRace
from agents.journal import approvals, content, inputs, runs, toolcalls, turns
from agents.journal.database import now
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.models.provider import Reply
from agents.plan import cards, keeping
from agents.planner import conversation
from agents.planner.conversation import Asking, Transcript
from agents.planner.life import State as TurnState
from agents.planner.reading import Answer, Calls, Continue, GiveUp, read, text_of
from agents.reading_along import SAID_SO, silence_in
from agents.runs.life import Run, State
from agents.toolcalls.life import OPEN, ToolCall
from agents.toolcalls.life import State as CallState
from tools.contract import Effect, Reach


@dataclass(frozen=True, slots=True)
class Reading:
    """A Turn of which this worker runs one quick `read` itself, and the transcript to go on with."""

    run: Run
    running: Running
    transcript: Transcript


Next = Asking | Reading | Sending | Poke | None
"""What the holder of the Run does next. Sending, Poke: its claim is over, and the answer is shown, or a call run; None:
nothing."""


def store(room: Room, tx: Transaction, asking: Asking, reply: Reply) -> Next:
    """Everything that a whole reply brings about, in one transaction."""
    run = mine(tx, asking.run)
    run = _keep(room, tx, run, asking, reply)
    transcript = conversation.grown(asking, reply.content, reply.stop_reason, reply.id)
    meaning = read(reply, asking.transcript.cut_texts, len(asking.transcript.cut_texts))
    match meaning:
        case Calls(uses):
            return _calls(room, tx, run, asking, uses, transcript)
        case Continue():
            return start_turn(room, run, transcript, tx=tx)
        case GiveUp(cause, sentence):
            ending.fail(room.hand, tx, run, cause, sentence, fence=run.fence)
            return None
        case Answer(text, cut):
            return _answer(
                room, tx, run, text + ("\n\n(Cut: the answer reached its length limit.)" if cut else ""), transcript
            )


def _keep(room: Room, tx: Transaction, run: Run, asking: Asking, reply: Reply) -> Run:
    """Store the Turn whole: what was sent, what came, what it cost; consume its Inputs."""
    cost = charge(tx, run, asking.turn, reply.usage, attempts=0)
    if asking.turn.reserved_micro_usd:
        budgeting.watch(room, tx, run)
    messages = [("user", asking.message["content"])] if asking.message is not None else []
    messages.append(("assistant", list(reply.content)))
    stored = content.store_all(
        tx,
        run.workspace_id,
        "message",
        [_bytes(said) for _, said in messages],
        media_type="application/json",
        labels=run.labels,
    )
    turns.add_messages(
        tx, run.id, asking.turn.id, [(role, one) for (role, _), one in zip(messages, stored, strict=True)]
    )
    came = stored[-1]
    inputs.consume(tx, asking.turn.input_ids, asking.turn.id)
    toolcalls.mark_told(tx, asking.answered)
    moved = turns.move(
        tx,
        run,
        asking.turn,
        TurnState.COMPLETE,
        actor=room.actor,
        said={
            "stop": reply.stop_reason,
            "model": reply.model,
            "cost_micro_usd": cost,
            **reply.usage.as_json(),
            **came.as_data(),
        },
        stop_reason=reply.stop_reason,
        provider_id=reply.id[:64],
        usage=reply.usage.as_json(),
        cost_micro_usd=cost,
        settled=True,
    )
    if not moved:
        raise LostRace
    if turns.came_after_trouble(tx, asking.turn):
        trouble.is_over(room.hand, tx, run)
    pending, is_open = _counted(tx, run, asking)
    return replace(
        run,
        attempts=0,
        pending=pending,
        open=is_open,
        cost_micro_usd=run.cost_micro_usd + cost,
        tokens=run.tokens + reply.usage.prompt + reply.usage.output,
    )


def _counted(tx: Transaction, run: Run, asking: Asking) -> tuple[int, int]:
    """Return pending and open after a Turn told the model of calls that still wait: they leave `pending` (E13)."""
    if all(call.status not in OPEN for call in asking.answered):
        return run.pending, run.open
    still = toolcalls.open_of(tx, run.id)
    pending = sum(not call.told for call in still)
    runs.set_fields(tx, run.id, pending=pending)
    return pending, len(still)


def _calls(room: Room, tx: Transaction, run: Run, asking: Asking, uses: Any, transcript: Transcript) -> Next:
    offered = {str(tool["name"]) for tool in asking.frozen.tools}
    said = _said_before(transcript)
    if said:
        runs.set_fields(tx, run.id, progress=said)
        run = replace(run, progress=said)
        _keep_streamed(room, tx, run, transcript)
    calls = propose(room, tx, run, asking.turn.id, uses, offered)
    allowed = [call for call in calls if call.status is CallState.ALLOWED]
    is_open = sum(call.status in OPEN for call in calls)
    runs.set_fields(tx, run.id, pending=RUNS.c.pending + is_open, open=RUNS.c.open + is_open)
    run = replace(run, pending=run.pending + is_open, open=run.open + is_open)
    asks = is_open > len(allowed)
    if asks:
        approval_cards.show(room.hand, tx, run, approvals.not_shown_yet(tx, run.id))
    keeping.refresh(room.hand, tx, run, moved_on=True)
    if said:
        cards.changed(room.hand, tx, run)
    if not allowed and asks and not inputs.any_unread(tx, run.id):
        _wait_for_people(room, tx, run)
        return None
    if not allowed:
        return start_turn(room, run, transcript, tx=tx)
    here = _run_here(room, allowed, len(calls)) if not room.draining() else None
    running = begin_call(room, tx, run, here.id) if here is not None else None
    for call in allowed:
        if running is None or call.id != running.call.id:
            room.poke_later(tx, Queue.EXECUTE, call.id)
    if said and run.plan_title is None and not run.unasked and not any(_of_run(room, call.tool) for call in allowed):
        # no card will say it
        tx.after_commit(lambda: show_status(room, run, said))
    if running is not None:
        return Reading(run, running, transcript)
    runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
    return room.hand.take_over(tx, Poke(Queue.EXECUTE, allowed[0].id))


def _wait_for_people(room: Room, tx: Transaction, run: Run) -> None:
    runs.move(tx, run, State.WAITING, fence=run.fence, actor=room.actor, why="calls")
    runs.give_back(tx, run.id, due_at=backstop(tx, run), fence=run.fence)
    ending.show_sign(room.hand, tx, run)


def _keep_streamed(room: Room, tx: Transaction, run: Run, transcript: Transcript) -> None:
    """Words that people have seen coming stay in the thread, though a tool call made them no answer."""
    taken = left_streams.adopt(room.hand, tx, run, 1)[0]
    if taken is not None:
        text = text_of(transcript.messages[-1]["content"])
        say(room.hand, tx, run, DeliveryKind.INTERIM, text, adopts=taken)


def _said_before(transcript: Transcript) -> str:
    """What the model said before its tool calls: one line of what it is doing."""
    return " ".join(text_of(transcript.messages[-1]["content"]).split())[:255]


def _run_here(room: Room, allowed: list[ToolCall], proposed: int) -> ToolCall | None:
    """The call that the holder of the Run runs itself: a Turn's lone quick read, or the plan among others."""
    if proposed == 1:
        return allowed[0] if _quick(room, allowed[0].tool) else None
    return next((call for call in allowed if _quick(room, call.tool) and _of_run(room, call.tool)), None)


def _of_run(room: Room, name: str) -> bool:
    return room.catalogue.tools[name].reach is Reach.RUN


def _quick(room: Room, name: str) -> bool:
    tool = room.catalogue.tools.get(name)
    return tool is not None and tool.quick and tool.effect is Effect.READ


def _answer(room: Room, tx: Transaction, run: Run, text: str, transcript: Transcript) -> Next:
    if inputs.any_unread(tx, run.id):
        # someone spoke while the model was answering: they are heard before the Run ends (E12)
        say(room.hand, tx, run, DeliveryKind.INTERIM, text, adopts=left_streams.adopt(room.hand, tx, run, 1)[0])
        return start_turn(room, run, transcript, tx=tx)
    if run.unasked and silence_in(text) is not None:
        ending.keep_silent(room.hand, tx, run, SAID_SO, fence=run.fence)
        return None
    if run.open:
        say(room.hand, tx, run, DeliveryKind.INTERIM, text, adopts=left_streams.adopt(room.hand, tx, run, 1)[0])
        _wait_for_people(room, tx, run)
        return None
    ended = ending.answer(room.hand, tx, run, text, fence=run.fence)
    sending = take_next(room, tx, run.thread_id, ended) if ended is not None and room.shows_answers else None
    if sending is not None:
        tx.not_after_commit(Queue.DELIVER)
    return sending


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
