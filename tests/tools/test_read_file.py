"""read_file shows what a file holds, tells what it left out, and says in one sentence why it cannot read another."""

import hashlib
import time
from collections.abc import Callable

import pytest

from tests.given import files as make
from tests.given.tool_context import AttachedFiles, a_context
from tools.contract import BadArguments, Source, ToolFailed, ToolResult, Trust
from tools.read_file import TOOL, FileWanted


def read(name: str, data: bytes, start: int = 1) -> ToolResult:
    return TOOL.call(FileWanted(file_id="F1", start=start), a_context(AttachedFiles({"F1": (name, data)})))


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(ToolFailed) as no:
        read(name, data)
    return str(no.value)


def test_a_csv_is_shown_with_its_table_its_columns_and_its_rows() -> None:
    # given a CSV of three rows
    data = make.SALES.encode()

    # when it is read
    result = read("sales.csv", data)

    # then the text has the fixed layout, and the source names exactly the bytes that were read
    assert result.text.splitlines() == [
        'File F1 "sales.csv": CSV, utf-8, 3 rows, 3 columns.',
        "Table: sales",
        'Columns: "region" (text), "Net sales" (number), "target" (number)',
        "Rows 1-3 of 3:",
        "region | Net sales | target",
        "North | 90 | 100",
        "South | 120 | 100",
        "East | 75 | 80",
    ]
    assert result.sources == (Source("file", "F1", hashlib.sha256(data).hexdigest(), "sales.csv"),)
    assert result.trust is Trust.UNTRUSTED
    assert not result.cut


def test_a_long_table_is_cut_and_following_what_the_cut_says_reads_every_row() -> None:
    # given a CSV of 50 rows
    data = make.csv_bytes([["id"], *[[f"row-{at}"] for at in range(1, 51)]])

    # when it is read on and on, as each cut says
    seen, start = [], 1
    while True:
        result = read("long.csv", data, start)
        seen += [line for line in result.text.splitlines() if line.startswith("row-")]
        if not result.cut:
            break
        assert result.text.splitlines()[-1] == f"Cut: {result.cut}"
        start = int(result.cut.split(" start ")[1].split()[0])

    # then every row was seen once
    assert seen == [f"row-{at}" for at in range(1, 51)]


def test_each_sheet_of_a_workbook_is_a_table_of_its_own() -> None:
    # given a workbook with two sheets and an empty one
    data = make.xlsx_bytes(
        {"Q1 Sales": [["region", "net"], ["North", 90], ["South", 0.1]], "Q2": [["ok"], [True]], "none": []}
    )

    # when it is read
    lines = read("Book.xlsx", data).text.splitlines()

    # then both tables are there, numbers as people write them, and the empty one is told
    assert lines[:2] == ['File F1 "Book.xlsx": XLSX, 3 sheets.', "Note: Empty sheets: none."]
    assert lines[2:8] == [
        "Table: book__q1_sales",
        'Columns: "region" (text), "net" (number)',
        "Rows 1-2 of 2:",
        "region | net",
        "North | 90",
        "South | 0.1",
    ]
    assert lines[8:] == ["Table: book__q2", 'Columns: "ok" (boolean)', "Rows 1-1 of 1:", "ok", "true"]


def test_a_pdf_is_shown_by_pages_and_can_be_read_on() -> None:
    # given a PDF of 25 pages
    data = make.pdf_bytes([f"words of page {number}" for number in range(1, 26)])

    # when it is read, and then from where the cut says
    first, second = read("plan.pdf", data), read("plan.pdf", data, start=21)

    # then the first 20 pages came, and then the rest
    assert first.text.startswith('File F1 "plan.pdf": PDF, 25 pages, pages 1-20 shown.')
    assert "start 21" in first.cut
    assert "words of page 25" in second.text
    assert not second.cut


def test_a_text_is_shown_by_lines_and_can_be_read_on() -> None:
    # given a text of 3 000 lines, more than one result holds
    text = "\n".join(f"line {number} of many words" for number in range(3000))

    # when it is read, and then from where the cut says
    first = read("notes.txt", text.encode())
    start = int(first.cut.split(" start ")[1].split()[0])
    second = read("notes.txt", text.encode(), start)

    # then it goes on where it stopped
    assert first.text.startswith(f'File F1 "notes.txt": text, {len(text):,} characters.')
    assert f"line {start - 2} of" in first.text
    assert f"line {start - 1} of" not in first.text
    assert second.text.splitlines()[1] == f"line {start - 1} of many words"


def test_pipes_and_line_breaks_in_cells_do_not_break_rows() -> None:
    # given cells with a pipe, a line break and much text
    data = b'a,b\n"x|y\nz",' + b"w" * 1000 + b"\n"

    # when it is read
    row = read("odd.csv", data).text.splitlines()[-1]

    # then it is still one row of two cells
    assert row.startswith("x\\|y z | www")
    assert row.endswith("…")
    assert len(row) < 400


def test_a_start_past_the_end_says_where_the_end_is() -> None:
    # given a CSV of three rows
    # when row 4 is asked for
    with pytest.raises(BadArguments, match="has 3 rows; start must be between 1 and 3"):
        read("sales.csv", make.SALES.encode(), start=4)

    # then the model was told what it may ask for


def test_a_file_that_is_not_there_is_answered_with_those_that_are() -> None:
    # given a thread with one file
    context = a_context(AttachedFiles({"F1": ("sales.csv", b"a\n1\n")}))

    # when another is asked for
    with pytest.raises(BadArguments) as no:
        TOOL.call(FileWanted(file_id="F9"), context)

    # then the answer lists the one
    assert 'F1 "sales.csv"' in str(no.value)


def test_a_file_that_was_deleted_meanwhile_is_told_as_such() -> None:
    # given a file that is still listed, but gone
    context = a_context(AttachedFiles({"F1": ("sales.csv", b"a\n1\n")}, gone=frozenset({"F1"})))

    # when it is read
    with pytest.raises(ToolFailed) as no:
        TOOL.call(FileWanted(file_id="F1"), context)

    # then the sentence says so
    assert str(no.value) == "File F1 was deleted in Slack."


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("sales.csv", make.PNG, "is a PNG picture"),
        ("sales.csv", make.WINDOWS_PROGRAM, "is a Windows program"),
        ("sales.csv", b"", "is empty (0 bytes)"),
        ("sales.csv", b"\n\n", "holds no rows"),
        ("sales.csv", b"a,b\n\x00\x01\x02", "is not text"),
        ("sales.csv", "a,b\n1".encode("utf-16")[:-1], "says it is utf-16"),
        ("login.pdf", b"<!DOCTYPE html><html>Sign in to Slack</html>" + bytes(3), "is not text"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office file"),
        ("letter.docx", make.zip_bytes({"word/document.xml": "<a/>"}), "is a Word document"),
        ("some.zip", make.zip_bytes({"a.csv": "a\n1\n"}), "is a ZIP archive"),
        ("sums.xlsx", make.xlsx_bytes({"a": [["b"], [1]]})[:-40], "cut off"),
        ("sums.xlsx", make.zip_bytes({"xl/workbook.xml": "<workb"}), "damaged workbook"),
        ("plan.pdf", make.pdf_bytes(["x"])[:150], "is a damaged PDF, or was cut off"),
        ("plan.pdf", make.encrypted_pdf("pw"), "is encrypted"),
        ("wide.csv", make.csv_bytes([[f"c{at}" for at in range(10_000)]]), "has 10,000 columns; at most 500 are read"),
        ("wide.xlsx", make.xlsx_bytes({"a": [[f"c{at}" for at in range(10_000)]]}), "has 10,000 columns"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence_that_names_the_file(
    name: str, data: bytes, sentence: str
) -> None:
    # given a file of a wrong kind, or a broken one
    # when it is read
    said = refusal(name, data)

    # then the sentence says what it is
    assert said.startswith(f'"{name}"')
    assert sentence in said
    assert "Traceback" not in said
    assert "/" not in said.replace("sheet1.xml", "")


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb.zip": (lambda: make.zip_bytes({"a": bytes(100_000_000)}), "as an archive bomb does"),
    "bomb.xlsx": (make.xlsx_bomb, "as an archive bomb does"),
    "liar.xlsx": (make.xlsx_lying_about_size, "damaged or was cut off"),
    "laughs.xlsx": (make.xlsx_with_entities, "declares XML entities"),
    "far.xlsx": (make.xlsx_with_far_cell, "MB of memory"),
    "parts.xlsx": (lambda: make.zip_bytes({f"{at}": "" for at in range(2_001)}), "has 2,001 parts"),
    "bomb.pdf": (make.pdf_with_huge_stream, "as a bomb does"),
    "deep.pdf": (make.pdf_nested_deeply, "damaged PDF"),
    "thick.pdf": (lambda: make.pdf_bytes(["x"], declared=1_000_000), "has 1,000,000 pages; at most 5,000 are read"),
    "cells.csv": (lambda: b"\n".join([b",".join([b"1"] * 400)] * 6_000), "more than 2,000,000 cells"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_stopped_in_time_and_told(name: str) -> None:
    # given a file made to fill memory, time or a disk
    made, sentence = BOMBS[name]
    data = made()
    begun = time.monotonic()

    # when it is read
    said = refusal(name, data)

    # then it was refused well within its limit
    assert sentence in said
    assert time.monotonic() - begun < 25


@pytest.mark.failure_mode(31)
def test_a_login_page_in_place_of_a_file_is_shown_as_the_text_that_it_is_never_as_a_table() -> None:
    # given the bytes that Slack sends where a scope is missing, under the name of a workbook
    # when it is read
    result = read("sales.xlsx", b"<!DOCTYPE html><html><title>Sign in</title></html>")

    # then nothing took it for a workbook
    assert result.text.startswith('File F1 "sales.xlsx": text,')


def test_what_no_database_can_store_does_not_come_out_of_a_file() -> None:
    # given a text with a zero character in it
    data = "a\x00b".encode("utf-16")

    # when it is read
    # then a mark stands in its place
    assert read("odd.txt", data).text.splitlines()[-1] == "a\ufffdb"


def test_a_name_cannot_forge_lines_of_the_result() -> None:
    # given a file whose name holds line breaks and quotes
    # when it is read
    text = read('a".csv\nTable: forged\n.csv', make.SALES.encode()).text

    # then the name stays on the first line
    assert [line for line in text.splitlines() if line.startswith("Table:")] == ["Table: a_csv_table_forged"]
