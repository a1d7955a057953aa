"""What working on one clause leads to: calls to make now, or words to say."""

from dataclasses import dataclass

from app.rehearsal.claude.offline_model.attempts import Wanted


@dataclass(frozen=True, slots=True)
class Said:
    """A part of the answer, final."""

    text: str


Outcome = Wanted | Said


def quoted(clause: str) -> str:
    """Return the clause in quotation marks; an empty string where it holds a number, which no tool has confirmed."""
    return "" if any(letter.isdigit() for letter in clause) else f"“{clause}”"
