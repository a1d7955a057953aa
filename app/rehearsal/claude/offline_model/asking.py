"""Ask people with the offered tool, and read what they answered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.rehearsal.claude.offline_model.attempts import Failed, Wanted, attempt
from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said
from app.rehearsal.claude.offline_model.schemas import fits, kind_of, opened
from app.rehearsal.claude.offline_model.tool_roles import people_asker
from app.rehearsal.claude.offline_model.words import stems

ORDER = re.compile(
    r"^(?:please\s+)?ask\s+(?:me|us|them|everyone|everybody|people|the (?:team|channel|others)|[A-Z]\w+)\s+"
    r"(?P<what>(?:which|what|whether|if|who|whose|when|where|how)\b.+)",
    re.I | re.S,
)
EITHER = re.compile(
    r"(?:\bwhether\b|\bif\b|[:,]|\bbetween\b)\s*(?P<first>[^:,]+?(?:,\s*[^,]+?)*),?\s+or\s+(?P<last>[^,?.]+)"
)
ANSWERED = re.compile(r"^(?P<who>[^\n:]{1,80}?) (?:answered|chose|said|replied)(?: with)?: ?(?P<what>.*)", re.S | re.M)
WAITING = re.compile(r"^\W*still waiting\b", re.I)


@dataclass(frozen=True, slots=True)
class Answered:
    """What someone answered: one of the choices where the words hold one, else the words."""

    text: str
    who: str


def orders_asking(clause: str, talk: Conversation) -> bool:
    """Whether a clause wants people to be asked, and a tool could ask them."""
    return people_asker(talk.tools) is not None and bool(ORDER.match(clause))


def pursue_asking(clause: str, talk: Conversation) -> Outcome:
    """Return the call that asks what a clause wants to have asked, or what was answered."""
    stands = answer_to(clause, talk)
    if isinstance(stands, Answered):
        return Said(f"{stands.who} answered: “{stands.text}”.")
    return stands if isinstance(stands, Wanted) else Said(stands.said if stands else "")


def answer_to(clause: str, talk: Conversation) -> Wanted | Answered | Failed | None:
    """Return where the question stands that a clause wants to have asked; None where it wants none."""
    match = ORDER.match(clause)
    if match is None:
        return None
    what = match["what"].strip(" .?")
    either = EITHER.search(what)
    choices = [one.strip() for one in f"{either['first']},{either['last']}".split(",")] if either else []
    if re.match(r"(?:whether|if)\b", what, re.I) and not either:
        choices = ["Yes", "No"]
        question = f"Should I {re.sub(r'^(?:whether|if)(?: to| i should| we should)?', '', what, flags=re.I).strip()}?"
        question = question if re.match(r"(?:whether|if) (?:to|i|we)\b", what, re.I) else f"Please say {what}."
    else:
        question = f"{what[:1].upper()}{what[1:]}?" if not what.lower().startswith(("whether", "if")) else "Which one?"
    return ask(question, choices, talk, line="Ask a question")


def ask(
    question: str, choices: Sequence[str], talk: Conversation, *, line: str, ahead: tuple[str, ...] = ()
) -> Wanted | Answered | Failed | None:
    """Return the call that asks people, or what they answered; None where no tool asks people."""
    role = people_asker(talk.tools)
    if role is None:
        return None
    tool, text = role
    arguments: dict[str, Any] = {text: question}
    for name, described in tool.properties.items():
        schema = opened(described, tool.schema)
        if kind_of(schema) == "array" and set(stems(name)) & {"choice", "option", "answer", "button"} and choices:
            arguments[name] = list(choices)
    if not fits(arguments, tool.schema, tool.schema):
        arguments = {text: question}
    stands = attempt(talk, tool, arguments, line, ahead)
    if isinstance(stands, Wanted | Failed):
        return stands
    told = stands.result if not WAITING.match(stands.result) else _late(question, talk)
    if not told:
        return Failed(f"I am still waiting for an answer to this question: {question}", "nobody has answered yet")
    match = ANSWERED.search(told)
    words = (match["what"] if match else told).strip()
    exact = [one for one in choices if one.casefold() == words.casefold()]
    held = sorted((one for one in choices if one.casefold() in words.casefold()), key=len, reverse=True)
    return Answered((exact or held or [words])[0], match["who"].strip() if match else "Someone")


def _late(question: str, talk: Conversation) -> str:
    """What was answered after the call had been answered with "still waiting"; empty where nothing was."""
    return next((text for text in reversed(talk.context) if ANSWERED.search(text) and question in text), "") or next(
        (text for text in reversed(talk.context) if ANSWERED.match(text)), ""
    )
