"""Asks the surface what rights rest on, before the transaction that judges by it: who people are, where they belong.

For calls that change something, and for every call where a policy says something about user groups: a `read` in the
thread where it was asked for rests on what admission knew. Nothing here decides.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from agents.engine.knowing import FRESH, speakers_of
from agents.engine.room import Room
from agents.in_force import in_force, known_last
from agents.journal import belonging, content, people, threads, toolcalls
from agents.journal.transaction import Transaction
from agents.planner.reading import uses_of
from agents.runs.life import ENDED, Run
from agents.surface import CallFailed, Person
from agents.toolcalls.catalogue import destination_of, effect_of, fitted, without_step
from tools.contract import Effect, Reach

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unknown:
    """What nobody asked the surface within the last minute.

    Attributes:
        speakers: ids of all whose rights count. people: of whom it is not known who they are.
        here: the Run's channel, where it is not known who of them is in it; else empty.
        groups: user groups of which it is not known who of them is in.
        channels: of which it is not known what they are.
    """

    team_id: str
    speakers: frozenset[str]
    people: frozenset[str] = field(default_factory=frozenset)
    here: str = ""
    groups: frozenset[str] = field(default_factory=frozenset)
    channels: frozenset[str] = field(default_factory=frozenset)

    @property
    def nothing(self) -> bool:
        """Whether all is known."""
        return not (self.people or self.here or self.groups or self.channels)


@dataclass(frozen=True, slots=True)
class AskFirst:
    """A call that may not be claimed before the surface was asked what it is judged by."""

    call_id: str
    tool: str
    arguments: Mapping[str, Any]


def ask_first(room: Room, tx: Transaction, run: Run, call_id: str) -> AskFirst | None:
    """Return what must be asked before a call of a locked Run is claimed; None: nothing."""
    call = toolcalls.by_id(tx, call_id)
    if call is None or run.status in ENDED or not _rests_on_surface(room, run, call.tool):
        return None
    arguments = json.loads(content.body_of(tx, call.arguments_content_id))
    unknown = not_known(room, tx, run, [(call.tool, arguments)])
    return None if unknown.nothing else AskFirst(call.id, call.tool, arguments)


def before_judging(room: Room, run: Run, uses: Iterable[tuple[str, object]]) -> CallFailed | None:
    """Make sure that what calls of a Run are judged by is known and fresh. `uses`: (tool, arguments) of each.

    Returns what went wrong with the surface; then some of it is not known, and is judged as that.
    """
    resting = [one for one in uses if _rests_on_surface(room, run, one[0])]
    if not resting:
        return None
    unknown = room.journal.read(lambda tx: not_known(room, tx, run, resting))
    return None if unknown.nothing else _ask(room, run.workspace_id, unknown)


def uses_in(content: Sequence[Mapping[str, Any]]) -> list[tuple[str, object]]:
    """Return (tool, arguments) of every tool use in a reply."""
    return [(use.tool, use.arguments) for use in uses_of(content)]


def not_known(room: Room, tx: Transaction, run: Run, uses: Iterable[tuple[str, object]]) -> Unknown:
    """Return what the surface must be asked before such calls are judged."""
    place = threads.place_of(tx, run.thread_id)
    compiled = in_force(tx, run.workspace_id, room.conduct.policy)
    speakers = speakers_of(tx, run, place.channel, compiled.groups)
    ids = frozenset(one.id for one in speakers)
    stale = frozenset(one for one in ids if _stale(tx, run.workspace_id, one))
    known_groups = [set(belonging.groups_of(tx, run.workspace_id, one, fresh_us=FRESH)) for one in ids]
    groups = frozenset(one for one in compiled.groups if not all(one in known for known in known_groups))
    channels = {place.channel, *(_channels(room, uses))}
    return Unknown(
        place.team_id,
        ids,
        stale,
        place.channel if any(one.member is None for one in speakers) else "",
        groups,
        frozenset(one for one in channels if _unlooked(tx, run.workspace_id, one)),
    )


def _rests_on_surface(room: Room, run: Run, name: str) -> bool:
    tool = room.catalogue.tools.get(name)
    if tool is None or tool.reach is Reach.RUN:
        return False
    # what held when this process looked last is enough to know whether to ask: what is not known grants nothing
    held = known_last(room.journal.lasting, run.workspace_id)
    return effect_of(tool) is not Effect.READ or (held is not None and bool(held.groups))


def _channels(room: Room, uses: Iterable[tuple[str, object]]) -> Iterable[str]:
    for name, arguments in uses:
        tool = room.catalogue.tools.get(name)
        if tool is None or not isinstance(arguments, dict):
            continue
        fit, _ = fitted(tool, without_step(tool, arguments)[0])
        destination = destination_of(tool, fit)[0] if fit is not None else None
        if destination is not None and destination.kind == "channel" and destination.id:
            yield destination.id


def _stale(tx: Transaction, workspace_id: str, user_id: str) -> bool:
    return people.known_within(tx, workspace_id, user_id, fresh_us=FRESH) is None


def _unlooked(tx: Transaction, workspace_id: str, channel: str) -> bool:
    told = belonging.conversation(tx, workspace_id, channel)
    return told is None or told.age > FRESH


def _ask(room: Room, workspace_id: str, unknown: Unknown) -> CallFailed | None:
    surface, seconds, team = room.surface(unknown.team_id), room.claims.call_deadline, unknown.team_id
    failed: CallFailed | None = None
    persons: list[Person] = []
    belongs: dict[str, frozenset[str]] = {}
    conversations = {}
    for user in sorted(unknown.people):
        try:
            persons.append(surface.person(team, user, seconds=seconds))
        except CallFailed as fault:
            failed = fault
    try:
        if unknown.here:
            belongs[unknown.here] = surface.members(team, unknown.here, unknown.speakers, seconds=seconds)
        for group in sorted(unknown.groups):
            belongs[group] = surface.group(team, group, seconds=seconds)
        for channel in sorted(unknown.channels):
            conversations[channel] = surface.conversation(team, channel, seconds=seconds)
    except CallFailed as fault:
        failed = fault
    if failed is not None:
        log.warning("the surface did not say all that rights rest on", cause=failed.cause)

    def keep(tx: Transaction) -> None:
        for person in persons:
            people.keep(tx, workspace_id, person)
        for to, found in belongs.items():
            belonging.keep(tx, workspace_id, to, found, unknown.speakers)
        for channel, told in conversations.items():
            belonging.keep_conversation(tx, workspace_id, channel, told)

    room.journal.write(keep)
    return failed
