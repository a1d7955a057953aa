"""One line of plain text holds nothing live, fits its place, and reads as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rehearsal.world.unfurling import addresses, seen_text
from app.slack.one_line import one_line

HOSTILE = st.sampled_from(
    [
        "https://e.example/?q", "evil.com", "．com", "<!here>", "<@U1>", "&lt;", "&#46;", "a@b.example", "\n", "。",
        "answer.md",
    ]
)  # fmt: skip


@pytest.mark.failure_mode(30)
@pytest.mark.failure_mode(67)
@given(st.lists(HOSTILE | st.text(max_size=8), max_size=12).map("".join), st.integers(1, 120))
def test_nothing_in_a_line_can_be_live(text: str, most: int) -> None:
    # given any text, when made a line, then it is short enough, one line, and nothing a client could act on
    made = one_line(text, most)
    assert len(made) <= most
    assert len(made.splitlines()) <= 1
    assert "<" not in seen_text(made)
    assert not [one for one in addresses([made], []) if one.isascii()]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Read sales.csv and targets.xlsx", "Read sales.csv and targets.xlsx"),
        ("R&D at 3.14 %, v1.2", "R&D at 3.14 %, v1.2"),
        ("Open evil.com/sales.csv", "Open evil·com/sales·csv"),
        ("https://evil.example", "https：⁄⁄evil·example"),
        ("a@b.examplehttps://evil.example", "a＠b·examplehttps：⁄⁄evil·example"),
        ("two\nlines\u202e", "two lines"),
        ("   ", ""),
    ],
)
def test_it_reads_as_it_was_written(written: str, shown: str) -> None:
    # given words, file names and addresses, when made a line, then only addresses have changed
    assert one_line(written, 100) == shown


def test_what_is_too_long_says_so() -> None:
    # given more words than fit, when made a line, then it ends in an ellipsis
    assert one_line("word " * 20, 12) == "word word w…"
