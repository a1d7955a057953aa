"""Ask a child about a file, and turn each of its ends into a result or into one clear sentence. Runs in the worker."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tools.contract import BadArguments, ToolFailed, Unavailable
from tools.guards.child import ChildBusy, ChildKilled, ChildRefused, run_in_child
from tools.guards.limits import MIB, Limits

MAX_BYTES = 20_000_000
"""Bytes of all files of one call: the size to which Content is kept (design.md 2)."""

PARSING = Limits(memory_bytes=768 * MIB, cpu_seconds=20, wall_seconds=25.0, output_bytes=1 * MIB)
"""A query on 18 MB of CSV with 1 800 000 cells takes 5-8 s and 420 MB here; this leaves room for a busy one."""

SENTENCES = {
    "memory_bytes": "It needs more than {memory} MB of memory to be read. It may be damaged, or made to fill memory.",
    "cpu_seconds": "It was stopped after {cpu} s of computing.",
    "wall_seconds": "It was stopped after {wall:.0f} s.",
    "file_bytes": "It was stopped because it tried to write a file.",
    "output_bytes": "It was stopped because its answer was too long.",
    "crash": "It was stopped because what reads it failed. It may be damaged.",
}


def _storable(text: str) -> str:
    # PostgreSQL stores no zero character
    return text.replace("\x00", "\ufffd")


Words = Annotated[str, AfterValidator(_storable)]


class Given(BaseModel):
    """Base of what a child gives back. Checked, because a child that read a bomb may say anything."""

    model_config = ConfigDict(extra="forbid", strict=True)


G = TypeVar("G", bound=Given)


class Laid(Given):
    """A file, or a query's rows, as text, and what was left out of it."""

    text: Words = Field(max_length=200_000)
    cut: Words = Field(max_length=5_000)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a call must have ended, as time.monotonic() counts."""

    at: float

    @classmethod
    def within(cls, seconds: float) -> "Deadline":
        """Return the deadline `seconds` from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds that are left, a second kept back for the answer's own way."""
        return self.at - time.monotonic() - 1.0


def ask(target: str, arguments: Mapping[str, Any], blobs: Sequence[bytes], what: str, deadline: Deadline) -> Laid:
    """Return what `target` lays out of the blobs; see `given`."""
    return given(Laid, target, arguments, blobs, what, deadline)


def given(
    shape: type[G], target: str, arguments: Mapping[str, Any], blobs: Sequence[bytes], what: str, deadline: Deadline
) -> G:
    """Run `target` on the blobs in a child and return its answer. `what` begins a sentence: the file, or the query.

    Raises:
        BadArguments: the child says that another question could be answered.
        ToolFailed: it cannot be read, or a limit stopped it.
        Unavailable: too many other children are at work, or no time is left.
    """
    size = sum(map(len, blobs))
    if size > MAX_BYTES:
        raise ToolFailed(f"{what} comes to {size:,} bytes; at most {MAX_BYTES:,} are read at once.")
    if deadline.left() <= 0:
        raise Unavailable("Fetching the file took all the time there was.")
    limits = replace(PARSING, wall_seconds=min(PARSING.wall_seconds, deadline.left()))
    try:
        return shape.model_validate(run_in_child(target, arguments, blobs, limits).value)
    except ChildRefused as no:
        raise (BadArguments if no.misasked else ToolFailed)(str(no)) from None
    except ChildBusy:
        raise Unavailable("Too many files are being read at this moment.") from None
    except ChildKilled as killed:
        sentence = SENTENCES[killed.limit].format(
            memory=limits.memory_bytes // MIB, cpu=limits.cpu_seconds, wall=limits.wall_seconds
        )
        raise ToolFailed(f"{what}: {sentence}") from killed
    except ValidationError:
        raise ToolFailed(f"{what}: {SENTENCES['crash']}") from None
