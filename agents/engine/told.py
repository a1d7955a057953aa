"""What the trail tells of one Run, held against the lives: nothing happened that may not follow what happened before.

Pure: lines in, sentences out.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from agents.audit.chain import AuditEvent
from agents.audit.events import Event
from agents.deliveries.life import FOLLOWS as DELIVERY_FOLLOWS
from agents.deliveries.life import State as DeliveryState
from agents.planner.life import FOLLOWS as TURN_FOLLOWS
from agents.planner.life import State as TurnState
from agents.runs.life import FOLLOWS as RUN_FOLLOWS
from agents.runs.life import State as RunState
from agents.toolcalls.life import BIRTHS, LEASE_LOST, NOT_BEGUN, ToolCall
from agents.toolcalls.life import FOLLOWS as CALL_FOLLOWS
from agents.toolcalls.life import State as CallState
from tools.contract import Effect

Wrong = tuple[str, str, dict[str, str]]
"""A rule's name, a sentence, and the ids that it is about."""


def wrong_in(lines: Sequence[AuditEvent], calls: Sequence[ToolCall], status: str) -> Iterator[Wrong]:
    """Yield what cannot be so in a Run's lines, in their order; `calls`, `status`: as its rows stand now."""
    told = [(line, json.loads(line.data)) for line in lines]
    yield from _run(told, status)
    yield from _calls(told, {call.id: call for call in calls})
    yield from _turns(told)
    yield from _deliveries(told)
    yield from _fences(told)
    yield from _late_writers(told)


Told = Iterable[tuple[AuditEvent, dict[str, Any]]]


def _run(told: Told, status: str) -> Iterator[Wrong]:
    states = [line.event.removeprefix("run:") for line, _ in told if line.event.startswith("run:")]
    states = [state for state in states if state in RunState.__members__.values()]
    yield from _life("run", {}, states, RUN_FOLLOWS, {RunState.QUEUED})
    if states and states[-1] != status:
        yield "told otherwise", f"Its row says {status}, and the trail says {states[-1]}.", {}


def _calls(told: Told, calls: Mapping[str, ToolCall]) -> Iterator[Wrong]:
    of: dict[str, list[tuple[str, dict[str, Any], AuditEvent]]] = defaultdict(list)
    for line, data in told:
        state = line.event.removeprefix("tool_call:")
        if line.event.startswith("tool_call:") and state in CallState.__members__.values():
            of[str(data.get("call"))].append((state, data, line))
    said = {line.at for line, data in told if line.event == Event.DELIVERY_PLANNED}
    for call_id, happened in of.items():
        ids = {"call": call_id}
        states = [state for state, _, _ in happened]
        yield from _life("call", ids, states, CALL_FOLLOWS, BIRTHS)
        if states.count(CallState.SUCCEEDED) > 1:
            yield "effect twice", "A call succeeded twice.", ids
        call = calls.get(call_id)
        if call is not None and call.status != states[-1]:
            yield "told otherwise", f"A call's row says {call.status}, and the trail says {states[-1]}.", ids
        if call is not None and call.effect is Effect.ACT and _begun_again(happened):
            yield "act twice", f"{call.tool} is not to be repeated and was begun again.", ids
        for state, _, line in happened:
            if state == CallState.UNKNOWN and line.at not in said:
                yield "unknown untold", "A call's outcome is unknown, and nobody was told.", ids
    for call in calls.values():
        if call.id not in of:
            yield "effect without a decision", f"A call of {call.tool} has no line on the trail.", {"call": call.id}


def _begun_again(happened: Sequence[tuple[str, dict[str, Any], AuditEvent]]) -> bool:
    begun = False
    for state, data, _ in happened:
        if state == CallState.RUNNING and begun:
            return True
        begun = begun or state == CallState.RUNNING
        if state == CallState.ALLOWED and data.get("rule") == NOT_BEGUN:
            begun = False
    return False


def _turns(told: Told) -> Iterator[Wrong]:
    under_way = ""
    for line, data in told:
        if line.event == Event.TURN_STARTED:
            if under_way:
                yield "two writers", "A model call began while another was under way.", {"turn": str(data.get("turn"))}
            under_way = str(data.get("turn"))
        elif line.event in {Event.TURN_COMPLETE, Event.TURN_BROKEN}:
            if data.get("turn") != under_way:
                ids = {"turn": str(data.get("turn"))}
                yield "two writers", "A model call ended that was not the one under way.", ids
            under_way = ""
    of = _by(told, "turn", "turn", TurnState.__members__.values())
    for turn, states in of.items():
        yield from _life("turn", {"turn": turn}, states, TURN_FOLLOWS, {TurnState.STARTED})


def _deliveries(told: Told) -> Iterator[Wrong]:
    of = _by(told, "delivery", "delivery", DeliveryState.__members__.values())
    for delivery, states in of.items():
        # another try of one that is being sent says `sending` again
        tries = [state for at, state in enumerate(states) if at == 0 or (state, states[at - 1]) != ("sending",) * 2]
        yield from _life("message", {"delivery": delivery}, tries, DELIVERY_FOLLOWS, {DeliveryState.PLANNED})


def _fences(told: Told) -> Iterator[Wrong]:
    last: dict[str, int] = {}
    for line, data in told:
        if not line.event.endswith(":lease_lost"):
            continue
        row = str(data.get("delivery") or data.get("call") or line.run_id)
        if int(data["fence"]) <= last.get(row, 0):
            yield "two writers", f"A lease was lost under fence {data['fence']}, which was over.", {"row": row}
        last[row] = int(data["fence"])


WRITES: dict[str, frozenset[str]] = {
    "tool_call": frozenset({CallState.ALLOWED, CallState.WAITING, CallState.SUCCEEDED, CallState.FAILED}),
    "delivery": frozenset({DeliveryState.PLANNED, DeliveryState.SENT}),
    "turn": frozenset({TurnState.COMPLETE, TurnState.BROKEN}),
}
"""What only the holder of a row writes: the others may also come from whoever stops or ends a Run, under its lock."""


def _late_writers(told: Told) -> Iterator[Wrong]:
    """Find what a process wrote on a row whose lease it had lost, before it held the row again.

    A Delivery that is being sent may be held again without a line; its lines say under which fence they were written.
    Whoever takes over a call, be it the process that had lost it, allows it again: with that line it is held.
    """
    lost: dict[tuple[str, str], str] = {}
    fences: dict[str, int] = {}
    unknown: set[str] = set()
    for line, data in told:
        subject, _, state = line.event.partition(":")
        row = str(line.run_id if subject in {"run", "turn"} else data.get("delivery") or data.get("call"))
        writer = line.actor.removeprefix("worker:")
        if state == "lease_lost":
            lost[subject if subject != "run" else "turn", row] = str(data.get("worker"))
            fences[row] = int(data["fence"])
            lost = {at: who for at, who in lost.items() if at[1] != row or who != writer}
        elif state in {CallState.RUNNING, DeliveryState.SENDING, TurnState.STARTED} or data.get("rule") == LEASE_LOST:
            if lost.get((subject, row)) == writer:
                del lost[subject, row]
        elif state == CallState.UNKNOWN:
            unknown.add(row)
        if subject == "delivery" and int(data.get("fence", 0)) > fences.get(row, 0):
            continue
        if state in WRITES.get(subject, frozenset()) and lost.get((subject, row)) == writer and row not in unknown:
            yield "two writers", f"{line.event} was written by a process that had lost the lease.", {"row": row}


def _by(told: Told, subject: str, key: str, states: Iterable[str]) -> dict[str, list[str]]:
    known, of = set(states), defaultdict(list)
    for line, data in told:
        state = line.event.removeprefix(f"{subject}:")
        if line.event.startswith(f"{subject}:") and state in known:
            of[str(data.get(key))].append(state)
    return of


def _life(
    what: str, ids: dict[str, str], states: Sequence[str], follows: Mapping[Any, frozenset[Any]], births: Iterable[Any]
) -> Iterator[Wrong]:
    if states and states[0] not in set(births):
        yield "begun before", f"The trail begins the {what} with {states[0]}.", ids
    for left, to in pairwise(states):
        if to not in follows.get(left, frozenset()):
            yield "impossible move", f"The trail moves the {what} from {left} to {to}.", ids
