"""Greetings, thanks and "what can you do": answered from the tools' descriptions, without a call."""

import re

from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.other_work import capabilities

GREETING = re.compile(r"\b(?:hi|hello|hey|good (?:morning|afternoon|evening)|hallo|guten (?:morgen|tag|abend))\b", re.I)
THANKS = re.compile(r"\b(?:thanks?|thank you|cheers|danke)\b", re.I)
ABILITIES = re.compile(
    r"^\W*(?:(?:so |and )?what (?:all )?(?:can|could|do) you (?:do|help)\b.*|help(?: me)?|"
    r"how (?:can|do) you (?:help|work)\b.*|"
    r"who are you|what are you|which tools\b.*|what (?:are|is) your (?:tools?|capabilities|abilities)\b.*|"
    r"was kannst du\b.*)\W*$",
    re.I,
)


def small_talk(talk: Conversation, clauses: list[str]) -> str | None:
    """Return the reply when nothing but small talk was said, else None."""
    said = " ".join(talk.asked)
    if clauses and all(ABILITIES.match(clause) for clause in clauses):
        return capabilities(talk)
    if clauses and not (len(clauses) == 1 and GREETING.fullmatch(clauses[0])):
        return None
    if THANKS.search(said):
        return "You're welcome."
    if GREETING.search(said):
        return f"Hello. {capabilities(talk)}"
    if not talk.asked:
        return "Nothing was asked that I have not answered."
    return f"I am not sure what you would like. {capabilities(talk)}"
