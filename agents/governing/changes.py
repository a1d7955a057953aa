"""What a command is to change, as values that can be kept: from the words, the place they were said in, and who said
them. Pure.
"""

from dataclasses import dataclass

from agents.commands.words import ADMINS, EVERYONE, GUESTS, HERE, MEMBERS, NONE, WORKSPACE, Command, Verb
from agents.policy.changing import Begin, Change, Put, SayRule
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind

KINDS = {
    MEMBERS: (PersonKind.MEMBER, PersonKind.ADMIN),
    GUESTS: (PersonKind.GUEST,),
}
"""Who is meant by a kind of people in a rule. Owners and admins are members too."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Changes, and the place whose part they touch: a channel's id; empty: the workspace's."""

    place: str
    changes: tuple[Change, ...]


def place_of(command: Command, channel: str, *, direct: bool) -> str:
    """Return the place that a command is about: a channel's id; empty: the workspace.

    Without a word it is the channel in which it was said; in direct messages, the workspace.
    """
    if command.verb is Verb.POLICY or command.where == WORKSPACE:
        return ""
    if command.where in {"", HERE}:
        return "" if direct else channel
    return command.where


def meant_by(command: Command, place: str, *, admin: bool) -> Meant:
    """Return what a changing command changes.

    In: `admin`: whoever says it may change the workspace's part. Their word on a channel is the workspace's word on it,
    so that it holds there whatever the workspace lets channels grant; that of others stands in the channel's part.
    """
    match command.verb:
        case Verb.ALLOW | Verb.ASK | Verb.DENY:
            return _rule(command, place, admin=admin)
        case Verb.POLICY:
            return Meant("", (Begin(name=command.what),))
        case Verb.ON | Verb.OFF:
            return Meant(place, (Put(place=place, path="enabled", value=command.verb is Verb.ON),))
        case Verb.WHO:
            return Meant(place, _who(command, place))
        case Verb.REPLY:
            return Meant(place, (Put(place=place, path="reply_mode", value=command.what),))
        case Verb.MODEL:
            value = None if command.what == NONE else command.what
            return Meant(place, (Put(place=place, path="model", value=value),))
        case Verb.BUDGET:
            path = "budget.person_day_usd" if command.per_person else f"budget.{command.per}_usd"
            value = None if command.usd is None else str(command.usd)
            return Meant(place, (Put(place=place, path=path, value=value),))
        case Verb.APPROVERS:
            people = [one for one in command.whom if one[0] != "S"]
            groups = [one for one in command.whom if one[0] == "S"]
            return Meant(
                place,
                (
                    Put(place=place, path="approvers.people", value=people or None),
                    Put(place=place, path="approvers.groups", value=groups or None),
                ),
            )
        case _:
            raise ValueError(f"{command.verb} changes no policy")


def _rule(command: Command, place: str, *, admin: bool) -> Meant:
    whom = command.whom if command.whom != (EVERYONE,) else ()
    kinds = KINDS.get(whom[0]) if len(whom) == 1 else None
    named = whom if kinds is None else ()
    rule = SayRule(
        verdict=Verdict(command.verb.value),
        tool=command.what,
        place="" if admin else place,
        here=place if admin else "",
        people=tuple(one for one in named if one[0] != "S") or None,
        groups=tuple(one for one in named if one[0] == "S") or None,
        kinds=kinds,
        until=command.until,
    )
    return Meant("" if admin else place, (rule,))


def _who(command: Command, place: str) -> tuple[Change, ...]:
    if command.whom == (GUESTS,):
        return (Put(place=place, path="asking.guests", value=command.what),)
    if command.whom == (ADMINS,):
        members, groups = False, None
    elif command.whom == (MEMBERS,):
        members, groups = True, None
    else:
        members, groups = True, list(command.whom)
    return (
        Put(place=place, path="asking.members", value=members),
        Put(place=place, path="asking.groups", value=groups),
    )
