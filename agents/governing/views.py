"""What holds in a channel, and why: for whoever may ask there. Nothing is changed. Within a transaction."""

import json
import re
from collections.abc import Callable, Iterable, Sequence

from agents import explaining
from agents.budgets.admitting import Sums
from agents.budgets.limits import Whose, budgets_in, limits_of, rates_of
from agents.budgets.periods import Period, day_of, first_day
from agents.budgets.sentences import dollars, limit_in_words, rate_in_words
from agents.commands.words import Command, Verb
from agents.governing import emergency
from agents.governing.naming import named
from agents.governing.ordering import Place
from agents.in_force import in_force
from agents.journal import belonging, freezes, people, runs, spending, threads, toolcalls
from agents.journal.freezes import Freeze, What
from agents.journal.transaction import Transaction
from agents.policy.compiling import Compiled
from agents.policy.conditions import Trigger
from agents.policy.explaining import explained
from agents.policy.facts import Facts, Speaker
from agents.policy.judgement import Gate, Judgement
from agents.policy.judging import judge
from agents.policy.scopes import Scope
from agents.policy.verdicts import Verdict
from agents.runs.life import Run
from agents.surface import PersonKind
from agents.toolcalls.catalogue import effect_of
from agents.toolcalls.life import ToolCall
from agents.who_may_ask import FRESH, Missing
from tools.contract import Tool

LINK = re.compile(
    r"https://[^/\s]+/archives/(?P<channel>[A-Z0-9]+)/p(?P<at>[0-9]{16})(?:\?(?:.*&)?thread_ts=(?P<root>[0-9.]+))?"
)

CALLS_SHOWN = 8
"""Calls of one Run whose reasons are told, the last first."""

SAYS = {Verdict.ALLOW: "allowed", Verdict.ASK: "asks", Verdict.DENY: "denied"}

BY_DESTINATION = frozenset({Gate.ADDRESS, Gate.PAGE, Gate.CHANNEL, Gate.DESTINATION})
"""Gates that look at what one call would reach, of which nothing is known here."""


def holds_here(tx: Transaction, at: Place) -> str:
    """Return each tool with its verdict for whoever asks, and each setting, with whose word it is."""
    policies = in_force(tx, at.workspace_id, at.said)
    lines = ["**What I may do for you here** (an address or a channel that a call names may still change it):"]
    facts = would_be(tx, at)
    for name in sorted(at.catalogue):
        lines.append(f"- `{name}`: {_short(judge(policies, facts(at.catalogue[name])))}")
    lines += ["", "**Settings here:**", *(f"- {one}" for one in settings_lines(policies, at.channel))]
    frozen = emergency.standing_lines(tx, at)
    if frozen:
        lines += ["", "**Frozen:**", *frozen]
    return named(tx, at.workspace_id, "\n".join(lines), at.names)


def settings_lines(policies: Compiled, channel: str, names: Iterable[str] | None = None) -> list[str]:
    """Return a line for each setting that holds in a channel: its value, and whose word it is."""
    wanted = set(names) if names is not None else None
    told = policies.holding(channel).told()
    return [
        f"{name.replace('_', ' ')}: {value} ({scope})"
        for name, value, scope in told
        if wanted is None or name in wanted
    ]


def why_tool(tx: Transaction, at: Place, name: str) -> str:
    """Return what is said of one tool, used here by whoever asks, with all that explains it."""
    tool = at.catalogue.get(name)
    if tool is None:
        return f"There is no tool `{name}`. `/tagwork policy` lists them."
    policies = in_force(tx, at.workspace_id, at.said)
    judged = judge(policies, would_be(tx, at)(tool))
    lines = explained(judged, tool.reach, policies.holding(at.channel))
    return named(tx, at.workspace_id, "\n".join([f"`{name}`, used here for you:", *(f"- {one}" for one in lines)]))


def why_run(tx: Transaction, run: Run, user_id: str) -> str:
    """Return to a person who asked and what a Run did, and of its calls what decided each and what nearly did."""
    lines = [explaining.asked(tx, run, user_id)]
    told = [_call_lines(tx, call) for call in reversed(toolcalls.of_run(tx, run.id)) if call.decision != "allow"]
    lines += [line for one in told[:CALLS_SHOWN] for line in one]
    return named(tx, run.workspace_id, "\n".join(lines))


def run_at(tx: Transaction, at: Place, link: str) -> Run | None:
    """Return the last Run of the thread in which a message stands that a link names, where that is in this channel."""
    found = LINK.match(link)
    if found is None or found["channel"] != at.channel:
        return None
    root = found["root"] or f"{found['at'][:10]}.{found['at'][10:]}"
    thread_id = threads.find(tx, at.workspace_id, at.channel, root)
    return runs.last_of(tx, thread_id, silent=True) if thread_id else None


def missing_for(tx: Transaction, at: Place) -> Missing:
    """Return what the surface must be asked before it can be told what whoever asks here may do: who is in a group."""
    named_anywhere = in_force(tx, at.workspace_id, at.said).groups
    return Missing(groups=named_anywhere - set(belonging.groups_of(tx, at.workspace_id, at.user_id, fresh_us=FRESH)))


def would_be(tx: Transaction, at: Place) -> Callable[[Tool], Facts]:
    """Return what would be known of a call of any tool that whoever asks here would bring about now."""
    told = belonging.conversation(tx, at.workspace_id, at.channel)
    standing = freezes.standing(tx, at.workspace_id)
    speaker, moment = _speaker(tx, at), tx.now()

    def of(tool: Tool) -> Facts:
        return Facts(
            tool=tool.name,
            effect=effect_of(tool),
            reach=tool.reach,
            speakers=(speaker,),
            trigger=Trigger.DIRECT if at.direct else Trigger.MENTION,
            here=at.channel,
            external_channel=None if told is None else told.conversation.external,
            at=moment,
            counts={},
            audience=frozenset({f"channel:{at.channel}"}),
            frozen=_frozen(standing, at, tool.name),
        )

    return of


def said_of(command: Command, policies: Compiled, channel: str) -> str:
    """Return the settings that a command without a value asks for."""
    if command.verb is Verb.BUDGET:
        lines = _budget_lines(policies, channel)
    else:
        names = ("approver_people", "approver_groups", "approvals_expire", "approvers_asked_in", "approvals_an_hour")
        lines = settings_lines(policies, channel, names)
    return "\n".join(f"- {one}" for one in lines) or "Nothing is set, here or above."


def _budget_lines(policies: Compiled, channel: str) -> list[str]:
    """Return each limit of money and of requests that counts in a channel, and whose word it is."""
    budgets = list(budgets_in(policies.organisation, policies.workspace, channel))
    limits = [f"{limit_in_words(one)} ({one.scope.value})" for one in limits_of(budgets)]
    return [*limits, *(f"{rate_in_words(one)} ({one.scope.value})" for one in rates_of(budgets))]


def grants_here(policies: Compiled, channel: str) -> str:
    """Return which credentials may be used in a channel, each with whose word it is."""
    found = policies.holding(channel).grants
    if not found:
        return "No credential may be used here. Whoever runs Tagwork lends one; an admin names it in the policy."
    return "\n".join(f"- {one.value} ({one.scope.value})" for one in found)


def usage(tx: Transaction, at: Place) -> str:
    """Return what was spent today and this month in this channel and by whoever asks: what budgets count."""
    today = day_of(tx.now())
    spender = spending.Spender(at.workspace_id, at.channel, at.user_id)
    sums = spending.sums(tx, spender, first_day(Period.MONTH, today), today)
    told = []
    for name, month in (("Today", False), ("This month", True)):
        here, mine = (sums.get((whose, month), Sums()).spent for whose in (Whose.CHANNEL, Whose.PERSON))
        told.append(f"- {name} (UTC): {dollars(here)} in this channel, {dollars(mine)} for you in all channels")
    return "\n".join(told)


def _speaker(tx: Transaction, at: Place) -> Speaker:
    known = people.known(tx, at.workspace_id, at.user_id)
    groups = belonging.groups_of(tx, at.workspace_id, at.user_id, fresh_us=FRESH)
    return Speaker(
        at.user_id,
        known.person.kind if known else PersonKind.STRANGER,
        frozenset(group for group, belongs in groups.items() if belongs),
        # whoever types here is here
        True,
    )


def _frozen(standing: Sequence[Freeze], at: Place, tool: str) -> str:
    held = {What.WORKSPACE: "", What.CHANNEL: at.channel, What.PERSON: at.user_id, What.TOOL: tool}
    return "It is frozen." if any(one.what == held[one.kind] for one in standing) else ""


def _short(judged: Judgement) -> str:
    if judged.scope is Scope.BUILT_IN and judged.rule in BY_DESTINATION:
        ways = sorted({f"`{one.rule}` of the {one.scope.value}" for one in judged.matches if one.granted})
        return f"depends on what it would reach ({', '.join(ways) or 'no rule grants it'})"
    whose = (
        f"`{judged.rule}`, built in"
        if judged.scope is Scope.BUILT_IN
        else f"`{judged.rule}` of the {judged.scope.value}"
    )
    return f"{SAYS[judged.verdict]} ({whose})"


def _call_lines(tx: Transaction, call: ToolCall) -> list[str]:
    kept = toolcalls.judged_of(tx, call.id)
    lines = [f"`{call.tool}`: {SAYS[Verdict(call.decision)]} by `{call.rule}`: {call.reason}"]
    if kept is None:
        return lines
    told = json.loads(kept)
    for one in told.get("matches", ()):
        lines.append(f"- holds: {one['verdict']} by `{one['rule']}` of the {one['scope']}")
    for one in told.get("gates", ()):
        lines.append(f"- gate: {one['gate']} ({one['verdict']})")
    for one in told.get("misses", ()):
        lines.append(f"- nearly: `{one['rule']}` of the {one['scope']}: {' and '.join(one['failed'])}")
    versions = ", ".join(f"{of} {number}" for of, number in sorted(told.get("versions", {}).items()))
    return [*lines, f"- policy: {versions}"] if versions else lines
