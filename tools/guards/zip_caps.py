"""What an archive claims and what it really holds, before anything opens it: members, sizes, ratio, entities.

Runs in the child.
"""

import io
import zipfile
import zlib

from tools.guards.refusals import Refused

MAX_MEMBERS = 2_000
"""Members of one archive. Workbooks have about ten and three for every sheet."""
MAX_UNPACKED = 200_000_000
"""Bytes of all members unpacked: 20 MB of upload at the 10:1 that spreadsheets reach."""
MAX_RATIO = 200
"""Unpacked by packed bytes. Deflate's ceiling is 1 032:1, bombs reach 1 028, sheets of equal rows stay under 150."""
RATIO_FROM = 10_000_000
"""Bytes unpacked from which the ratio counts: below, an archive harms nobody."""
PIECE = 1 << 18


def members_of(data: bytes, name: str) -> list[zipfile.ZipInfo]:
    """Return the archive's members as its directory lists them, within the caps.

    Raises:
        Refused: damaged, cut off, or beyond a cap.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeError):
        raise Refused(f'"{name}" is damaged or was cut off: its archive cannot be listed.') from None
    if len(members) > MAX_MEMBERS:
        raise Refused(f'"{name}" has {len(members):,} parts; at most {MAX_MEMBERS:,} are read.')
    _check_size(sum(member.file_size for member in members), len(data), name)
    return members


def check_contents(data: bytes, name: str) -> None:
    """Unpack every member once, keeping nothing: sizes and checksums must be as listed, XML may declare nothing.

    Raises:
        Refused: a member is damaged, larger than listed, protected, or declares a document type (XML entities).
    """
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            try:
                unpacked += _unpack(archive, member, name)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
                part = member.filename[:60]
                raise Refused(f'"{name}" is damaged or was cut off: its part {part} cannot be read.') from None
            except RuntimeError:
                raise Refused(f'"{name}" is protected by a password. Attach it without one.') from None
            _check_size(unpacked, len(data), name)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> int:
    """Return how many bytes the member really has. ZipFile reads no more than is listed, then checks the checksum."""
    size, before = 0, b""
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(member) as opened:
        while piece := opened.read(PIECE):
            size += len(piece)
            # zero bytes are taken out so that UTF-16 hides nothing
            if is_xml and b"<!DOCTYPE" in (before + piece).replace(b"\x00", b"").upper():
                raise Refused(f'"{name}" declares XML entities, which no spreadsheet needs; it was not opened.')
            before = piece[-32:]
    return size


def _check_size(unpacked: int, packed: int, name: str) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO):
        raise Refused(
            f'"{name}" would unpack from {packed:,} to {unpacked:,} bytes or more, as an archive bomb does; '
            f"at most {MAX_UNPACKED:,} bytes and {MAX_RATIO} times its size are unpacked."
        )
