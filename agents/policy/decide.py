"""The one function that judges every ToolCall. Pure and total: whatever it is asked, it answers with a Decision.

The rule for now: `read` tools within the Run's own thread are allowed, and tools that touch only the Run; one setting
lists further tools by name; all else is denied, with a reason that model and person can read.
"""

from dataclasses import dataclass
from enum import StrEnum

from tools.contract import Effect, Reach


class Verdict(StrEnum):
    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one ToolCall: the verdict, the rule that made it, and the reason in words."""

    verdict: Verdict
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is judged.

    Attributes:
        tool: its name. effect, reach: None where no such tool is offered to this Run.
        fits: what is wrong with the arguments, in words; empty where they fit the tool's schema.
        may_have_happened: an equal call of this Thread is `unknown` (E19).
        frozen: the workspace is frozen.
    """

    tool: str
    effect: Effect | None
    reach: Reach | None
    fits: str = ""
    may_have_happened: bool = False
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be used beyond reading in place: the names of the setting `[policy] allow`."""

    allow: frozenset[str] = frozenset()


def decide(policy: Policy, asked: Asked) -> Decision:
    """Judge one ToolCall. Invariants first, then denials, then what is allowed, then default deny."""
    if asked.effect is None or asked.reach is None:
        return Decision(Verdict.DENY, "no-such-tool", f"There is no tool {asked.tool!r} here.")
    if asked.fits:
        return Decision(Verdict.DENY, "arguments", asked.fits)
    if asked.frozen:
        return Decision(Verdict.DENY, "frozen", "This workspace is frozen. An admin can thaw it.")
    if asked.may_have_happened and asked.effect is not Effect.READ:
        return Decision(
            Verdict.DENY,
            "may-have-happened",
            f"An equal call of {asked.tool} in this thread may already have happened: its worker was lost before it "
            "could say. It is not repeated. Someone has to look, and ask again in other words if it is still wanted.",
        )
    if asked.effect is Effect.READ and asked.reach is Reach.THREAD:
        return Decision(Verdict.ALLOW, "read-in-place", "Reading in this thread is allowed.")
    if asked.reach is Reach.RUN:
        return Decision(Verdict.ALLOW, "own-run", "It touches nothing but this request.")
    if asked.tool in policy.allow:
        return Decision(Verdict.ALLOW, "listed", f"The setting [policy] allow lists {asked.tool}.")
    return Decision(
        Verdict.DENY,
        "default",
        f"{asked.tool} ({asked.effect.value}, {asked.reach.value}) is not allowed here. Whoever runs Tagwork can "
        "add it to the setting [policy] allow.",
    )


def could_allow(policy: Policy, tool: str, effect: Effect, reach: Reach) -> bool:
    """Whether some call of this tool could be allowed: a tool that never could be is not offered to the model."""
    return decide(policy, Asked(tool=tool, effect=effect, reach=reach)).verdict is Verdict.ALLOW
