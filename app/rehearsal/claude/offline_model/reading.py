"""Read the files that a clause is about: all of them in one Turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.rehearsal.claude.offline_model.attempts import Failed, Proposed, Succeeded, Wanted, attempt
from app.rehearsal.claude.offline_model.conversation import Conversation
from app.rehearsal.claude.offline_model.file_results import FileRead, read_file_result
from app.rehearsal.claude.offline_model.lines import THREAD, of_file
from app.rehearsal.claude.offline_model.listed_files import files_meant, listed_files
from app.rehearsal.claude.offline_model.tool_roles import file_reader, thread_reader


@dataclass(frozen=True, slots=True)
class Reading:
    """Files that were read, and sentences about those that could not be."""

    files: Sequence[FileRead]
    failures: Sequence[str]


def can_read(talk: Conversation) -> bool:
    """Whether there is a file to read, or a thread in which one may be, and a tool that reads files."""
    return file_reader(talk.tools) is not None and bool(listed_files(talk) or _unread_thread(talk))


def read_files(
    clause: str, talk: Conversation, *, by_word: bool = False, ahead: tuple[str, ...] = ()
) -> Wanted | Reading:
    """Return the calls that read the clause's files, or what they said. Needs can_read.

    `ahead` are the lines of a plan that come after the reading.
    """
    role = file_reader(talk.tools)
    files = files_meant(clause, listed_files(talk), by_word=by_word)
    unread = _unread_thread(talk)
    if role is None or not files:
        return Wanted(unread.calls, ahead) if unread else Reading((), ())
    reader, property_name = role
    calls: list[Proposed] = []
    reads, failures = [], []
    for file in files:
        stands = attempt(talk, reader, {property_name: file.id}, of_file(file.name))
        if isinstance(stands, Wanted):
            calls += stands.calls
        elif isinstance(stands, Failed):
            failures.append(stands.said)
        elif isinstance(stands, Succeeded):
            read = read_file_result(stands.result)
            reads.append(read or FileRead(file.id, file.name or file.id, (), stands.result, cut=False))
    return Wanted(tuple(calls), ahead) if calls else Reading(reads, failures)


def _unread_thread(talk: Conversation) -> Wanted | None:
    tool = thread_reader(talk.tools)
    if tool is None or any(call.name == tool.name for call in talk.calls):
        return None
    return Wanted((Proposed(tool.name, {}, THREAD),))
