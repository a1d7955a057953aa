"""Proves a workspace's trail: every line bound to the one before, the head to the last, and Content to its digest."""

import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.audit.chain import GENESIS, AuditEvent, holds, keyed_digest
from agents.audit.events import Event
from agents.journal import audit, content
from agents.journal.transaction import Transaction

GOING = frozenset({Event.CONTENT_ERASED.value, Event.CONTENT_EXPIRED.value})
"""Lines that say which Content is gone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at a whole trail found. `bad_seq` is the first bad line; None where the chain holds."""

    events: int
    bad_seq: int | None = None
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, added or taken away."""
        return self.bad_seq is None


def verify(tx: Transaction, workspace_id: str) -> Verdict:
    """Read a workspace's whole trail and return the verdict.

    What this cannot show: whoever can rewrite the database can rewrite every line and the head with it.
    """
    erased = _erased(tx, workspace_id)
    seq, prev_hash = audit.floor_of(tx.connection, workspace_id)
    dropped, events = (seq, prev_hash), 0
    expired: tuple[int, str] = (0, GENESIS)
    for line in audit.lines(tx.connection, workspace_id):
        seq += 1
        events += 1
        if not holds(line, prev_hash, seq):
            return Verdict(seq, seq, _why(line, prev_hash, seq))
        wrong = _content_wrong(tx, line, erased)
        if wrong:
            return Verdict(seq, seq, wrong)
        if line.event == Event.AUDIT_EXPIRED.value:
            told = json.loads(line.data)
            expired = (int(told["up_to"]), str(told["hash"]))
        prev_hash = line.hash
    if dropped != expired:
        return Verdict(events, dropped[0] + 1, "the trail does not begin where its own lines say that it was cut")
    head = audit.head_of(tx.connection, workspace_id)
    if head is None:
        return Verdict(seq, seq + 1, "the head row is missing")
    if head != (seq, prev_hash):
        return Verdict(seq, min(seq, head[0]) + 1, f"the head row names {head[0]} events, the trail has {seq}")
    return Verdict(events)


def named_content(data: Any) -> Iterator[tuple[str, str]]:
    """Every (content id, digest) that a line's data names, at any depth."""
    if isinstance(data, dict):
        if isinstance(data.get("content"), str) and isinstance(data.get("digest"), str):
            yield data["content"], data["digest"]
        for value in data.values():
            yield from named_content(value)
    elif isinstance(data, list):
        for value in data:
            yield from named_content(value)


def _content_wrong(tx: Transaction, line: AuditEvent, erased: set[str]) -> str:
    for content_id, digest in named_content(json.loads(line.data)):
        item = content.item(tx, content_id)
        if item is None:
            return f"content {content_id} is missing"
        if item.erased_at is not None or item.body is None or item.key is None:
            if content_id not in erased:
                return f"content {content_id} is gone without a word on the trail"
            continue
        if item.digest != digest or not hmac.compare_digest(keyed_digest(item.key, item.body), digest):
            return f"content {content_id} is not what was recorded"
    return ""


def _erased(tx: Transaction, workspace_id: str) -> set[str]:
    found: set[str] = set()
    for line in audit.lines(tx.connection, workspace_id):
        if line.event in GOING:
            found.update(_said(line.data, "erased"))
    return found


def _said(data: str, name: str) -> Sequence[str]:
    """One value of a line that was not yet proven, or the values of a list there: its data may be anything."""
    try:
        told = json.loads(data)
    except ValueError:
        return ()
    said = told.get(name, ()) if isinstance(told, dict) else ()
    return [str(one) for one in said] if isinstance(said, list) else [str(said)]


def _why(line: AuditEvent, prev_hash: str, seq: int) -> str:
    if line.seq != seq:
        return f"event {seq} is missing"
    if line.prev_hash != prev_hash:
        return "it does not follow the event before it"
    return "it is not what was recorded"
