"""What a policy grants beside what was used of it, and a tighter policy that would have let the same happen. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from agents.policy.compiling import Compiled
from agents.policy.document import Document, Part, Rule
from agents.policy.judging import judge
from agents.policy.recorded_facts import NotReadable, from_json
from agents.policy.replaying import Recorded
from agents.policy.verdicts import Verdict

Uses: TypeAlias = Mapping[str, Counter[str]]
"""By a rule's id: for how many calls of which tools it granted something."""


def uses_of(policies: Compiled, decisions: Iterable[Recorded]) -> Uses:
    """Return which rules granted what, had these policies stood when the calls were judged."""
    found: dict[str, Counter[str]] = {}
    for one in decisions:
        try:
            facts = from_json(one.facts)
        except NotReadable:
            continue
        for match in judge(policies, facts).matches:
            if match.granted:
                found.setdefault(match.rule, Counter())[facts.tool] += 1
    return found


def granting(document: Document) -> Iterable[Rule]:
    """Yield the rules of all parts that may grant something."""
    for part in (document.default, *document.channels.values()):
        yield from (rule for rule in part.rules if rule.verdict is not Verdict.DENY and not rule.shadow)


def tighter(document: Document, uses: Uses) -> Document:
    """Return a document without the rules that granted nothing, and with the others for the tools that were used."""
    channels = {name: _tighter(part, uses) for name, part in document.channels.items()}
    return document.model_copy(update={"default": _tighter(document.default, uses), "channels": channels})


def _tighter(part: Part, uses: Uses) -> Part:
    rules = [
        rule
        if rule.verdict is Verdict.DENY or rule.shadow
        else rule.model_copy(update={"tools": tuple(sorted(uses[rule.id]))})
        for rule in part.rules
        if rule.verdict is Verdict.DENY or rule.shadow or rule.id in uses
    ]
    return part.model_copy(update={"rules": tuple(rules)})
