"""Where cache_control may stand, how many times, and in which order of lifetimes (anthropic.md 8)."""

from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.errors import invalid
from app.rehearsal.claude.prompt import prompt_blocks
from app.rehearsal.claude.shapes import need_fields, need_object, need_one_of

MOST_MARKERS = 4


def check_markers(request: Mapping[str, Any]) -> None:
    """Raise ApiError 400 for a malformed marker, one too many, or a longer lifetime after a shorter one."""
    blocks = list(prompt_blocks(request))
    markers = [block.marker for block in blocks if block.marker is not None]
    automatic = request.get("cache_control")
    if automatic is not None:
        _check_marker(automatic)
        last = blocks[-1].marker
        if last is None:
            markers.append(automatic)
        elif last.get("ttl", "5m") != automatic.get("ttl", "5m"):  # guess
            raise invalid("cache_control: the last block has a marker of its own with another ttl")
    for marker in markers:
        _check_marker(marker)
    if len(markers) > MOST_MARKERS:  # that the automatic one counts too is a guess
        raise invalid(f"A maximum of {MOST_MARKERS} blocks with cache_control may be provided. Found {len(markers)}.")
    lifetimes = [marker.get("ttl", "5m") for marker in markers]
    if lifetimes != sorted(lifetimes):  # "1h" sorts before "5m", which is the order asked for
        raise invalid("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block")


def _check_marker(value: object) -> None:
    marker = need_object(value, "cache_control")
    need_fields(marker, "cache_control", ("type",), ("ttl",))
    need_one_of(marker["type"], "cache_control.type", ("ephemeral",))
    need_one_of(marker.get("ttl", "5m"), "cache_control.ttl", ("5m", "1h"))
