"""Asserts what must hold of every journal (agents/engine/invariants.py)."""

from agents.engine.invariants import violations
from agents.journal.transaction import Journal


def assert_invariants(journal: Journal) -> None:
    """Look at every Run, ToolCall, Delivery and trail of a journal; raises AssertionError for what is not so."""
    found = journal.read(lambda tx: list(violations(tx)), still=True)
    assert not found, "\n".join(f"{one.name}: {one.sentence} {dict(one.ids)}" for one in found)
