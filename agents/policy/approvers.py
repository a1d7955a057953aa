"""What an Approval of a call needs: who may say yes, how many, and for how long it waits. Pure."""

from collections.abc import Iterable

from agents.policy.compiling import ReadyRule
from agents.policy.defaults import ADMINS, APPROVERS, NEVER_BY_REQUESTER
from agents.policy.document import Approvers
from agents.policy.judgement import Bite, Gate, Named, Terms
from agents.policy.resolving import Holding
from agents.policy.written_values import seconds_of
from tools.contract import Reach

BY_ADMINS = frozenset({Gate.FLOW, Gate.TAKEN_IN})
"""Gates that guard others than whoever asks: his own yes would be none."""


def terms_of(asking: Iterable[ReadyRule], gates: Iterable[Bite], reach: Reach, holding: Holding) -> Terms:
    """Return what an Approval needs that all these rules and gates want.

    Whoever says yes must be named by each of them; the largest quorum and the shortest time count. Whom the settings
    name may approve where a rule names nobody.
    """
    wanted = [one.rule.approvers for one in asking]
    wanted += [ADMINS if one.gate in BY_ADMINS else None for one in gates]
    lent = Named(
        people=frozenset(holding.approver_people.value or ()), groups=frozenset(holding.approver_groups.value or ())
    )
    named = {_named(one, reach, lent) for one in wanted or [None]}
    spans = {one.expires for one in wanted if one is not None and one.expires is not None}
    return Terms(
        named=tuple(sorted(named, key=_order)),
        quorum=max((one.quorum for one in wanted if one is not None), default=1),
        seconds=min(seconds_of(one) for one in spans or {holding.approvals_expire.value}),
    )


def _named(wanted: Approvers | None, reach: Reach, lent: Named) -> Named:
    said = wanted or APPROVERS[reach]
    of_settings = wanted is None or wanted is ADMINS
    people = frozenset(said.people or ()) | (lent.people if of_settings else frozenset())
    groups = frozenset(said.groups or ()) | (lent.groups if of_settings else frozenset())
    requester = said.requester and reach not in NEVER_BY_REQUESTER
    # a rule that only named whoever asks would name nobody now
    admins = said.admins or not (requester or people or groups)
    return Named(requester, admins, people, groups)


def _order(named: Named) -> tuple[bool, bool, list[str], list[str]]:
    return (named.requester, named.admins, sorted(named.people), sorted(named.groups))
