"""Files that lie or explode end in one clear sentence in the thread, and harm no worker."""

import pytest

from tests.given import files
from tests.given.rehearsal import FileToPost
from tests.given.tagwork import TagworkProcesses, answered

WIDE = (",".join(f"c{at}" for at in range(10_000)) + "\n" + ",".join("1" for _ in range(10_000)) + "\n").encode()
MIXED = b"name,city\n" + "Zoë,Köln\n".encode() + "Zoë,Köln\n".encode("latin-1") * 50

BAD = {
    "a picture that says it is a table": FileToPost("sales.csv", files.PNG, "text/csv"),
    "an archive that unpacks without end": FileToPost("all.xlsx", files.zip_bytes({"bomb": b"0" * 200_000_000})),
    "a workbook that unpacks without end": FileToPost("sales.xlsx", files.xlsx_bomb()),
    "a workbook with a cell at the end of the world": FileToPost("far.xlsx", files.xlsx_with_far_cell()),
    "a workbook whose entities grow": FileToPost("laughs.xlsx", files.xlsx_with_entities()),
    "a PDF that unpacks without end": FileToPost("report.pdf", files.pdf_with_huge_stream()),
    "a PDF of a hundred thousand arrays": FileToPost("deep.pdf", files.pdf_nested_deeply()),
    "ten thousand columns": FileToPost("wide.csv", WIDE, "text/csv"),
    "two encodings at once": FileToPost("mixed.csv", MIXED, "text/csv"),
    "a program that says it is text": FileToPost("notes.txt", files.WINDOWS_PROGRAM, "text/plain"),
}


@pytest.mark.failure_mode(18)
def test_bad_files_end_in_one_message_each_and_an_unharmed_worker(served: TagworkProcesses) -> None:
    # given someone who attaches every bad file there is, each to a mention of its own
    rehearsal = served.rehearsal
    posted = {
        what: rehearsal.post("ann", "sales", f"@tagwork please read {file.name} and tell me what it says", files=[file])
        for what, file in BAD.items()
    }

    # when the worker has looked at each
    said = {what: answered(rehearsal, one, seconds=90) for what, one in posted.items()}

    # then each ends in one short message in words
    for what, text in said.items():
        print(what, "->", text)
        assert 10 < len(text) < 4_000, what
        assert "Traceback" not in text
        assert "Error:" not in text
    # and the same worker still answers
    good = FileToPost("sales.csv", files.SALES.encode(), "text/csv")
    last = rehearsal.post("ann", "sales", "@tagwork which region missed its target?", files=[good])
    answered(rehearsal, last, containing="North")
    assert served.part("worker 1").process.poll() is None
    assert "Traceback" not in served.log()
