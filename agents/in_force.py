"""The policy that holds in one workspace, ready to judge by, as it stands in the transaction that asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.journal import policies
from agents.journal.transaction import Transaction
from agents.policy.compiling import Compiled, compiled_of
from agents.policy.document import Document, Of, Rule
from agents.policy.from_settings import FromSettings
from agents.policy.presets import PRESETS, STANDARD
from agents.policy.verdicts import Verdict

LISTED = "setting.policy-allow"
"""The rule that the setting [policy] allow stands for."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A workspace's policy made ready, and what it was made from."""

    organisation: Document | None
    workspace: Document | None
    allow: frozenset[str]
    compiled: Compiled

    def stands(self, organisation: Document | None, workspace: Document | None, allow: frozenset[str]) -> bool:
        """Whether it was made from exactly these."""
        return self.organisation is organisation and self.workspace is workspace and self.allow == allow


def in_force(tx: Transaction, workspace_id: str, said: FromSettings) -> Compiled:
    """Return what holds in a workspace: the organisation's document, if there is one, and its own or the standard one.

    In: what the operator's settings say, which counts as the organisation's word.

    Made ready once a process for as long as it stands: of an unchanged version the journal gives the same object.
    """
    organisation, workspace = policies.in_force(tx, workspace_id)
    allow = said.allow
    kept = tx.lasting.get((_Ready, workspace_id))
    if isinstance(kept, _Ready) and kept.stands(organisation, workspace, allow):
        return kept.compiled
    made = compiled_with(organisation, workspace, said)
    tx.lasting[(_Ready, workspace_id)] = _Ready(organisation, workspace, allow, made)
    return made


def known_last(lasting: Mapping[object, object], workspace_id: str) -> Compiled | None:
    """Return what held when this process looked last, without looking; None: it never has. For hints, never rights."""
    kept = lasting.get((_Ready, workspace_id))
    return kept.compiled if isinstance(kept, _Ready) else None


def compiled_with(organisation: Document | None, workspace: Document | None, said: FromSettings) -> Compiled:
    """Return what would hold with these documents; None for a workspace's: the standard one."""
    return compiled_of(_with(organisation, said.allow), workspace or PRESETS[STANDARD])


def _with(organisation: Document | None, allow: frozenset[str]) -> Document | None:
    """Add the operator's list to the organisation's rules: it is the operator's word on every workspace."""
    if not allow:
        return organisation
    document = organisation or Document(of=Of.ORGANISATION)
    listed = Rule(id=LISTED, verdict=Verdict.ALLOW, tools=tuple(sorted(allow)))
    part = document.default.model_copy(update={"rules": (*document.default.rules, listed)})
    return document.model_copy(update={"default": part})
