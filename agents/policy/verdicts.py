"""The three verdicts in their order, the laxest first. Pure."""

from enum import StrEnum


class Verdict(StrEnum):
    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


STRICTNESS = {verdict: at for at, verdict in enumerate(Verdict)}
"""0 is the laxest. Of several verdicts the strictest counts."""


def strictest(*verdicts: Verdict) -> Verdict:
    """Return the strictest of one or more verdicts."""
    return next(one for one in reversed(Verdict) if one in verdicts)
