"""Nothing that a canvas would link, show or notify is left in words that nobody vouches for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.canvas_text import inert_markdown
from app.slack.inert import pieces


def outside_code(markdown: str) -> str:
    """Return a text without its fenced blocks and code spans, as CommonMark finds them: nearest equal runs of marks."""
    kept: list[str] = []
    fenced = False
    for line in markdown.split("\n"):
        if line.startswith("```") and (fenced or "`" not in line[3:]):
            fenced = not fenced
        elif not fenced:
            kept.append(line)
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", "\n".join(kept), flags=re.DOTALL)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("# Plan\n\n* one\n* **two** `code`", "# Plan\n\n* one\n* **two** `code`"),
        ("see https://evil.example/?q=1.", "see `https://evil.example/?q=1`."),
        ("[our page](https://evil.example)", "[our page] (`https://evil.example`)"),
        ("![](https://evil.example/a.png)", "! [] (`https://evil.example/a.png`)"),
        ("ask ![](@U0ADAM00001) and ![](#C1)", "ask ! [] (@U0ADAM00001) and ! [] (#C1)"),
        ("[1]: https://evil.example\n[a][1]", "[1] : `https://evil.example`\n[a] [1]"),
        ("`open https://evil.example", "'open `https://evil.example`"),
        ("`\nhttps://evil.example", "'\n`https://evil.example`"),
        ("<https://evil.example>", "<`https://evil.example`>"),
        ("@channel mail a@b.example", "`@channel` mail `a@b.example`"),
        ("```sh\ncurl x\n```", "```sh\ncurl x\n```"),
        ("a\u200bb\u202ec", "abc"),
    ],
)
def test_formatting_stays_and_what_is_live_becomes_code(written: str, shown: str) -> None:
    # given words of a model, when they are made inert, then they look like this
    assert inert_markdown(written) == shown


PARTS = st.sampled_from(
    ["`", "``", "```", "\n", "\n```\n", "https://evil.example/x", "a@b.example", "evil.example", "![](", "](", "[", "]",
     "(", ")", "<", ">", " ", "word", "@channel", "!", "\\", "*", "~~~", "    "]
)  # fmt: skip


@given(st.lists(PARTS, max_size=14).map("".join))
def test_whatever_is_written_no_address_is_left_outside_code(written: str) -> None:
    # given any mixture of marks and addresses, when it is made inert
    shown = inert_markdown(written)
    # then what is not code has nothing live in it, and no brackets of a link or picture are left
    assert not [piece for piece, live in pieces(outside_code(shown)) if live], shown
    assert not re.search(r"!\[|\][(\[:]", shown)
