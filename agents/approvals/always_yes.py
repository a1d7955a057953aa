"""What people have always said yes to, so that an admin may let it be used without being asked. Pure.

Nobody reads what they say yes to every time; whoever is asked less reads what is left (AUTHZ-29). Nothing here changes
anything: an admin is shown what would do it, and it is theirs to save.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.policy.compiling import Compiled
from agents.policy.judging import judge
from agents.policy.recorded_facts import NotReadable, from_json
from agents.policy.replaying import Recorded
from agents.policy.verdicts import Verdict
from tools.contract import Reach

NEAR = frozenset({Reach.THREAD, Reach.INSIDE})
"""What may be asked less. What leaves the workspace or destroys is worth a look each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlwaysYes:
    """A tool to which people said yes whenever it was asked for in a channel.

    Attributes:
        times: that they were asked. people: how many different ones said the last yes.
    """

    tool: str
    channel: str
    times: int
    people: int


def would_not_ask(standing: Compiled, candidate: Compiled, calls: Sequence[Recorded]) -> int:
    """Return how many calls that ask by the policy that stands would run unasked by a candidate.

    0 where one of them goes further than NEAR: then the candidate is no way to be asked less.
    """
    unasked = 0
    for call in calls:
        try:
            facts = from_json(call.facts)
        except NotReadable:
            continue
        if facts.reach not in NEAR:
            return 0
        asks = judge(standing, facts).verdict is Verdict.ASK
        unasked += asks and judge(candidate, facts).verdict is Verdict.ALLOW
    return unasked
