"""The smallest thing a child can run, to learn which walls hold here."""

from collections.abc import Mapping, Sequence
from typing import Any


def answer(arguments: Mapping[str, Any], blobs: Sequence[bytes]) -> dict[str, Any]:
    """Return the arguments and the sizes of the blobs, as they arrived."""
    return {"arguments": dict(arguments), "sizes": [len(blob) for blob in blobs]}
