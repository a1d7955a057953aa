"""Read the text of some pages of a PDF, by pypdf. Runs in the child."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.guards.refusals import Misasked, Refused

if TYPE_CHECKING:
    import pypdf

MAX_PAGES = 5_000
"""Pages of one PDF: pypdf lays out the whole page tree before the first page."""
PAGES_AT_ONCE = 20
"""Pages of one result, however short: each costs 10-50 ms."""


@dataclass(frozen=True, slots=True)
class Pages:
    """`texts` are pages `first`, `first` + 1, … of `count`."""

    count: int
    first: int
    texts: list[str]


def pages_of(data: bytes, file_name: str, start: int, room: int) -> Pages:
    """Return the texts of as many pages from page `start` as `room` characters hold, at least one.

    Raises:
        Refused: encrypted, damaged, a bomb, or too many pages.
        Misasked: there is no page `start`.
    """
    try:
        import pypdf
        import pypdf.errors
    except ModuleNotFoundError:
        raise Refused("PDF cannot be read on this machine: the extra `files` is not installed.") from None
    try:
        return _read(pypdf.PdfReader(io.BytesIO(data)), file_name, start, room)
    except (Refused, Misasked, MemoryError):
        raise
    except (pypdf.errors.FileNotDecryptedError, pypdf.errors.DependencyError):
        raise _protected(file_name) from None
    except pypdf.errors.LimitReachedError:
        raise Refused(f'"{file_name}" unpacks to far more than it should, as a bomb does; it was not read.') from None
    except RecursionError:
        raise Refused(f'"{file_name}" is nested deeper than any document needs; it was not read.') from None
    except Exception as fault:
        # pypdf meets damaged files with many kinds of exception
        raise Refused(f'"{file_name}" is a damaged PDF, or was cut off ({type(fault).__name__}).') from None


def _read(reader: "pypdf.PdfReader", file_name: str, start: int, room: int) -> Pages:
    if reader.is_encrypted and not reader.decrypt(""):
        raise _protected(file_name)
    # the page tree's own claim first: laying out a tree of a million pages is what a bomb is after
    tree = reader.root_object["/Pages"].get_object()
    declared = tree.get("/Count", 0) if isinstance(tree, dict) else 0
    count = declared if declared > MAX_PAGES else len(reader.pages)
    if count > MAX_PAGES:
        raise Refused(f'"{file_name}" has {count:,} pages; at most {MAX_PAGES:,} are read. Attach those that matter.')
    if start > max(count, 1):
        raise Misasked(f'"{file_name}" has {count:,} pages; start must be between 1 and {count:,}.')
    texts: list[str] = []
    for number in range(start - 1, min(count, start - 1 + PAGES_AT_ONCE)):
        # a font may map to half characters, which no encoding can write
        text = reader.pages[number].extract_text().encode("utf-8", "replace").decode()
        if texts and len(text) > room:
            break
        texts.append(text)
        room -= len(text)
    return Pages(count, start, texts)


def _protected(file_name: str) -> Refused:
    return Refused(f'"{file_name}" is encrypted: it needs a password. Attach it without one.')
