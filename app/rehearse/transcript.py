"""A transcript: steps that can be played again, and the threads as they looked. JSON in a file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.errors import BadSetting
from app.rehearse.steadying import steady
from app.rehearse.steps import Step, read_step


@dataclass(frozen=True, slots=True)
class Transcript:
    """`about` says in a sentence what it shows; `seen` is how its threads looked, empty when nobody has recorded it.

    `folder` is where files that steps name by a relative path lie.
    """

    about: str
    steps: tuple[Step, ...]
    seen: tuple[str, ...] = ()
    folder: Path = Path()


def read_transcript(path: Path) -> Transcript:
    """Return what a file holds. Raises BadSetting when it is no transcript, with what is wrong."""
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise BadSetting(f"{path} cannot be read ({type(fault).__name__}).") from None
    except ValueError as fault:
        raise BadSetting(f"{path} is no JSON: {fault}.") from None
    if not isinstance(told, dict) or not isinstance(told.get("steps"), list) or set(told) - {"about", "steps", "seen"}:
        raise BadSetting(f"{path} is no transcript: expected `about`, `steps` and perhaps `seen`.")
    try:
        steps = tuple(read_step(one, number) for number, one in enumerate(told["steps"], start=1))
    except BadSetting as wrong:
        raise BadSetting(f"{path}, {wrong}") from None
    return Transcript(str(told.get("about", "")), steps, tuple(map(str, told.get("seen", ()))), path.parent)


def write_transcript(path: Path, about: str, steps: Sequence[Step], seen: Sequence[str]) -> None:
    """Keep a transcript, its threads in the form that no two runs differ in. Raises BadSetting where it cannot."""
    told = {"about": about, "steps": [step.as_json() for step in steps], "seen": steady(seen)}
    try:
        path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as fault:
        raise BadSetting(f"{path} cannot be written ({type(fault).__name__}).") from None
