"""Puts a policy in force: one version more, on the trail with all that changed, and told to those whom it touches."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.audit.events import Event
from agents.engine.hand import Hand
from agents.governing import notices
from agents.journal import policies
from agents.journal.transaction import Transaction
from agents.policy.change import Change
from agents.policy.comparing import changes
from agents.policy.document import Document
from agents.policy.presets import PRESETS, STANDARD

MOST_TOLD = 50
"""Changes that one line of the trail names; it says how many there were."""


@dataclass(frozen=True, slots=True)
class Put:
    """What was put in force."""

    version: int
    changes: tuple[Change, ...]


def standing(tx: Transaction, workspace_id: str) -> Document:
    """Return the document of a workspace that holds: its own, or the standard one as version 0."""
    return policies.newest(tx, workspace_id) or PRESETS[STANDARD]


def put(
    hand: Hand,
    tx: Transaction,
    owner: str,
    document: Document,
    *,
    seen: int,
    actor: str,
    reason: str,
    trails: Sequence[str] = (),
) -> Put:
    """Store a document as the version after `seen`, note it and tell of it.

    In: `owner`: a workspace's id, or policies.ORGANISATION; `trails`: the workspaces that it touches, where that is not
    the owner itself.

    Raises:
        Stale: another version stands.
    """
    is_organisation = owner == policies.ORGANISATION
    before = policies.newest(tx, owner)
    version = policies.add(tx, owner, document, seen=seen, actor=actor, reason=reason)
    over = None if is_organisation else policies.newest(tx, policies.ORGANISATION)
    was = before or (Document(of=document.of) if is_organisation else PRESETS[STANDARD])
    found = changes(was, document, over)
    newest, *older = policies.history(tx, owner, 2)
    for workspace_id in trails or [owner]:
        tx.record(
            workspace_id,
            Event.POLICY_CHANGED,
            actor=actor,
            owner=owner,
            version=version,
            before=older[0].digest if older else "",
            after=newest.digest,
            changes=[str(one)[:500] for one in found[:MOST_TOLD]],
            many=len(found),
            reason=reason[:500],
        )
        notices.changed(hand, tx, workspace_id, found, document, actor=actor, reason=reason)
    return Put(version, tuple(found))
