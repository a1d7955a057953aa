"""Makes files for tests, the good and the hostile ones, as bytes: CSV, XLSX, PDF, archives and bombs."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17)
WINDOWS_PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(120)

SALES = "region,Net sales,target\nNorth,90,100\nSouth,120,100\nEast,75,80\n"

_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Cell = str | float | bool | None


def csv_bytes(rows: Sequence[Sequence[object]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as CSV, nothing quoted."""
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows).encode(encoding)


def zip_bytes(members: Mapping[str, bytes | str]) -> bytes:
    """Return an archive with these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def xlsx_bytes(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """Return a workbook. A `float` or `int` becomes a number, a `bool` a boolean, a `str` an inline string."""
    return zip_bytes(xlsx_members(sheets))


def xlsx_members(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> dict[str, bytes | str]:
    """Return the parts of a workbook, for a test to spoil one of them."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(sheets, 1)
    )
    linked = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{linked}</Relationships>',
    }
    for at, rows in enumerate(sheets.values(), 1):
        members[f"xl/worksheets/sheet{at}.xml"] = _sheet(rows)
    return members


def xlsx_with_far_cell() -> bytes:
    """Return a small workbook whose one sheet has a cell in its first and in its very last place."""
    members = xlsx_members({"far": [["a"]]})
    members["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{_SHEET}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
    )
    return zip_bytes(members)


def xlsx_with_entities() -> bytes:
    """Return a workbook whose sheet declares entities that would grow to a billion."""
    members = xlsx_members({"laughs": [["a"]]})
    declared = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    members["xl/worksheets/sheet1.xml"] = f"<!DOCTYPE x [{declared}]>" + str(members["xl/worksheets/sheet1.xml"])
    return zip_bytes(members)


def xlsx_bomb(unpacked: int = 100_000_000) -> bytes:
    """Return a workbook of 100 KB whose sheet unpacks to `unpacked` bytes."""
    members = xlsx_members({"bomb": [["a"]]})
    members["xl/worksheets/sheet1.xml"] = b" " * unpacked
    return zip_bytes(members)


def xlsx_lying_about_size() -> bytes:
    """Return a workbook whose listing says that its sheet has one byte."""
    packed = bytearray(xlsx_bomb(5_000_000))
    true, lie = struct.pack("<I", 5_000_000), struct.pack("<I", 1)
    at = packed.find(true)
    while at >= 0:
        packed[at : at + 4] = lie
        at = packed.find(true)
    return bytes(packed)


def pdf_bytes(pages: Sequence[str], *, declared: int | None = None) -> bytes:
    """Return a PDF with one line of Helvetica a page. `declared`: the number of pages that it claims to have."""
    return _pdf([_page_content(text) for text in pages], declared)


def pdf_with_huge_stream(unpacked: int = 300_000_000) -> bytes:
    """Return a PDF of 300 KB whose one page unpacks to `unpacked` bytes of drawing."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"q " * 500_000) for _ in range(unpacked // 1_000_000)) + packer.flush()
    return _pdf([b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)], None)


def pdf_nested_deeply(depth: int = 100_000) -> bytes:
    """Return a PDF whose page tree's root holds arrays within arrays."""
    return pdf_bytes(["x"]).replace(b"/Type /Pages", b"/Type /Pages /Deep " + b"[" * depth + b"]" * depth, 1)


def encrypted_pdf(password: str) -> bytes:
    """Return a PDF that opens only with the password (RC4, which needs no further package)."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_bytes(["secret"]))))
    writer.encrypt(password, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    written = "".join(
        f'<row r="{at}">{"".join(_cell(cell, f"{_column(column)}{at}") for column, cell in enumerate(row))}</row>'
        for at, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{_SHEET}"><sheetData>{written}</sheetData></worksheet>'


def _cell(cell: Cell, place: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


def _column(number: int) -> str:
    """Return A for 0, Z for 25, AA for 26."""
    letters = ""
    while number >= 0:
        letters = chr(ord("A") + number % 26) + letters
        number = number // 26 - 1
    return letters


def _page_content(text: str) -> bytes:
    for plain in ("\\", "(", ")"):
        text = text.replace(plain, "\\" + plain)
    drawn = b"BT /F1 12 Tf 50 700 Td (%s) Tj ET" % text.encode("latin-1")
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)


def _pdf(contents: Sequence[bytes], declared: int | None) -> bytes:
    """Return a PDF of these content streams: catalogue 1, page tree 2, font 3, then page and content by turns."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, declared or len(contents)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, content in enumerate(contents):
        resources = b"/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] %s /Contents %d 0 R >>" % (resources, 5 + 2 * at)
        )
        objects.append(content)
    made = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(made)
