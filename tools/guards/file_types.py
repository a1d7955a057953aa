"""What a file is, by its first bytes and, for archives, its listing. A name never makes bytes into something else.

Runs in the child.
"""

from enum import StrEnum

from tools.guards.refusals import Refused
from tools.guards.zip_caps import members_of


class FileKind(StrEnum):
    """What can be read. The value is the word that results use."""

    CSV = "CSV"
    XLSX = "XLSX"
    PDF = "PDF"
    TEXT = "text"


READABLE = "Tagwork reads CSV, XLSX, PDF and plain text."

FIRST_BYTES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"OggS", "a sound or film"),
    (b"ID3", "a sound"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Old Office files, and new ones that a password protects: [MS-CFB] 2.2."""
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
PDF_WITHIN = 1024
"""Readers accept a PDF header within the first 1 024 bytes (ISO 32000-1, annex H.3.4.1)."""
TABLE_NAMES = (".csv", ".tsv", ".tab")


def kind_of(data: bytes, name: str) -> FileKind:
    """Return what the bytes are. Among plain text, the name decides only whether it is laid out as a table.

    Raises:
        Refused: empty, or nothing that can be read; the sentence says what it is instead.
    """
    if not data:
        raise Refused(f'"{name}" is empty (0 bytes).')
    if data.startswith(ZIP_STARTS):
        return _kind_of_archive(data, name)
    if data.startswith(OLE):
        raise Refused(
            f'"{name}" is an old Office file (.xls, .doc) or protected by a password. '
            "Save it as .xlsx without a password and attach it again."
        )
    if b"%PDF-" in data[:PDF_WITHIN]:
        return FileKind.PDF
    for start, word in FIRST_BYTES:
        # two letters are not enough to call a text a program
        if data.startswith(start) and (len(start) > 2 or b"\x00" in data[:512]):
            raise Refused(f'"{name}" is {word}. {READABLE}')
    return FileKind.CSV if name.lower().endswith(TABLE_NAMES) else FileKind.TEXT


def _kind_of_archive(data: bytes, name: str) -> FileKind:
    members = {member.filename for member in members_of(data, name)}
    if "xl/workbook.xml" in members:
        return FileKind.XLSX
    if "xl/workbook.bin" in members or "content.xml" in members:
        raise Refused(f'"{name}" is a spreadsheet, but not XLSX. Save it as .xlsx and attach it again.')
    if "word/document.xml" in members:
        raise Refused(f'"{name}" is a Word document. {READABLE} Save it as PDF and attach it again.')
    raise Refused(f'"{name}" is a ZIP archive. {READABLE} Attach the files that are in it.')
