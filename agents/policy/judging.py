"""The one function that judges every ToolCall. Pure and total: whatever it is asked, it answers with a Judgement.

In this order: what makes rules needless; all rules of all scopes, deny before ask before allow, cut by the ceilings of
wider scopes, default deny; then the gates that no rule lifts. Whatever breaks on the way denies.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from agents.policy.approvers import terms_of
from agents.policy.compiling import Applicable, Compiled, ReadyRule, digest_of
from agents.policy.facts import Facts, NotLoaded
from agents.policy.gates import bites, ground_for, invariant, no_tool
from agents.policy.judgement import Bite, Gate, Judgement, Shadow
from agents.policy.matching import values_of
from agents.policy.near_misses import misses_of
from agents.policy.resolving import Holding
from agents.policy.scopes import Scope
from agents.policy.sifting import Sieve
from agents.policy.verdicts import Verdict, strictest
from agents.policy.weighing import Weighed, weigh
from tools.contract import Effect, Reach

BROKEN = (
    "I could not find out all that decides about this, so it is denied. Please try again in a few minutes; whoever "
    "runs Tagwork finds the cause in its log."
)

SAYS = {
    Verdict.ALLOW: "The {scope}'s rule `{rule}` allows {tool}.",
    Verdict.ASK: "The {scope}'s rule `{rule}` wants someone's yes to {tool}.",
    Verdict.DENY: "The {scope}'s rule `{rule}` denies {tool}.",
}


class _Answer(NamedTuple):
    """What rules and gates make of a call. `gates`: those that bite; `ground`: as `ground_for` has it."""

    weighed: Weighed
    ground: str
    gates: tuple[Bite, ...]
    verdict: Verdict


def judge(policies: Compiled, facts: Facts) -> Judgement:
    """Judge one ToolCall. Never raises: what breaks is a denial by `policy.error`, its cause kept for operators."""
    try:
        return _judged(policies, facts)
    except NotLoaded as fault:
        return _broken(policies, str(fault))
    except Exception as fault:
        # the class alone: a message may quote what was judged
        return _broken(policies, type(fault).__name__)


def could_allow(
    policies: Compiled,
    tool: str,
    effect: Effect,
    reach: Reach,
    *,
    here: str,
    at: int,
    touches: bool,
    web: bool,
) -> bool:
    """Whether some call of a tool could be allowed or asked in a channel: one that never could is not offered.

    `at`: microseconds of UTC. `touches`: the tool says for each call what it would reach; `web`: whether pages may be
    read at all.
    """
    if touches and effect is Effect.READ and reach is Reach.OUTSIDE and not web:
        return False
    if not policies.holding(here).enabled.value:
        return False
    about = policies.about(tool, effect, reach, here)
    standing = [one for one in about.rules.every if one.counts_at(at)]
    if any(one.rule.verdict is Verdict.DENY and not one.plain and not one.personal for one in standing):
        return False
    return any(one.rule.verdict is not Verdict.DENY and _could_grant(one, about) for one in standing)


def _could_grant(ready: ReadyRule, about: Applicable) -> bool:
    if ready.scope is Scope.CHANNEL and not about.of_channel:
        return False
    return all(ceilings for wider, ceilings in about.ceilings if wider < ready.breadth)


def _judged(policies: Compiled, facts: Facts) -> Judgement:
    holding = policies.holding(facts.here)
    if facts.effect is None or facts.reach is None:
        return _of_gate(no_tool(facts.tool), policies)
    bite = invariant(holding, facts)
    if bite is not None:
        return _of_gate(bite, policies)
    about = policies.about(facts.tool, facts.effect, facts.reach, facts.here)
    judged = _told_by(_answer(about.rules, policies, about, facts), policies, about, facts, facts.reach, holding)
    if about.tried is not None:
        judged = replace(judged, shadow=_tried(about.tried, policies, about, facts))
    return replace(judged, reach=facts.reach)


def _answer(rules: Sieve[ReadyRule], policies: Compiled, about: Applicable, facts: Facts) -> _Answer:
    weighed = weigh(policies, about, rules, facts)
    ground = ground_for(facts, weighed)
    bit = tuple(bites(facts, weighed, ground))
    gates = (weighed.bite, *bit) if weighed.bite is not None else bit
    return _Answer(weighed, ground, gates, strictest(weighed.verdict, *(one.verdict for one in bit)))


def _told_by(
    answer: _Answer, policies: Compiled, about: Applicable, facts: Facts, reach: Reach, holding: Holding
) -> Judgement:
    weighed, ground, gates, verdict = answer
    judged = replace(
        _told(weighed, gates, verdict, facts.tool),
        matches=weighed.matches,
        gates=gates,
        narrowed_by=weighed.narrowed_by,
        ground=ground,
        versions=policies.versions,
    )
    if verdict is Verdict.DENY:
        if weighed.bite is None or weighed.verdict is not Verdict.DENY:
            return judged
        return replace(judged, misses=misses_of(about, values_of(facts, policies.windows, policies.zones), facts))
    # no gate denies, so each that bites asks
    deciding = weighed.asking or weighed.granting
    judged = replace(judged, digest=digest_of([[one.digest for one in deciding], [one.gate.value for one in gates]]))
    if verdict is Verdict.ALLOW:
        return judged
    return replace(judged, terms=terms_of(weighed.asking, gates, reach, holding))


def _told(weighed: Weighed, gates: Sequence[Bite], verdict: Verdict, tool: str) -> Judgement:
    winner = weighed.winner
    if winner is None or weighed.verdict is not verdict:
        bite = next(one for one in gates if one.verdict is verdict)
        return Judgement(verdict=verdict, rule=bite.gate.value, scope=Scope.BUILT_IN, reason=bite.reason)
    rule = winner.rule
    reason = rule.reason or SAYS[verdict].format(scope=winner.scope.value, rule=rule.id, tool=tool)
    return Judgement(verdict=verdict, rule=rule.id, scope=winner.scope, reason=reason)


def _tried(tried: Sieve[ReadyRule], policies: Compiled, about: Applicable, facts: Facts) -> Shadow | None:
    """Return what would be so if rules that are only tried out counted; None: none of them holds."""
    ids = {(one.scope, one.rule.id) for one in tried.every if one.rule.shadow}
    try:
        answer = _answer(tried, policies, about, facts)
    except Exception:
        # what is only tried out must not change what is so; with it the call would have been denied
        return Shadow((), Verdict.DENY)
    matches = tuple(one for one in answer.weighed.matches if (one.scope, one.rule) in ids)
    return Shadow(matches, answer.verdict) if matches else None


def _of_gate(bite: Bite, policies: Compiled) -> Judgement:
    return Judgement(
        verdict=bite.verdict,
        rule=bite.gate.value,
        scope=Scope.BUILT_IN,
        reason=bite.reason,
        gates=(bite,),
        versions=policies.versions,
    )


def _broken(policies: Compiled, cause: str) -> Judgement:
    return replace(_of_gate(Bite(Gate.ERROR, Verdict.DENY, BROKEN), policies), cause=cause)
