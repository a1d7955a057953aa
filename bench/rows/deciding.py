"""(i) one decision at 1,000 rules: what policy costs each ToolCall, without what it takes to find the facts."""

import time
from statistics import quantiles
from typing import Any

from agents.policy.compiling import Compiled, compiled_of
from agents.policy.conditions import Trigger
from agents.policy.document import Document, Part, Rule
from agents.policy.facts import Facts, Speaker
from agents.policy.judging import judge
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from bench.bench import Bench
from bench.row import Row
from tools.contract import Effect, Reach

LETTERS = "i"

RULES = 1_000
CALLS = 200
"""Of one round, for one size of policy: its 99th percentile is the second slowest."""

HERE = "C1"


def _where(number: int) -> dict[str, Any]:
    """Return what one rule asks for: of each kind of test some, each with values of its own, as lists grow in use."""
    kinds: tuple[dict[str, Any], ...] = (
        {"host": {"any_of": [f"api-{number}.example.com", f"*.{number}.example.org"]}},
        {"path": {"begins_with": [f"/v1/{number % 20}"]}, "method": {"any_of": ["GET", "POST"]}},
        {"amount": {"at_most": number % 100}},
        {"groups": {"any_of": [f"S{number % 50}", f"S{number % 70}"]}},
        {"kind": {"any_of": ["member"]}, "trigger": {"none_of": ["mention", "ambient"]}},
        {"time": {"between": ["08:00", "18:00"], "zone": "Europe/Berlin"}, "who": {"any_of": [f"U{number % 90}"]}},
        {"calls": {"within": "1h", "at_least": number % 40}},
    )
    return kinds[number % len(kinds)]


def measure(bench: Bench) -> list[Row]:
    """Take the rows: rules spread over as many tools, as an admin writes them, and all of them about one tool."""
    rows = []
    for what, spread in (("for 100 tools", 100), ("all for one tool", 1)):
        for speakers in (1, 3):
            policies, facts = _policies(spread), _facts(speakers)
            # a first call finds nothing looked up
            judge(policies, facts[0])
            taken = sorted(_slowest(policies, facts) for _ in range(bench.size.rounds))
            rows.append(
                Row(
                    f"(i) p99 of a decision, {RULES:,} rules {what}, {speakers} who ask",
                    "ms",
                    taken[len(taken) // 2],
                    goal="<= 1",
                )
            )
    return rows


def _policies(spread: int) -> Compiled:
    rules = [
        Rule.model_validate(
            {
                "id": f"rule-{number}",
                "verdict": (Verdict.ALLOW, Verdict.ALLOW, Verdict.ASK, Verdict.DENY)[number % 4],
                "tools": [f"tool_{number % spread}"],
                "where": _where(number),
            }
        )
        for number in range(RULES)
    ]
    third = RULES // 3
    organisation = Document.model_validate({"of": "organisation", "default": Part(rules=tuple(rules[:third]))})
    channels = {HERE: Part(rules=tuple(rules[2 * third :]))}
    return compiled_of(organisation, Document(default=Part(rules=tuple(rules[third : 2 * third])), channels=channels))


def _facts(speakers: int) -> list[Facts]:
    people = tuple(
        Speaker(f"U{number}", PersonKind.MEMBER, frozenset({f"S{number}"}), True) for number in range(speakers)
    )
    return [
        Facts(
            tool="tool_0",
            effect=Effect.ACT,
            reach=Reach.OUTSIDE,
            host=f"api-{7 * number}.example.com",
            port=443,
            path=f"/v1/{number % 20}/items",
            method="POST",
            amount=float(number),
            speakers=people,
            here=HERE,
            trigger=Trigger.MENTION,
            at=1_795_867_200_000_000 + number * 3_600_000_000,
            counts={3_600: number % 40},
        )
        for number in range(CALLS)
    ]


def _slowest(policies: Compiled, facts: list[Facts]) -> float:
    """Return the 99th percentile of one round, in milliseconds of CPU: a decision waits for nothing."""
    taken = []
    for one in facts:
        before = time.thread_time()
        judge(policies, one)
        taken.append(1000 * (time.thread_time() - before))
    return quantiles(taken, n=100)[98]
