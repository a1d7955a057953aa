"""The card on which people say yes or no: made by code from what is stored, never from the model's words. Pure.

What the model said stands apart, named as its own. One card has the calls of one Run with one tool and destination,
each with its own values, digest and buttons; what is settled says so and loses its buttons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agents.approvals.life import Approval, State
from agents.approvals.showing import ROOM, Shown, shown, visible
from agents.approvals.terms import Kept, from_json
from agents.approvals.voting import Cast, lacks
from agents.clock import MICROSECONDS
from agents.messages import Button, Message, Press, Proposal, Value
from agents.policy.judgement import Named

MOST_SAID = 300
"""Characters of the model's own words that a card shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One call on a card.

    Attributes:
        arguments: as stored; None: erased. votes: those that count. by: the name of whoever settled it, or "".
    """

    approval: Approval
    arguments: Mapping[str, Any] | None
    votes: Sequence[Cast]
    by: str


def message(lines: Sequence[Line], *, number: int, requester: str, names: Mapping[str, str], said: str) -> Message:
    """Return what a card says of calls with one tool and destination, oldest first.

    In: the Run's number; who asked for it, by id; names by the ids of people and channels; what the model said before
    its calls.
    """
    first = lines[0].approval
    pending = [one for one in lines if one.approval.status is State.PENDING]
    room = ROOM // max(1, len(pending))
    proposals = tuple(_proposal(one, names, room) for one in lines)
    head = (
        f"#{number}: may I use {visible(first.tool)}{_reaching(first.destination, names)}?"
        if pending
        else f"#{number}: {visible(first.tool)}"
    )
    return Message(
        markdown="",
        title=head,
        proposals=proposals,
        quoted=visible(" ".join(said.split()))[:MOST_SAID] if pending else "",
        buttons=_all(pending),
        footer=_terms(pending[0].approval, requester, names) if pending else "",
    )


def _reaching(destination: str, names: Mapping[str, str]) -> str:
    """Return where a call would go, as words after its tool's name. A channel without an id is the one that asks."""
    if destination == "channel:":
        return " here"
    return f" to {_called(destination, names)}" if destination else ""


def _called(destination: str, names: Mapping[str, str]) -> str:
    """Return what a call would reach as people know it; the id stands beside a name, which anyone may have chosen."""
    kind, _, of_id = destination.partition(":")
    name = names.get(of_id)
    if kind == "channel" and name:
        return f"#{visible(name)} ({visible(of_id)})"
    if kind == "person" and name:
        return f"{visible(name)} ({visible(of_id)})"
    return visible(of_id or destination)


def _all(pending: Sequence[Line]) -> tuple[Button, ...]:
    if len(pending) < 2:
        return ()
    ids = ",".join(one.approval.id for one in pending)
    return (Button(Press.APPROVE_ALL, f"Approve all {len(pending)} shown", ids),)


def _proposal(line: Line, names: Mapping[str, str], room: int) -> Proposal:
    approval = line.approval
    is_pending = approval.status is State.PENDING
    values = shown(line.arguments, room) if line.arguments is not None and is_pending else ()
    return Proposal(
        values=tuple(_value(one) for one in values),
        digest=approval.binding,
        status=_status(line, names),
        warning=_warning(approval) if is_pending else "",
        buttons=_buttons(line, values) if is_pending else _take_back(line),
    )


def _value(one: Shown) -> Value:
    more = f"{one.length:,} characters in all, sha256 {one.digest[:16]}…" if one.cut else ""
    return Value(one.name, one.text, more)


def _buttons(line: Line, values: Sequence[Shown]) -> tuple[Button, ...]:
    approval_id = line.approval.id
    kept = from_json(line.approval.terms)
    found = [Button(Press.APPROVE, "Approve", approval_id, main=True)]
    if kept.for_run:
        found.append(Button(Press.APPROVE_FOR_RUN, "Approve for this request", approval_id))
    found.append(Button(Press.REFUSE, "Refuse", approval_id))
    if any(one.cut for one in values):
        found.append(Button(Press.SHOW, "Show whole", approval_id))
    return tuple(found)


def _take_back(line: Line) -> tuple[Button, ...]:
    approval = line.approval
    if approval.status is State.GRANTED and approval.for_run_until is not None:
        return (Button(Press.TAKE_BACK, "Only this once", approval.id),)
    return ()


def _warning(approval: Approval) -> str:
    if not approval.warns:
        return ""
    return "An equal call may already have happened: its worker was lost before it could say. A yes may do it twice."


def _status(line: Line, names: Mapping[str, str]) -> str:
    approval, kept = line.approval, from_json(line.approval.terms)
    match approval.status:
        case State.PENDING:
            said = [names.get(one.person, one.person) for one in line.votes if one.choice.is_yes]
            if not said:
                return ""
            return f"{', '.join(said)} said yes; {lacks(kept, line.votes)} more must."
        case State.GRANTED:
            for_run = " For the rest of this request, too." if approval.for_run_until is not None else ""
            said = [names.get(one.person, one.person) for one in line.votes if one.choice.is_yes]
            return f"Approved by {', '.join(said) or line.by}.{for_run}"
        case State.REFUSED:
            return f"Refused by {line.by}."
        case State.EXPIRED:
            return f"Nobody answered within {span(kept.terms.seconds)}."
        case State.SUPERSEDED:
            return ENDS.get(approval.cause or "", "No longer needed.")
        case _:
            return approval.status.value


ENDS = {
    "withdrawn": "Tagwork took it back.",
    "asked anew": "What it would do has changed; it is asked again.",
    "stopped": "The request was stopped.",
    "not shown": "It could not be shown.",
}
"""What a card says of what superseded an Approval, by its cause."""


def _terms(approval: Approval, requester: str, names: Mapping[str, str]) -> str:
    kept = from_json(approval.terms)
    quorum = kept.terms.quorum
    parts = [f"May approve: {who_may(kept, requester, names)}."]
    if quorum > 1:
        parts.append(f"{quorum} different people must.")
    parts.append(f"Until {moment(approval.expires_at)}.")
    if approval.reason:
        parts.append(f"Why it asks: {visible(approval.reason)} ({visible(approval.rule)})")
    return " ".join(parts)


def who_may(kept: Kept, requester: str, names: Mapping[str, str]) -> str:
    """Return in words who may approve. Of several rules each must name whoever does."""
    return "; and also among: ".join(_named(one, kept, requester, names) for one in kept.terms.named) or "nobody"


def _named(named: Named, kept: Kept, requester: str, names: Mapping[str, str]) -> str:
    found = []
    if named.requester and kept.own:
        found.append(f"{names.get(requester, requester)}, who asked")
    if named.admins:
        found.append("admins of this workspace")
    found += [names.get(one, one) for one in sorted(named.people) if kept.own or one != requester]
    found += [f"members of the group {one}" for one in sorted(named.groups)]
    return ", ".join(found) or "nobody"


def span(seconds: int) -> str:
    """Return a span in words: the largest unit of which it is a whole number."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds % size == 0 and seconds >= size:
            many = seconds // size
            # a day is said in hours, as people count what they wait for
            if unit == "day" and many == 1:
                return "24 hours"
            return f"{many} {unit}{'s' if many > 1 else ''}"
    return f"{seconds} seconds"


def moment(at: int) -> str:
    """Return journal time as people read it."""
    return datetime.fromtimestamp(at / MICROSECONDS, UTC).strftime("%d %b %Y, %H:%M UTC")
