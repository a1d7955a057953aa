"""Ids: UUIDv7 in hex, so that they sort roughly by age. Order is never taken from them: rows carry numbers for that."""

import os
import time


def new_id() -> str:
    """Return a new UUIDv7 as 32 hex digits (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 7 << 76 | (noise >> 62 & 0xFFF) << 64 | 2 << 62 | noise & (1 << 62) - 1
    return f"{value:032x}"
