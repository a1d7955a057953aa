"""The three verdicts and their order. Pure."""

from enum import StrEnum


class Verdict(StrEnum):
    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


STRICTNESS = {Verdict.ALLOW: 0, Verdict.ASK: 1, Verdict.DENY: 2}
"""Of several verdicts the strictest counts."""


def strictest(*verdicts: Verdict) -> Verdict:
    """Return the strictest of one or more verdicts."""
    return max(verdicts, key=STRICTNESS.__getitem__)
