"""Find one of the thread's files by its id. Runs in the worker."""

from collections.abc import Sequence

from tools.contract import Attachment, BadArguments

LISTED = 20
"""Files that an error names: enough to choose from, short enough to read."""


def find_file(file_id: str, files: Sequence[Attachment]) -> Attachment:
    """Return the file with this id.

    Raises:
        BadArguments: the thread has no such file; the text lists those it has.
    """
    for file in files:
        if file.id == file_id:
            return file
    if not files:
        raise BadArguments(f"There is no file {file_id}: no file is attached in this thread.")
    listed = ", ".join(f'{file.id} "{one_line(file.name)}"' for file in files[:LISTED])
    raise BadArguments(f"There is no file {file_id} in this thread. The files are: {listed}.")


def one_line(name: str) -> str:
    """Return a file's name without line breaks, quotes and control characters, at most 150 characters long."""
    return "".join(char if char.isprintable() and char != '"' else " " for char in name)[:150].strip() or "unnamed"
