"""A Judgement in words: why it is so, what nearly allowed it, who could change it, and what a person can do now. Pure.

The same Judgement always gives the same words. Nothing of a rule is told but its name, its scope and its own reason:
who reads may be someone that the rule is about.
"""

from collections.abc import Sequence
from typing import Any

from agents.policy.defaults import NEVER_BY_REQUESTER
from agents.policy.judgement import Gate, Judgement, Named, Terms
from agents.policy.resolving import Holding
from agents.policy.scopes import Scope
from agents.policy.verdicts import Verdict
from tools.contract import Reach

EFFECTS = {
    Verdict.ALLOW: "Allowed",
    Verdict.ASK: "Needs someone's yes",
    Verdict.DENY: "Denied",
}

ACTIONS = {
    Gate.TOOL: "Please ask for it in another way.",
    Gate.ARGUMENTS: "It can be tried again with other values.",
    Gate.FROZEN: "An owner or admin can thaw it.",
    Gate.DISABLED: "{changers} can turn it on here.",
    Gate.NOBODY: "Someone has to ask for it in this thread.",
    Gate.GONE: "Someone else can ask for it in a thread of their own.",
    Gate.ASKING: "{changers} can let more people ask here.",
    Gate.GUESTS: "{changers} can change what guests may do here; a member can ask in a thread of their own.",
    Gate.BOT: "{changers} can add a rule for that app; a person can ask in a thread of their own.",
    Gate.AUTHORITY: "{changers} of the workspace's policy can allow it there.",
    Gate.MEMBERSHIP: "Whoever asks can join this channel, and ask again.",
    Gate.DEFAULT: "{changers} can allow it.",
    Gate.CEILING: "Whoever may change the wider scope's policy can raise it there.",
    Gate.WEB: "Whoever runs Tagwork can turn it on.",
    Gate.ADDRESS: "Please write the whole address, beginning with https://.",
    Gate.PAGE: "Please write the whole address in this thread. {changers} can add a rule that names the host.",
    Gate.CHANNEL: "Please ask in that channel, or quote here what matters. {changers} can add a rule that names it.",
    Gate.DESTINATION: "Please ask for it in another way.",
    Gate.FLOW: "Someone who approves has to look at it first.",
    Gate.TAKEN_IN: "Someone who approves has to look at it first.",
    Gate.REPEATED: "Someone who approves has to look first whether it happened.",
    Gate.REFUSED: "If it is wanted after all, please ask again, in a new thread.",
    Gate.BUDGET: "{changers} can raise it.",
    Gate.ERROR: "Please try again in a few minutes.",
}
"""What a person can do, for each gate."""

CHANGE_RULE = "{changers} can change that rule."


def changers_of(scope: Scope, holding: Holding) -> str:
    """Return who can change what a scope says, in words that begin a sentence. Built in: the nearest scope's."""
    if scope is Scope.ORGANISATION:
        return "Owners and admins of the organisation"
    people, groups = (
        (said.value or ()) if scope is not Scope.WORKSPACE or said.scope is not Scope.CHANNEL else ()
        for said in (holding.editor_people, holding.editor_groups)
    )
    return _listed(["Owners and admins of the workspace", *people, *(f"people of {one}" for one in groups)], "and")


def action_for(judgement: Judgement, holding: Holding) -> str:
    """Return the line that a denial, or a wait for someone's yes, ends in: what a person can do about it."""
    changers = changers_of(judgement.scope, holding)
    if judgement.scope is not Scope.BUILT_IN:
        told = CHANGE_RULE.format(changers=changers)
    else:
        told = ACTIONS[Gate(judgement.rule)].format(changers=changers)
    if judgement.verdict is not Verdict.ALLOW and judgement.narrowed_by:
        told = f"{told} {narrowing_of(judgement)}"
    return told


def narrowing_of(judgement: Judgement) -> str:
    """Return whose words took a right away from the request; empty: nobody's."""
    if not judgement.narrowed_by:
        return ""
    fewer = _listed(judgement.narrowed_by, "and")
    return f"A request has only the rights that all share who wrote to it; {fewer} may less."


def denial_line(judgement: Judgement, holding: Holding) -> str:
    """Return what a thread is told of a denial: the reason, the rule's name, and what a person can do."""
    # a rule without a reason of its own is named by the sentence that stands for it
    named = "" if f"`{judgement.rule}`" in judgement.reason else f" ({_deciding(judgement)})"
    return f"{judgement.reason}{named} {action_for(judgement, holding)}"


def approvers_of(terms: Terms, requester: str = "whoever asked") -> str:
    """Return who has to say yes, in words."""
    each = ", who must also be one of ".join(_named(one, requester) for one in terms.named)
    return each if terms.quorum == 1 else f"{terms.quorum} different people of: {each}"


def explained(judgement: Judgement, reach: Reach | None, holding: Holding) -> tuple[str, ...]:
    """Return the whole explanation, a line for each thing."""
    lines = [f"{EFFECTS[judgement.verdict]}: {judgement.reason}", f"Decided by: {_deciding(judgement)}"]
    if judgement.ground:
        lines.append(f"Ground for reading the page: {judgement.ground}")
    for match in judgement.matches:
        granted = ""
        if match.verdict is not Verdict.DENY and match.granted is not match.verdict:
            granted = ", which grants nothing here" if match.granted is None else f", cut to {match.granted.value}"
        lines.append(f"Holds: {match.verdict.value} by `{match.rule}` of the {match.scope.value}{granted}")
    lines += [f"Gate: {one.gate.value} ({one.verdict.value}): {one.reason}" for one in judgement.gates]
    lines += [
        f"Nearly: `{one.rule}` of the {one.scope.value}: {_listed(one.failed, 'and')}" for one in judgement.misses
    ]
    if judgement.narrowed_by:
        lines.append(f"Speakers: {narrowing_of(judgement)}")
    if judgement.terms is not None:
        lines.append(f"May say yes: {approvers_of(judgement.terms)}, within {_span(judgement.terms.seconds)}")
        if reach in NEVER_BY_REQUESTER:
            lines.append(f"Never whoever asked: what is `{reach.value}` needs someone else's yes")
    if judgement.shadow is not None:
        tried = _listed([f"`{one.rule}`" for one in judgement.shadow.matches] or ["rules that broke"], "and")
        lines.append(f"Tried out: with {tried} it would be {judgement.shadow.verdict.value}")
    lines.append(f"Can change it: {changers_of(judgement.scope, holding)}")
    if judgement.verdict is not Verdict.ALLOW:
        lines.append(f"What to do: {action_for(judgement, holding)}")
    versions = [f"{of} {number}" for of, number in sorted(judgement.versions.items())]
    lines.append(f"Policy: {_listed(versions, 'and') if versions else 'none, so everything is denied'}")
    return tuple(lines)


def as_json(judgement: Judgement) -> dict[str, Any]:
    """Return a Judgement as plain values: what rows, the audit trail and `--json` have."""
    return {
        "verdict": judgement.verdict.value,
        "rule": judgement.rule,
        "scope": judgement.scope.value,
        "reason": judgement.reason,
        "matches": [
            {
                "scope": one.scope.value,
                "rule": one.rule,
                "verdict": one.verdict.value,
                "granted": one.granted.value if one.granted else None,
            }
            for one in judgement.matches
        ],
        "gates": [{"gate": one.gate.value, "verdict": one.verdict.value} for one in judgement.gates],
        "misses": [
            {"scope": one.scope.value, "rule": one.rule, "failed": list(one.failed)} for one in judgement.misses
        ],
        "narrowed_by": list(judgement.narrowed_by),
        "ground": judgement.ground,
        "terms": _terms_json(judgement.terms),
        "digest": judgement.digest,
        "shadow": None
        if judgement.shadow is None
        else {
            "verdict": judgement.shadow.verdict.value,
            "rules": [one.rule for one in judgement.shadow.matches],
        },
        "versions": dict(judgement.versions),
    }


def _terms_json(terms: Terms | None) -> dict[str, Any] | None:
    if terms is None:
        return None
    return {
        "named": [
            {
                "requester": one.requester,
                "admins": one.admins,
                "people": sorted(one.people),
                "groups": sorted(one.groups),
            }
            for one in terms.named
        ],
        "quorum": terms.quorum,
        "seconds": terms.seconds,
    }


def _deciding(judgement: Judgement) -> str:
    if judgement.scope is Scope.BUILT_IN:
        return f"`{judgement.rule}`, which is built in"
    return f"rule `{judgement.rule}` of the {judgement.scope.value}"


def _named(named: Named, requester: str) -> str:
    parts = [requester] if named.requester else []
    parts += ["an owner or admin"] if named.admins else []
    parts += sorted(named.people)
    parts += [f"someone of {one}" for one in sorted(named.groups)]
    return _listed(parts, "or")


def _listed(parts: Sequence[str], joins: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joins} {parts[-1]}"


def _span(seconds: int) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        many, rest = divmod(seconds, length)
        if rest == 0:
            return f"{many} {unit if many > 1 else unit[:-1]}"
    return f"{seconds} seconds"
