"""A candidate policy tried on decisions that were made: what would be otherwise, call by call. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.policy.compiling import Compiled
from agents.policy.judging import judge
from agents.policy.recorded_facts import NotReadable, from_json
from agents.policy.verdicts import STRICTNESS, Verdict


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision that was made.

    Attributes:
        call: the ToolCall's id. facts: what it rested on, as recorded_facts.py keeps it.
        verdict, rule: what was decided, and by which rule or gate.
    """

    call: str
    facts: Mapping[str, Any]
    verdict: Verdict
    rule: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A call that would be judged otherwise.

    Attributes:
        at: when it was judged, microseconds of UTC.
        unsure: why the new verdict may not be what it would have been; empty: it is certain.
    """

    call: str
    tool: str
    at: int
    was: Verdict
    was_rule: str
    would_be: Verdict
    rule: str
    reason: str
    unsure: str = ""

    @property
    def laxer(self) -> bool:
        """Whether the candidate lets through what was kept back."""
        return STRICTNESS[self.would_be] < STRICTNESS[self.was]

    def __str__(self) -> str:
        told = f"{self.call} {self.tool}: {self.was} by {self.was_rule}, would be {self.would_be} by {self.rule}"
        return f"{told} ({self.unsure})" if self.unsure else told


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it. `judged`: how many calls could be judged; `unreadable`: those that could not, and why."""

    judged: int
    flips: tuple[Flip, ...]
    unreadable: tuple[tuple[str, str], ...]

    def counts(self) -> dict[str, int]:
        """Return how many calls would become what, such as "deny -> ask", the most frequent first."""
        found: dict[str, int] = {}
        for flip in self.flips:
            name = f"{flip.was} -> {flip.would_be}"
            found[name] = found.get(name, 0) + 1
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "judged": self.judged,
            "counts": self.counts(),
            "flips": [
                {
                    "call": one.call,
                    "tool": one.tool,
                    "at": one.at,
                    "was": one.was.value,
                    "was_rule": one.was_rule,
                    "would_be": one.would_be.value,
                    "rule": one.rule,
                    "reason": one.reason,
                    "unsure": one.unsure,
                }
                for one in self.flips
            ],
            "unreadable": [{"call": call, "why": why} for call, why in self.unreadable],
        }


def replay(candidate: Compiled, decisions: Iterable[Recorded]) -> Replayed:
    """Judge each recorded decision's facts by a candidate policy. The flips stand in the order of the decisions."""
    judged, flips, unreadable = 0, list[Flip](), list[tuple[str, str]]()
    for one in decisions:
        try:
            facts = from_json(one.facts)
        except NotReadable as wrong:
            unreadable.append((one.call, str(wrong)))
            continue
        judged += 1
        now = judge(candidate, facts)
        if now.verdict is one.verdict:
            continue
        counted = facts.counts if isinstance(facts.counts, Mapping) else {}
        missing = sorted(candidate.windows - set(counted))
        unsure = f"uses within {', '.join(f'{one} s' for one in missing)} were not counted then" if missing else ""
        flips.append(
            Flip(
                call=one.call,
                tool=facts.tool,
                at=facts.at,
                was=one.verdict,
                was_rule=one.rule,
                would_be=now.verdict,
                rule=now.rule,
                reason=now.reason,
                unsure=unsure,
            )
        )
    return Replayed(judged, tuple(flips), tuple(unreadable))
