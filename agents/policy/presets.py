"""Three policies to start with. Pure values.

All allow reading in place and what touches only the Run; what a page or another channel needs beyond is judged by the
gates (gates.py). What asks does so as a fallback: a rule that an admin adds takes its place. What is of no kind named
here is denied. A channel may be given nothing that the workspace's own rules do not grant.
"""

from agents.policy.document import Approvers, Ceiling, Document, Part, Rule
from agents.policy.verdicts import Verdict
from tools.contract import Effect, Reach

STANDARD = "standard"
"""The one that a new workspace has."""

EVERY = ("*",)
CHANGES = (Effect.WRITE, Effect.ACT)
ADMINS = Approvers()

READS = (
    Rule(
        id="own-run",
        verdict=Verdict.ALLOW,
        tools=EVERY,
        reaches=(Reach.RUN,),
        reason="It touches nothing but this request.",
    ),
    Rule(
        id="read-in-place",
        verdict=Verdict.ALLOW,
        tools=EVERY,
        effects=(Effect.READ,),
        reaches=(Reach.THREAD,),
        reason="Reading in this thread is allowed.",
    ),
    Rule(
        id="read-channel",
        verdict=Verdict.ALLOW,
        tools=("read_channel",),
        effects=(Effect.READ,),
        reaches=(Reach.INSIDE,),
        reason="Reading in the channel of this thread is allowed.",
    ),
    Rule(
        id="read-pages",
        verdict=Verdict.ALLOW,
        tools=("fetch_page",),
        effects=(Effect.READ,),
        reaches=(Reach.OUTSIDE,),
        reason="A page whose address was written here, or a link of such a page, may be read.",
    ),
)
"""What every preset lets a Run read. Why by name where it goes beyond the thread: another tool of the same kind may
look where no gate stands."""


def _asks(
    rule_id: str, effects: tuple[Effect, ...], reach: Reach, reason: str, approvers: Approvers | None = None
) -> Rule:
    """Return a rule that asks. `approvers`: None: those of its reach, so that the setting `approvers` counts."""
    named = {} if approvers is None else {"approvers": approvers}
    return Rule(
        id=rule_id,
        verdict=Verdict.ASK,
        tools=EVERY,
        effects=effects,
        reaches=(reach,),
        reason=reason,
        fallback=True,
        **named,
    )


def _denies(rule_id: str, effects: tuple[Effect, ...], reach: Reach, reason: str) -> Rule:
    return Rule(id=rule_id, verdict=Verdict.DENY, tools=EVERY, effects=effects, reaches=(reach,), reason=reason)


OF_THREAD = "What people in this thread see needs a yes; whoever asked may give it."
OF_ADMINS = "What others in the workspace see needs the yes of an admin."
OF_INSIDE = "What others in the workspace see needs a yes; whoever asked may give it."
OF_OUTSIDE = "What leaves the workspace needs the yes of an admin."
OF_DESTROYING = "What cannot be taken back needs the yes of an admin."
NOTHING_LEAVES = "Nothing is sent out of the workspace from here."
NOTHING_DESTROYED = "Nothing is taken away for good from here."

CHANGE_THREAD = _asks("change-thread", CHANGES, Reach.THREAD, OF_THREAD)
"""A person looks even there: a Run that was taken over speaks in front of those who trust it."""

ASK_FAR = (
    _asks("change-outside", CHANGES, Reach.OUTSIDE, OF_OUTSIDE),
    _asks("destroy", (), Reach.DESTRUCTIVE, OF_DESTROYING),
)


def _policy(*rules: Rule) -> Document:
    """Return a document of these rules, with ceilings that let narrower scopes grant no more than they do."""
    ceilings = tuple(
        Ceiling(tools=one.tools, effects=one.effects, reaches=one.reaches, at_most=one.verdict)
        for one in rules
        if one.verdict is not Verdict.DENY
    )
    return Document(default=Part(ceilings=ceilings, rules=rules))


PRESETS = {
    "careful": _policy(
        *READS,
        CHANGE_THREAD,
        _asks("change-inside", CHANGES, Reach.INSIDE, OF_ADMINS, ADMINS),
        _denies("change-outside", CHANGES, Reach.OUTSIDE, NOTHING_LEAVES),
        _denies("destroy", (), Reach.DESTRUCTIVE, NOTHING_DESTROYED),
    ),
    STANDARD: _policy(
        *READS,
        CHANGE_THREAD,
        _asks("change-inside", CHANGES, Reach.INSIDE, OF_INSIDE),
        *ASK_FAR,
    ),
    "open": _policy(
        *READS,
        CHANGE_THREAD,
        Rule(
            id="write-inside",
            verdict=Verdict.ALLOW,
            tools=EVERY,
            effects=(Effect.WRITE,),
            reaches=(Reach.INSIDE,),
            reason="What can be repeated without harm may be written within the workspace.",
        ),
        _asks("act-inside", (Effect.ACT,), Reach.INSIDE, OF_INSIDE),
        *ASK_FAR,
    ),
}
"""By name, the most careful first."""

SAYS = {
    "careful": "Reads where it is asked. What people see needs a yes, beyond the thread an admin's. Nothing leaves.",
    STANDARD: "Reads where it is asked. What people see needs a yes; what leaves the workspace, an admin's.",
    "open": "Reads where it is asked and writes within the workspace. What leaves it needs the yes of an admin.",
}
"""What each means, in a line for whoever chooses."""
