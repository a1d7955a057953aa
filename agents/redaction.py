"""Cuts known secrets out of what people write, before anything is stored. Pure.

The forms are those whose prefix alone names them; sources: Slack's token types (docs.slack.dev, authentication/tokens),
Anthropic's keys, AWS access key ids, GitHub's token formats, and PEM private keys (RFC 7468).
"""

import re
from dataclasses import dataclass

_FORMS = (
    ("Slack token", r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}"),
    ("Slack app token", r"xapp-[A-Za-z0-9-]{8,}"),
    ("Anthropic key", r"sk-ant-[A-Za-z0-9_-]{8,}"),
    ("AWS access key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{20,}"),
    ("GitHub token", r"github_pat_[A-Za-z0-9_]{20,}"),
    (
        "private key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
        r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
    ),
)
_PATTERNS = tuple((kind, re.compile(form)) for kind, form in _FORMS)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its secrets, and which kinds were cut out."""

    text: str
    kinds: tuple[str, ...]


def redact(text: str) -> Redacted:
    """Replace every known secret by `[removed: kind]`."""
    kinds: list[str] = []
    for kind, pattern in _PATTERNS:
        text, found = pattern.subn(f"[removed: {kind}]", text)
        if found:
            kinds.append(kind)
    return Redacted(text, tuple(dict.fromkeys(kinds)))
