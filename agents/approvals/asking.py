"""A call that policy makes ask becomes a pending Approval; nothing is held while people think. Under the Run's lock.

Also what spares people: a yes that holds for the Run, a no that holds for it, and never too much at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.approvals.binding import binding_of, destination_text, extent_of
from agents.approvals.card import who_may
from agents.approvals.life import Approval, State
from agents.approvals.terms import Kept, from_json, kept_for
from agents.audit.events import Event
from agents.clock import us
from agents.engine.hand import Hand
from agents.formats import ASKS
from agents.ids import new_id
from agents.journal import approvals, people, runs, toolcalls
from agents.journal.transaction import Transaction
from agents.labels import Labels
from agents.labels import from_json as labels_of
from agents.policy.judgement import Judgement
from agents.policy.verdicts import Verdict
from agents.runs.life import Run
from agents.toolcalls.catalogue import destination_of, effect_of, fitted
from agents.toolcalls.life import ToolCall
from tools.contract import Destination, Effect, Tool

MOST_PENDING = 3
"""Approvals that one Run may wait for at once (AUTHZ-26): more, and people stop reading what they say yes to."""

FOR_RUN = "for-this-run"
"""The rule by which a call is allowed that an earlier yes extends to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A call that policy makes ask: what would run, and what decided."""

    tool: Tool
    arguments: Mapping[str, Any]
    digest: str
    step: int | None
    judged: Judgement

    @property
    def destination(self) -> Destination | None:
        """What it would reach, as its tool says."""
        fit, _ = fitted(self.tool, dict(self.arguments))
        return destination_of(self.tool, fit)[0] if fit is not None else None

    @property
    def kept(self) -> Kept | None:
        """The terms of its Approval; None: nobody may give one."""
        reach = self.judged.reach or self.tool.reach
        return kept_for(self.judged.terms, reach) if self.judged.terms is not None else None

    def binding(self, run: Run) -> str:
        """Return the digest that its Approval binds."""
        return binding_of(
            tool=self.tool,
            arguments=self.arguments,
            destination=self.destination,
            run_id=run.id,
            step=self.step,
            labels=_labels(run),
            decided=self.judged.digest,
        )

    def extent(self, run: Run) -> str:
        """Return the digest of what a yes for the Run would extend to."""
        return extent_of(
            tool=self.tool,
            destination=self.destination,
            run_id=run.id,
            labels=_labels(run),
            decided=self.judged.digest,
        )


def _labels(run: Run) -> Labels:
    return labels_of(run.labels)


def spared(tx: Transaction, run: Run, wanted: Wanted) -> Judgement:
    """Return the judgement of a call that asks: allowed or denied where no one need be asked, or may be."""
    judged, kept = wanted.judged, wanted.kept
    if kept is None or not kept.anybody:
        return _denied(judged, "nobody-may", f"{judged.reason} Nobody is named who could say yes.")
    extending = extends_to(tx, run, wanted)
    if extending is not None:
        return replace(
            judged, verdict=Verdict.ALLOW, rule=FOR_RUN, reason=f"{_by(tx, run, extending)} said yes for this request."
        )
    pending = approvals.pending_of(tx, run.id)
    if any(_equal(tx, one, wanted) for one in pending):
        return _denied(judged, "asked-already", "An equal call waits for approval already; you will be told.")
    if len(pending) >= MOST_PENDING:
        return _denied(
            judged,
            "too-many-asked",
            f"{MOST_PENDING} calls of this request wait for approval, the most at once. Go on without it, or propose "
            "it again when one of them is answered.",
        )
    return judged


def at_the_effect(tx: Transaction, run: Run, call: ToolCall, wanted: Wanted) -> Judgement:
    """Return the judgement of a call that asks just before it is to run (E20).

    It is allowed where people have said yes to exactly this; else it must be asked anew, or is denied.
    """
    if stands(tx, run, call, wanted):
        return replace(wanted.judged, verdict=Verdict.ALLOW)
    return spared(tx, run, wanted)


def note_used(hand: Hand, tx: Transaction, run: Run, call: ToolCall, wanted: Wanted) -> None:
    """Write down which yes for the Run let a call run that nobody was asked about."""
    extending = extends_to(tx, run, wanted)
    if extending is not None:
        said = {"approval": extending.id, "call": call.id}
        tx.record(run.workspace_id, Event.APPROVAL_USED, run_id=run.id, actor=hand.actor, **said)


def stands(tx: Transaction, run: Run, call: ToolCall, wanted: Wanted) -> bool:
    """Whether people have said yes to exactly what is to run now (E20), or to all such calls of this Run."""
    granted = [one for one in approvals.of_call(tx, run.id, call.id) if one.status is State.GRANTED]
    if granted:
        binding = wanted.binding(run)
        if any(one.binding == binding for one in granted):
            return True
    return extends_to(tx, run, wanted) is not None


def extends_to(tx: Transaction, run: Run, wanted: Wanted) -> Approval | None:
    """Return the Approval whose yes for the Run extends to a call, or None."""
    standing = approvals.for_run(tx, run.id)
    if not standing:
        return None
    kept, extent = wanted.kept, wanted.extent(run)
    if kept is None or not kept.for_run or _warns(tx, run, wanted):
        return None
    return next((one for one in standing if one.extent == extent), None)


def ask(hand: Hand, tx: Transaction, run: Run, call: ToolCall, wanted: Wanted) -> Approval:
    """Store the pending Approval of a call that is `asked`. Its card is the caller's to show (cards.show)."""
    kept = wanted.kept
    assert kept is not None  # noqa: S101 - spared() denies what nobody may approve
    at = tx.now()
    asked = Approval(
        id=new_id(),
        workspace_id=run.workspace_id,
        run_id=run.id,
        tool_call_id=call.id,
        status=State.PENDING,
        binding=wanted.binding(run),
        tool=wanted.tool.name,
        destination=destination_text(wanted.destination),
        extent=wanted.extent(run),
        rule=wanted.judged.rule,
        reason=wanted.judged.reason,
        terms=kept.as_json(),
        warns=_warns(tx, run, wanted),
        delivery_id=None,
        for_run_until=None,
        asked_at=at,
        expires_at=at + us(kept.terms.seconds),
        remind_at=at + us(kept.terms.seconds / 2),
        settled_at=None,
        cause=None,
    )
    approvals.ask(tx, asked, actor=hand.actor, quorum=kept.terms.quorum)
    # whoever cannot work what waits for people leaves the Run to those who can
    runs.leave_to(tx, run.id, ASKS)
    return asked


def waits_for(tx: Transaction, run: Run, call: ToolCall) -> str:
    """Return what the model is told of a call that is asked: whose yes it waits for, and how to take it back."""
    pending = next((one for one in approvals.pending_of(tx, run.id) if one.tool_call_id == call.id), None)
    if pending is None:
        return "Still waiting for approval; you will be told."
    kept = from_json(pending.terms)
    named = {person for one in kept.terms.named for person in one.people} | {run.requester}
    names = {one: people.name_of(tx, run.workspace_id, one) for one in named}
    return (
        f"Still waiting for approval by {who_may(kept, run.requester, names)}; you will be told. Go on with what does "
        f"not depend on it. If it is not wanted any more, use withdraw_proposal with the call {call.id}."
    )


def _equal(tx: Transaction, pending: Approval, wanted: Wanted) -> bool:
    call = toolcalls.by_id(tx, pending.tool_call_id)
    return call is not None and (call.tool, call.arguments_digest) == (wanted.tool.name, wanted.digest)


def _warns(tx: Transaction, run: Run, wanted: Wanted) -> bool:
    return effect_of(wanted.tool) is not Effect.READ and toolcalls.unknown_like(
        tx, run.thread_id, wanted.tool.name, wanted.digest
    )


def _by(tx: Transaction, run: Run, granted: Approval) -> str:
    return people.name_of(tx, run.workspace_id, (granted.cause or "").removeprefix("person:"))


def _denied(judged: Judgement, rule: str, reason: str) -> Judgement:
    return replace(judged, verdict=Verdict.DENY, rule=rule, reason=reason, terms=None)
