"""Answer a clause from the text of files or of the thread: its first sentences, or those on its subject."""

import re

from app.rehearsal.claude.offline_model.attempts import Failed, Wanted, attempt
from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.file_results import FileRead
from app.rehearsal.claude.offline_model.lines import THREAD
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said, quoted
from app.rehearsal.claude.offline_model.reading import Reading, read_files
from app.rehearsal.claude.offline_model.sentences import first_sentences, speaking_of
from app.rehearsal.claude.offline_model.tool_roles import thread_reader
from app.rehearsal.claude.offline_model.words import stem_set, stems, telling_stems

ABOUT_TEXT = re.compile(
    r"\b(?:summari[sz]\w*|summary|sum up|tl;?dr|recap|key points?|main points?|gist|"
    r"zusammenfass\w*|fasse?\b.*\bzusammen|"
    r"what(?:'s| is| does| do| did| are)?\b.*\b(?:say|says|in|about|mention|mentions|contain|contains)|"
    r"quote|according to|"
    r"read (?:the|this|that|it|these|those)?\s*(?:attached\s+)?(?:files?|notes?|documents?|text))\b",
    re.I,
)
ABOUT_THREAD = re.compile(r"\b(?:thread|conversation|discussion|messages?|chat|said (?:here|so far|above))\b", re.I)
WHOLE = re.compile(r"\b(?:summari[sz]\w*|summary|sum up|tl;?dr|recap|key|main|gist|zusammen\w*|fasse?)\b", re.I)
NOT_A_SUBJECT = stem_set(
    "summarise summarize summary summed sum up tldr recap key main point points gist say says said mention "
    "mentions contain contains content contents file files document documents note notes text quote according "
    "read attached attachment thread conversation discussion message messages chat short brief briefly line lines "
    "sentence sentences zusammen fasse zusammenfassung what csv txt pdf xlsx md docx find look"
)


def asks_about_text(clause: str) -> bool:
    """Whether a clause asks what a text says."""
    return bool(ABOUT_TEXT.search(clause))


def pursue_text(clause: str, talk: Conversation) -> Outcome:
    """Return the next calls for a clause that asks what a text says, or its answer."""
    tool = thread_reader(talk.tools)
    if tool is not None and ABOUT_THREAD.search(clause):
        stands = attempt(talk, tool, {}, THREAD)
        if isinstance(stands, Wanted):
            return stands
        if isinstance(stands, Failed):
            return Said(stands.said)
        return Said(f"The thread says: “{first_sentences(stands.result, 5)}”")
    reading = read_files(clause, talk, by_word=True)
    return reading if isinstance(reading, Wanted) else say_texts(clause, reading)


def say_texts(clause: str, reading: Reading) -> Said:
    """Return what the files say about the clause's words; all that they begin with when it names no subject."""
    if not reading.files and not reading.failures:
        return Said("I see no file in this thread that I can read.")
    names = {word for file in reading.files for word in stems(file.name)}
    subject = [word for word in telling_stems(clause) if word not in NOT_A_SUBJECT | names]
    if WHOLE.search(clause):
        subject = []
    said = [_quotation(file, subject) for file in reading.files]
    told = [one for one in said if one]
    if subject and not told and reading.files:
        read = ", ".join(file.name for file in reading.files)
        told = [f"I read {read} and found nothing there about {quoted(clause) or 'what was asked'}."]
    return Said("\n".join([*told, *reading.failures]))


def _quotation(file: FileRead, subject: list[str]) -> str:
    if file.tables:
        if subject:
            return ""
        return " ".join(
            f"{file.name}, table {table.name}, has the columns {', '.join(column.name for column in table.columns)}."
            for table in file.tables
        )
    passage = " ".join(speaking_of(file.text, subject)[:3]) if subject else first_sentences(file.text)
    if not passage:
        return "" if subject else f"{file.name} holds no text."
    return f"{file.name} says: “{passage}”" + (" Only a part of it was read." if file.cut else "")
