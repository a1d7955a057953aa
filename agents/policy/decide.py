"""The one function that judges every ToolCall. Pure and total: whatever it is asked, it answers with a Decision.

The rule for now: `read` tools within the Run's own thread are allowed, and tools that touch only the Run; what a `read`
says it would reach, a page or a channel, decides about it; one setting lists further tools by name; all else is denied,
with a reason that model and person can read.
"""

from dataclasses import dataclass, field

from agents.policy.addresses import exact, host_of
from agents.policy.pages import Ground, Known, ground_of
from agents.policy.verdicts import Verdict
from tools.contract import Destination, Effect, Reach


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
        destination: what the call would reach, where the tool says so.
        channel: the Run's own channel. known: what the Run knows of addresses.
    """

    tool: str
    effect: Effect | None
    reach: Reach | None
    fits: str = ""
    may_have_happened: bool = False
    frozen: bool = False
    destination: Destination | None = None
    channel: str = ""
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be used beyond reading in place.

    Attributes:
        allow: the names of the setting `[policy] allow`.
        hosts: the hosts of `[web] hosts`, whose pages may all be read.
        web: whether pages may be read at all, `[web] enabled`.
    """

    allow: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    web: bool = True


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
    if asked.effect is Effect.READ and asked.destination is not None:
        return _where(policy, asked, asked.destination)
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


def _where(policy: Policy, asked: Asked, destination: Destination) -> Decision:
    """Judge a `read` by what it would reach. No list of tools overrules this."""
    if destination.kind == "page":
        return _page(policy, asked, destination.id)
    if destination.kind == "channel":
        return _channel(asked, destination.id)
    return Decision(
        Verdict.DENY, "destination", f"{asked.tool} would reach a {destination.kind}, for which there is no rule."
    )


def _page(policy: Policy, asked: Asked, address: str) -> Decision:
    if not policy.web:
        return Decision(Verdict.DENY, "web-off", "Reading web pages is turned off here, by the setting [web] enabled.")
    ground = ground_of(address, asked.known, policy.hosts)
    if ground is not None:
        return Decision(Verdict.ALLOW, ground.value, GROUNDS[ground])
    page = exact(address)
    if not page:
        return Decision(
            Verdict.DENY,
            "no-address",
            "That is no address of a web page that I may open: it has to begin with http:// or https:// and name no "
            "user.",
        )
    # the host alone: whatever else stands in an address that nobody wrote may be what must not leave
    return Decision(
        Verdict.DENY,
        "page",
        f"I may only open an address on {host_of(page)} that someone who asks me wrote in this thread, or a link, "
        "unaltered, of a page that I read there. Please write the whole address here. Whoever runs Tagwork can allow "
        "the host by the setting [web] hosts.",
    )


def _channel(asked: Asked, channel: str) -> Decision:
    if channel in ("", asked.channel):
        return Decision(Verdict.ALLOW, "read-in-place", "Reading in the channel of this thread is allowed.")
    return Decision(
        Verdict.DENY,
        "other-channel",
        f"I may only read the channel that I am asked in; {channel} is another one. Ask me there, or quote here what "
        "matters.",
    )


GROUNDS = {
    Ground.WRITTEN: "Someone who asks wrote this address in the thread.",
    Ground.LINKED: "It is a link, unaltered, of a page that was read from the same host.",
    Ground.HOST: "The setting [web] hosts names its host.",
}


def could_allow(policy: Policy, tool: str, effect: Effect, reach: Reach, *, touches: bool = False) -> bool:
    """Whether some call of this tool could be allowed: a tool that never could be is not offered to the model.

    `touches`: the tool says for each call what it would reach.
    """
    if touches and effect is Effect.READ:
        return policy.web or reach is not Reach.OUTSIDE
    return decide(policy, Asked(tool=tool, effect=effect, reach=reach)).verdict is Verdict.ALLOW
