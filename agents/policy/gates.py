"""What bites whatever rules say: what a `read` would reach, to whom data would go, what was read before, what may have
happened already. Pure. No rule and no setting lifts a gate; each only makes the verdict stricter.
"""

from collections.abc import Iterator

from agents.policy.addresses import exact, host_of
from agents.policy.asking import may_ask
from agents.policy.facts import Facts, known
from agents.policy.judgement import Bite, Gate
from agents.policy.matching import trust_of
from agents.policy.pages import Ground, ground_of
from agents.policy.resolving import Holding
from agents.policy.verdicts import Verdict
from agents.policy.weighing import Weighed
from tools.contract import Destination, Effect, Reach, Trust

BY_RULE = "page-rule"
"""The ground of a page whose host a rule names that allows the call."""

UNALTERED = frozenset({Ground.WRITTEN.value, Ground.LINKED.value})
"""Grounds under which the address itself is somebody else's, whole: it carries nothing away."""

FAR = frozenset({Reach.OUTSIDE, Reach.DESTRUCTIVE})


def no_tool(name: str) -> Bite:
    """Return what makes any look at a call needless whose tool nobody has."""
    return _deny(Gate.TOOL, f"There is no tool {name!r} here.")


def invariant(holding: Holding, facts: Facts) -> Bite | None:
    """Return what makes any look at rules needless; None: nothing does.

    Raises:
        NotLoaded: it depends on something that could not be loaded.
    """
    if facts.fits:
        return _deny(Gate.ARGUMENTS, facts.fits)
    if facts.frozen:
        return _deny(Gate.FROZEN, facts.frozen)
    if not holding.enabled.value:
        return _deny(Gate.DISABLED, "Tagwork is turned off in this channel.")
    if not facts.speakers:
        return _deny(Gate.NOBODY, "Nobody asks for this, so nobody's right to it can be found.")
    # the order of Speakers must not decide which of several reasons is told
    bites = [bite for bite in (may_ask(holding, one) for one in facts.speakers) if bite is not None]
    return min(bites, key=lambda one: (list(Gate).index(one.gate), one.reason), default=None)


def ground_for(facts: Facts, weighed: Weighed) -> str:
    """Return why a page may be read; empty: it may not, or the call is no `read` of a page."""
    if facts.effect is not Effect.READ or facts.destination is None or facts.destination.kind != "page":
        return ""
    ground = ground_of(facts.destination.id, facts.known, facts.hosts)
    if ground is not None:
        return ground.value
    return BY_RULE if weighed.names_host and exact(facts.destination.id) else ""


def bites(facts: Facts, weighed: Weighed, ground: str) -> Iterator[Bite]:
    """Yield every gate that bites, in the order in which they are told.

    Raises:
        NotLoaded: one depends on something that could not be loaded.
    """
    gates = (
        _reading(facts, weighed, ground),
        _refused(facts),
        _budget(facts),
        _flow(facts, ground),
        _taken_in(facts, ground),
        _repeated(facts),
    )
    yield from (one for one in gates if one is not None)


def _reading(facts: Facts, weighed: Weighed, ground: str) -> Bite | None:
    destination = facts.destination
    if facts.effect is not Effect.READ or destination is None:
        return None
    if destination.kind == "page":
        return _page(facts, destination, ground)
    if destination.kind == "request":
        # its Grant pins where it goes, and whoever may use that; what rules say of it is all that is left to say
        return None
    if destination.kind == "channel":
        if destination.id in ("", facts.here) or weighed.names_channel:
            return None
        return _deny(
            Gate.CHANNEL,
            f"I may only read the channel that I am asked in; {destination.id} is another one.",
        )
    return _deny(Gate.DESTINATION, f"{facts.tool} would reach a {destination.kind}, for which there is no rule.")


def _page(facts: Facts, destination: Destination, ground: str) -> Bite | None:
    if not facts.web:
        return _deny(Gate.WEB, "Reading web pages is turned off here, by the setting [web] enabled.")
    if ground:
        return None
    page = exact(destination.id)
    if not page:
        return _deny(
            Gate.ADDRESS,
            "That is no address of a web page that I may open: it has to begin with http:// or https:// and name no "
            "user.",
        )
    # the host alone: whatever else stands in an address that nobody wrote may be what must not leave
    return _deny(
        Gate.PAGE,
        f"I may only open an address on {host_of(page)} that someone who asks me wrote in this thread, or a link, "
        "unaltered, of a page that I read there.",
    )


def _refused(facts: Facts) -> Bite | None:
    if not known(facts.refused_before):
        return None
    return _deny(
        Gate.REFUSED, "Someone refused exactly this call before, in this request. It is not asked for again in it."
    )


def _budget(facts: Facts) -> Bite | None:
    return _deny(Gate.BUDGET, facts.over_budget) if facts.over_budget else None


def _flow(facts: Facts, ground: str) -> Bite | None:
    """What carries narrower readers does not leave for a wider audience without an Approval."""
    if not _leaves(facts, ground):
        return None
    labels = known(facts.labels)
    if labels is None or not labels.readers:
        return None
    audience = known(facts.audience)
    if audience is None and facts.reach is Reach.THREAD:
        audience = frozenset({f"channel:{facts.here}"})
    if audience is not None and labels.readers <= audience:
        return None
    return _ask(
        Gate.FLOW,
        "This request has read what not everyone may see, and this would carry something to others. An admin has to "
        "look at it first.",
    )


def _leaves(facts: Facts, ground: str) -> bool:
    """Whether the arguments of a call come before other eyes than those of the Run."""
    if facts.reach is Reach.RUN or ground in UNALTERED:
        return False
    return facts.effect is not Effect.READ or facts.reach in FAR


def _taken_in(facts: Facts, ground: str) -> Bite | None:
    """A Run that has read what anyone could have written asks before it reaches outside or takes something away.

    Not where it only reads a page on good ground: that changes nothing, and whoever set the ground chose who is asked.
    """
    if facts.reach not in FAR or ground or known(trust_of(facts)) is Trust.TRUSTED:
        return None
    return _ask(
        Gate.TAKEN_IN,
        "This request has read things that anyone could have written, so someone has to look before it reaches "
        f"{'outside' if facts.reach is Reach.OUTSIDE else 'for what cannot be undone'}.",
    )


def _repeated(facts: Facts) -> Bite | None:
    if facts.effect is Effect.READ or not known(facts.may_have_happened):
        return None
    return _ask(
        Gate.REPEATED,
        f"An equal call of {facts.tool} in this thread may already have happened: its worker was lost before it could "
        "say. Someone has to look whether it did, before it is done again.",
    )


def _deny(gate: Gate, reason: str) -> Bite:
    return Bite(gate, Verdict.DENY, reason)


def _ask(gate: Gate, reason: str) -> Bite:
    return Bite(gate, Verdict.ASK, reason)
