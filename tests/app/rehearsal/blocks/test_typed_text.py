"""What Slack makes of typed text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rehearsal.blocks.check import read_blocks
from app.rehearsal.blocks.typed_text import Known, mentions, read_typed

USERS = {"tagwork": "U0TAGWORK01", "ann": "U0ANN000001"}
KNOWN = Known(USERS.get, {"general": "C0GENERAL01"}.get)


@pytest.mark.parametrize(
    ("typed", "text", "kinds"),
    [
        ("hello", "hello", ["text"]),
        ("@tagwork hi", "<@U0TAGWORK01> hi", ["user", "text"]),
        ("<@U0TAGWORK01> hi", "<@U0TAGWORK01> hi", ["user", "text"]),
        ("@Tagwork, hi", "<@U0TAGWORK01>, hi", ["user", "text"]),
        ("@nobody hi", "@nobody hi", ["text"]),
        ("me@tagwork.example", "me@tagwork.example", ["text"]),
        ("a < b & c", "a &lt; b &amp; c", ["text"]),
        ("see https://example.com/x.", "see <https://example.com/x>.", ["text", "link", "text"]),
        ("<https://example.com|there>", "<https://example.com|there>", ["link"]),
        ("`code` :eyes: <!here>", "`code` :eyes: <!here>", ["text", "text", "emoji", "text", "broadcast"]),
        ("at 10:30:45", "at 10:30:45", ["text"]),
        ("into #general, please", "into <#C0GENERAL01|general>, please", ["text", "channel", "text"]),
        ("#nowhere `#general` a#general #142", "#nowhere `#general` a#general #142", ["text", "text", "text"]),
        ("https://x.example/#general", "<https://x.example/#general>", ["link"]),
    ],
)
def test_text_and_rich_text_say_the_same(typed: str, text: str, kinds: list[str]) -> None:
    # given typed text / when
    wording, block = read_typed(typed, KNOWN)
    # then
    assert wording == text
    assert [element["type"] for element in block["elements"][0]["elements"]] == kinds


@pytest.mark.parametrize(
    ("typed", "mentioned"),
    [
        ("@tagwork go", True),
        ("hey <@U0TAGWORK01>", True),
        ("`@tagwork` go", False),
        ("```@tagwork```", False),
        ("go", False),
    ],
)
def test_a_mention_inside_code_does_not_count(typed: str, mentioned: bool) -> None:
    # given / when
    _, block = read_typed(typed, KNOWN)
    # then
    assert mentions([block], "U0TAGWORK01") is mentioned


@given(st.text(max_size=200))
def test_whatever_is_typed_makes_a_block_that_slack_takes(typed: str) -> None:
    # given any text / when
    _, block = read_typed(typed, KNOWN)
    # then
    assert read_blocks([block])
