"""Things in a text that can fill an argument: addresses, quoted words, numbers, dates, channels, people."""

import re
from dataclasses import dataclass

from app.rehearsal.claude.offline_model.addresses import URL
from app.rehearsal.claude.offline_model.listed_files import FILE_ID

QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”|`([^`\n]+)`|(?<!\w)'([^'\n]+)'(?!\w)")
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
CHANNEL = re.compile(r"<#(C[A-Z0-9]+)(?:\|[^>]*)?>|#([a-z0-9_-]+)|\b(C[A-Z0-9]{7,})\b")
PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<!\w)@([\w.-]+)|\b(U[A-Z0-9]{7,})\b")
NUMBER = re.compile(r"(?<![\w.-])-?\d[\d,]*(?:\.\d+)?(?![\w-])")


@dataclass(frozen=True, slots=True)
class Entities:
    """What a clause holds, each kind in the order of the text."""

    urls: tuple[str, ...]
    files: tuple[str, ...]
    quoted: tuple[str, ...]
    dates: tuple[str, ...]
    channels: tuple[str, ...]
    people: tuple[str, ...]
    numbers: tuple[float, ...]


def entities_of(text: str) -> Entities:
    """Return the entities of a text. Numbers inside addresses, dates and quoted words are not counted again."""
    plain = DATE.sub(" ", QUOTED.sub(" ", URL.sub(" ", text)))
    return Entities(
        urls=tuple(URL.findall(text)),
        files=tuple(name for name in FILE_ID.findall(text) if any(letter.isdigit() for letter in name)),
        quoted=tuple(_first(groups) for groups in QUOTED.findall(text)),
        dates=tuple(DATE.findall(text)),
        channels=tuple(_first(groups) for groups in CHANNEL.findall(plain)),
        people=tuple(_first(groups) for groups in PERSON.findall(plain)),
        numbers=tuple(float(number.replace(",", "")) for number in NUMBER.findall(plain)),
    )


def _first(groups: tuple[str, ...]) -> str:
    return next(group for group in groups if group)
