"""Gathers all that one ToolCall is judged by, from the journal and within the transaction that judges it.

What only the surface knows (who is in a channel, who in a group) was read before that transaction began, and is taken
from the journal with its age: see asking_surface.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.clock import us
from agents.engine.room import Room
from agents.journal import approvals, belonging, freezes, inputs, people, threads, toolcalls
from agents.journal.freezes import Freeze, What
from agents.journal.transaction import Transaction
from agents.labels import Labels, from_json
from agents.policy.compiling import Compiled
from agents.policy.conditions import Trigger
from agents.policy.facts import Facts, Speaker
from agents.policy.normalising import reach_of, reached
from agents.policy.pages import Known
from agents.runs.life import Run
from agents.surface import PersonKind
from agents.toolcalls.catalogue import destination_of, effect_of, fitted
from agents.web.known import known_to
from tools.contract import Destination, Effect, Reach, Tool

FRESH = us(60)
"""How old the surface's word may be on which a right to change something rests (AUTHZ-14, AUTHZ-15)."""


def facts_of(
    room: Room,
    tx: Transaction,
    run: Run,
    tool: Tool | None,
    name: str,
    arguments: Mapping[str, object],
    digest: str,
    policies: Compiled,
) -> Facts:
    """Return what is known of one call as things stand now.

    In: the locked Run; the tool, None where this Run is offered none of that `name`; its arguments and their digest;
    the policies that will judge it: what they ask about is found out, and nothing else.
    """
    if tool is None:
        return Facts(tool=name, effect=None, reach=None)
    effect = effect_of(tool)
    fit, wrong = fitted(tool, dict(arguments))
    destination, unsaid = destination_of(tool, fit) if fit is not None else (None, "")
    here = threads.place_of(tx, run.thread_id).channel
    conversation = belonging.conversation(tx, run.workspace_id, here)
    speakers = speakers_of(tx, run, here, policies.groups)
    found = reached(destination, arguments, effect, here)
    labels = _as_channels_are(tx, run.workspace_id, from_json(run.labels))
    return Facts(
        tool=name,
        effect=effect,
        reach=_reach(tx, run, tool, destination),
        fits=wrong or unsaid,
        destination=destination,
        **found.as_facts(),
        speakers=speakers,
        trigger=Trigger(run.trigger) if run.trigger in set(Trigger) else None,
        here=here,
        external_channel=None if conversation is None else conversation.conversation.external,
        at=tx.now(),
        counts={window: toolcalls.used(tx, run.workspace_id, name, us(window)) for window in policies.windows},
        labels=labels,
        audience=_audience(tx, run, destination, here),
        known=known_to(tx, run) if destination is not None and destination.kind == "page" else Known(),
        hosts=room.conduct.policy.hosts,
        web=room.conduct.policy.web,
        frozen=_frozen(freezes.standing(tx, run.workspace_id), speakers, here, name),
        refused_before=bool(approvals.refused_like(tx, run.id, name, digest)),
        may_have_happened=effect is not Effect.READ and toolcalls.unknown_like(tx, run.thread_id, name, digest),
    )


def _as_channels_are(tx: Transaction, workspace_id: str, labels: Labels) -> Labels:
    """Return labels without channels that are known to be open: whoever may read those is everyone.

    A mention does not say whether its channel is open, and stays narrow until the surface has said so.
    """
    told = {
        one: belonging.conversation(tx, workspace_id, one.removeprefix("channel:"))
        for one in labels.readers
        if one.startswith("channel:")
    }
    is_open = {
        one
        for one, found in told.items()
        if found is not None and not (found.conversation.private or found.conversation.external)
    }
    return replace(labels, readers=labels.readers - is_open)


def speakers_of(tx: Transaction, run: Run, here: str, groups: frozenset[str]) -> tuple[Speaker, ...]:
    """Return those whose Inputs the model was sent, the requester first, and what is known of each.

    `groups`: those of which it must be known whether someone is in; where of one it is not, of none it is.
    """
    heard = [one for one in inputs.of_run(tx, run.id) if one.standing == inputs.ADMITTED and one.read_in_turn]
    ids = dict.fromkeys([run.requester, *(one.author for one in heard if one.author)])
    return tuple(_speaker(tx, run.workspace_id, one, here, groups) for one in ids)


def _speaker(tx: Transaction, workspace_id: str, user_id: str, here: str, named: frozenset[str]) -> Speaker:
    known = people.known(tx, workspace_id, user_id)
    groups = belonging.groups_of(tx, workspace_id, user_id, fresh_us=FRESH) if named else {}
    return Speaker(
        user_id,
        # nobody is more trusted for not being known
        known.person.kind if known else PersonKind.STRANGER,
        frozenset(group for group, belongs in groups.items() if belongs) if named <= set(groups) else None,
        belonging.belongs(tx, workspace_id, here, user_id, fresh_us=FRESH),
    )


def _reach(tx: Transaction, run: Run, tool: Tool, destination: Destination | None) -> Reach:
    """How far a call goes: as its tool says, or further where these arguments do. Never less far."""
    if destination is None:
        return tool.reach
    shared = None
    if destination.kind == "channel" and destination.id and tool.reach is not Reach.RUN:
        told = belonging.conversation(tx, run.workspace_id, destination.id)
        shared = Reach.OUTSIDE if told is not None and told.conversation.external else None
    return reach_of(tool.reach, destination.reach, shared)


def _audience(tx: Transaction, run: Run, destination: Destination | None, here: str) -> frozenset[str] | None:
    """Who can read what arrives, as Labels name readers; None: nobody knows."""
    if destination is None:
        return frozenset({f"channel:{here}"})
    if destination.kind == "person":
        return frozenset({f"person:{destination.id}"})
    if destination.kind != "channel":
        return None
    channel = destination.id or here
    told = belonging.conversation(tx, run.workspace_id, channel)
    if told is None or told.conversation.external:
        return None
    return frozenset({f"channel:{channel}"}) if told.conversation.private else frozenset()


def readers_at(tx: Transaction, workspace_id: str, destination: Destination | None) -> frozenset[str]:
    """Return who may see what is read from another channel, as Labels name readers; of nothing, everyone."""
    if destination is None or destination.kind != "channel":
        return frozenset()
    told = belonging.conversation(tx, workspace_id, destination.id)
    if told is not None and not told.conversation.private:
        return frozenset()
    return frozenset({f"channel:{destination.id}"})


def _frozen(standing: Sequence[Freeze], speakers: Sequence[Speaker], here: str, tool: str) -> str:
    for one in standing:
        match one.kind:
            case What.WORKSPACE:
                return "This workspace is frozen."
            case What.CHANNEL if one.what == here:
                return "This channel is frozen."
            case What.PERSON if any(one.what == speaker.id for speaker in speakers):
                return "What someone here asks for is frozen."
            case What.TOOL if one.what == tool:
                return f"{tool} is frozen."
    return ""
