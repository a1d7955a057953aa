"""The files that a conversation names: `F0123ABC sales.csv (text/csv, 1,234 bytes) shared by Ann`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.exact_names import without_quoted
from app.rehearsal.claude.offline_model.words import telling_stems

FILE_ID = re.compile(r"\bF[A-Z0-9]{6,}\b")
LISTED = re.compile(
    r"\b(?P<id>F[A-Z0-9]{6,})\b[ \t:]*[\"“]?(?P<name>[^\s\"“”(][^\"“”(\n]*?)[\"”]?[ \t]*\((?P<type>[a-z]+/[^,)\s]+)"
)
UNREADABLE = ("image/", "audio/", "video/")
"""Media types that no reader of text can read."""
MOST_AT_ONCE = 8
"""How many files are read for one request."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file by its id. Name and media type are empty where the conversation names the id alone."""

    id: str
    name: str
    media_type: str


def listed_files(talk: Conversation) -> list[ListedFile]:
    """Return every file that people's messages or a tool's listing name, each once, in the order they first appear."""
    texts = [*talk.context, *talk.asked]
    found: dict[str, ListedFile] = {}
    for text in [
        *texts,
        *(call.result for call in talk.calls if not call.is_error and not call.result.startswith("File ")),
    ]:
        for match in LISTED.finditer(text):
            found[match["id"]] = ListedFile(match["id"], match["name"].strip(), match["type"])
    for text in texts:
        for file_id in FILE_ID.findall(text):
            if any(letter.isdigit() for letter in file_id):
                found.setdefault(file_id, ListedFile(file_id, "", ""))
    return list(found.values())


def files_meant(clause: str, files: Iterable[ListedFile], *, by_word: bool = False) -> list[ListedFile]:
    """Return the files that a clause names by id or name; all readable ones when it names none.

    With `by_word` a word of the name is enough: "the notes" means notes.txt.
    """
    readable = [file for file in files if not file.media_type.startswith(UNREADABLE)]
    low = clause.lower()
    named = [file for file in readable if file.id in clause or (file.name and file.name.lower() in low)]
    if not named:
        said = set(telling_stems(without_quoted(clause)))
        named = [
            file
            for file in readable
            if (by_word or {"file", "document", "datei"} & said)
            and said & set(telling_stems(file.name.rsplit(".", 1)[0]))
        ]
    return (named or readable)[:MOST_AT_ONCE]
