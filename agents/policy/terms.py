"""On what terms people may say yes to a call that asks: who, how many, until when. Pure; an Approval keeps them as JSON.

The evaluator makes them from the approvers of every rule that asked (agents/policy/document.py, Approvers).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DAY = 24 * 3_600
"""Seconds that an Approval waits where nobody said otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom one rule names. `people` and `groups` are ids; `admins`: owners and admins of the workspace."""

    requester: bool = False
    admins: bool = False
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    @property
    def anybody(self) -> bool:
        """Whether it names anybody at all."""
        return self.requester or self.admins or bool(self.people) or bool(self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one Approval.

    Attributes:
        named: one for each rule that asked; whoever approves is named by every one of them.
        quorum: how many different people must say yes. expires: seconds for which it waits.
        requester_may: whoever asked may approve where they are named; never for what goes outside or is destructive.
        for_run: a yes may hold for later calls of the Run with the same tool and destination; never if destructive.
        direct: the card goes to the approvers' direct messages as well.
    """

    named: tuple[Named, ...]
    quorum: int = 1
    expires: int = DAY
    requester_may: bool = False
    for_run: bool = True
    direct: bool = False

    @property
    def anybody(self) -> bool:
        """Whether somebody could fulfil them, as far as can be told without asking who is in a group."""
        return bool(self.named) and all(self._satisfiable(one) for one in self.named)

    def _satisfiable(self, one: Named) -> bool:
        return one.admins or bool(one.people) or bool(one.groups) or (one.requester and self.requester_may)

    def groups(self) -> frozenset[str]:
        """Return every user group that must be looked up to say who may approve."""
        return frozenset().union(*(one.groups for one in self.named))

    def as_json(self) -> dict[str, Any]:
        """Return the form in which an Approval keeps them."""
        return {
            "named": [
                {
                    "requester": one.requester,
                    "admins": one.admins,
                    "people": sorted(one.people),
                    "groups": sorted(one.groups),
                }
                for one in self.named
            ],
            "quorum": self.quorum,
            "expires": self.expires,
            "requester_may": self.requester_may,
            "for_run": self.for_run,
            "direct": self.direct,
        }


def terms_of(kept: Mapping[str, Any]) -> Terms:
    """Return what `as_json` kept. What is missing is read as its most careful value: nobody, and nothing further."""
    return Terms(
        named=tuple(
            Named(
                requester=bool(one.get("requester")),
                admins=bool(one.get("admins")),
                people=frozenset(one.get("people", ())),
                groups=frozenset(one.get("groups", ())),
            )
            for one in kept.get("named", ())
        ),
        quorum=max(1, int(kept.get("quorum", 1))),
        expires=int(kept.get("expires", DAY)),
        requester_may=bool(kept.get("requester_may")),
        for_run=bool(kept.get("for_run")),
        direct=bool(kept.get("direct")),
    )
