"""On what terms an Approval was asked for, as it keeps them: who may say yes, how many must, and how far a yes goes.

Pure. Who is named comes from the evaluator (agents/policy/judgement.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.policy.judgement import Named, Terms
from tools.contract import Reach

NEVER_OWN = frozenset({Reach.OUTSIDE, Reach.DESTRUCTIVE})
"""Reaches of calls to which whoever asked for them never says yes, whatever rules name them as."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Terms with what follows from the tool.

    Attributes:
        own: whoever asked may say yes where they are named. for_run: a yes may hold for the rest of the Run.
    """

    terms: Terms
    own: bool
    for_run: bool

    @property
    def anybody(self) -> bool:
        """Whether someone could say yes, as far as can be told without asking who is in a group."""
        return bool(self.terms.named) and all(self._names(one) for one in self.terms.named)

    @property
    def admins(self) -> bool:
        """Whether a rule names the admins."""
        return any(one.admins for one in self.terms.named)

    def groups(self) -> frozenset[str]:
        """Return the user groups of which it must be known who is in them."""
        return frozenset().union(*(one.groups for one in self.terms.named))

    def as_json(self) -> dict[str, Any]:
        """Return the form in which an Approval keeps them."""
        named = [
            {"requester": one.requester, "admins": one.admins, "people": sorted(one.people)}
            | {"groups": sorted(one.groups)}
            for one in self.terms.named
        ]
        return {
            "named": named,
            "quorum": self.terms.quorum,
            "seconds": self.terms.seconds,
            "own": self.own,
            "for_run": self.for_run,
        }

    def _names(self, one: Named) -> bool:
        return bool(one.admins or one.people or one.groups or (one.requester and self.own))


def kept_for(terms: Terms, reach: Reach) -> Kept:
    """Return the terms of a call that goes as far as that."""
    return Kept(terms, own=reach not in NEVER_OWN, for_run=reach is not Reach.DESTRUCTIVE)


def from_json(kept: Mapping[str, Any]) -> Kept:
    """Return what `as_json` kept. What is missing is read as its most careful value: nobody, and nothing further."""
    named = tuple(
        Named(
            requester=bool(one.get("requester")),
            admins=bool(one.get("admins")),
            people=frozenset(one.get("people", ())),
            groups=frozenset(one.get("groups", ())),
        )
        for one in kept.get("named", ())
    )
    terms = Terms(named, max(1, int(kept.get("quorum", 1))), int(kept.get("seconds", 0)))
    return Kept(terms, own=bool(kept.get("own")), for_run=bool(kept.get("for_run")))
