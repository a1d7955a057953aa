"""The chain: how one line of a trail is bound to the one before. Pure: no SQL, no clock.

hash = sha256 over the canonical JSON (RFC 8785) of every column of the line, the hash of the line before included.
Content stands in a line only as a keyed digest (HMAC-SHA256), the key beside the content, so that erasing both leaves
nothing to guess and the chain whole.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

GENESIS = "0" * 64
"""The `prev_hash` of a trail's first line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One line of a workspace's trail. `at` is journal time; `data` is canonical JSON text."""

    workspace_id: str
    seq: int
    at: int
    event: str
    run_id: str | None
    actor: str
    data: str
    prev_hash: str
    hash: str


def canonical(value: Mapping[str, Any]) -> str:
    """Return `value` as canonical JSON. Numbers must stay within 2^53."""
    return rfc8785.dumps(dict(value)).decode()


def link(
    *, workspace_id: str, seq: int, at: int, event: str, run_id: str | None, actor: str, data: str, prev_hash: str
) -> AuditEvent:
    """Return the line bound to the one whose hash is `prev_hash`."""
    bound = canonical(
        {
            "workspace_id": workspace_id,
            "seq": seq,
            # microseconds pass 2^53 in the year 2255; canonical numbers must not depend on that
            "at": str(at),
            "event": event,
            "run_id": run_id,
            "actor": actor,
            "data": data,
            "prev_hash": prev_hash,
        }
    )
    return AuditEvent(
        workspace_id=workspace_id,
        seq=seq,
        at=at,
        event=event,
        run_id=run_id,
        actor=actor,
        data=data,
        prev_hash=prev_hash,
        hash=hashlib.sha256(bound.encode()).hexdigest(),
    )


def holds(line: AuditEvent, prev_hash: str, seq: int) -> bool:
    """Whether `line` is the one that belongs at `seq` after the line with `prev_hash`."""
    expected = link(
        workspace_id=line.workspace_id,
        seq=seq,
        at=line.at,
        event=line.event,
        run_id=line.run_id,
        actor=line.actor,
        data=line.data,
        prev_hash=prev_hash,
    )
    return line.seq == seq and line.prev_hash == prev_hash and line.hash == expected.hash


def keyed_digest(key: bytes, content: bytes) -> str:
    """Return HMAC-SHA256 of `content` in hex."""
    return hmac.new(key, content, hashlib.sha256).hexdigest()
