"""The mind over one Rehearsal, fresh for each test; and what must hold of the journal after every test."""

from tests.given.fresh_rehearsal import broken_on_purpose, invariants, shared_rehearsal, the_rehearsal

__all__ = ["broken_on_purpose", "invariants", "shared_rehearsal", "the_rehearsal"]
