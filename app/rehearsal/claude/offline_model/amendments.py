"""Follow-ups that change what was asked and ask nothing of their own: "use the June file instead", "skip the chart"."""

import re

from app.rehearsal.claude.offline_model.addresses import URL
from app.rehearsal.claude.offline_model.chart_words import apart
from app.rehearsal.claude.offline_model.starts import STARTS

INSTEAD = re.compile(
    r"\b(?:use|take|try|go with|work with|compare (?:it |them |that |this )?(?:with|to|against))\s+(?P<what>.+?),?\s+"
    r"instead\b|\binstead of .+?,?\s+(?:use|take)\s+(?P<other>.+)",
    re.I | re.S,
)
"""Something takes the place of something else."""
BESIDE = re.compile(
    r"^(?:please\s+)?compare (?:it|them|that|this|those) (?:with|to|against)\s+(?P<what>.+)|"
    r"^(?:please\s+)?(?:use|take)\s+(?P<other>(?:the\s+)?(?:page|targets?|figures?|numbers?)\b.*https?://.+)",
    re.I | re.S,
)
"""Something comes in addition."""
ASKS = re.compile(rf"^(?:please\s+)?(?:(?:can|could|would|will) you\s+)?(?:{STARTS})\b", re.I)
LEAVE_OUT = re.compile(
    r"^(?:please\s+)?(?:leave\s+(?:out\s+)?|ignore\s+|exclude\s+|skip\s+|omit\s+|drop\s+|without\s+)"
    r"(?:the\s+)?(?P<what>[^.!?\n,;]+?)(?:\s+out)?(?=$|[.!?\n,;:])",
    re.I,
)
ONLY = re.compile(r"^(?:please\s+)?(?:only|just)\s+(?:for\s+|in\s+)?(?:the\s+)?(?P<what>[^.!?\n,;]+)\W*$", re.I)
LEADING = re.compile(
    r"^\W*(?:(?:no|actually|sorry|rather|wait|please|and|oh|ok(?:ay)?|correction|but)\b[\s,:]*)+", re.I
)
TRAILING = re.compile(r"[\s,]*\b(?:please|thanks|thank you|bitte)\W*$", re.I)
CHART = re.compile(r"\b(?:chart|plot|graph|diagram)\b", re.I)
FILE_NAME = re.compile(r"\b[\w-]+\.(?:csv|tsv|xlsx|pdf|txt|md)\b", re.I)


def amends(said: str) -> bool:
    """Whether words change what was asked before them."""
    plain = LEADING.sub("", said)
    return any(pattern.search(plain) for pattern in (INSTEAD, BESIDE, LEAVE_OUT, ONLY))


def amended(requests: list[list[str]]) -> list[str]:
    """Return the clauses that ask something, each as the amendments after it changed it.

    `requests` are the clauses of each thing that was said. Beside an amendment, a sentence that asks nothing says why.
    """
    asked: list[str] = []
    for clauses in requests:
        amending = bool(asked) and any(map(amends, clauses))
        for clause in clauses:
            if asked and amends(clause):
                asked = [_changed(one, TRAILING.sub("", LEADING.sub("", clause))) for one in asked]
            elif not amending or ASKS.match(clause):
                asked.append(clause)
    return asked


def _changed(clause: str, amendment: str) -> str:
    instead = INSTEAD.search(amendment)
    if instead:
        return _exchanged(clause, amendment, instead["what"] or instead["other"])
    beside = BESIDE.search(amendment)
    if beside:
        return _with(clause, f" compared with {beside['what'] or beside['other']}")
    left_out = LEAVE_OUT.search(amendment)
    if left_out:
        what = left_out["what"].strip()
        return apart(clause)[0] if CHART.search(what) else _with(clause, f" without {what}")
    only = ONLY.search(amendment)
    return _with(clause, f" in {only['what'].strip()}") if only else clause


def _with(clause: str, words: str) -> str:
    """The clause with further words, before those that want a chart."""
    asked, drawn = apart(clause)
    return f"{asked}{words}{drawn}"


def _exchanged(clause: str, amendment: str, what: str) -> str:
    """The clause with the new page or file where the old one stood."""
    pages = URL.findall(what) or URL.findall(amendment)
    if pages:
        kept = URL.sub("\0", clause, count=1)
        return kept.replace("\0", pages[0]) if "\0" in kept else f"{clause} with {pages[0]}"
    names = FILE_NAME.findall(what)
    if names and FILE_NAME.search(clause):
        return FILE_NAME.sub(names[0], clause, count=1)
    return f"{FILE_NAME.sub('', clause).strip()} in {what}"
