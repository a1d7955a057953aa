"""Requests to read and nothing else: "read both files, please". Reading fulfils them."""

import re

from app.rehearsal.claude.offline_model.attempts import Wanted
from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said
from app.rehearsal.claude.offline_model.reading import read_files
from app.rehearsal.claude.offline_model.text_work import say_texts

ORDER = re.compile(
    r"^(?:please\s+)?(?:read|open|load|check|go through|look (?:at|into|through)|have a look at|take a look at|"
    r"lies|öffne)\s+"
    r"(?:(?:in|through|all|both|two|of|the|these|those|this|that|my|our|attached|beide|alle|die|diese)\s+)*"
    r"(?:files?|attachments?|documents?|them|both|everything|dateien?|anhänge)"
    r"(?:\s+(?:attached|above|below|first|carefully|here|in (?:this|the) thread))*[\s,]*(?:please|bitte)?\W*$",
    re.I,
)


def orders_reading(clause: str) -> bool:
    """Whether a clause asks for nothing but that the files are read."""
    return bool(ORDER.match(clause))


def pursue_reading(talk: Conversation, *, alone: bool) -> Outcome:
    """Return the calls that read every file, then what was read when nothing else was asked, else what failed."""
    reading = read_files("", talk)
    if isinstance(reading, Wanted):
        return reading
    return say_texts("", reading) if alone else Said("\n".join(reading.failures))
