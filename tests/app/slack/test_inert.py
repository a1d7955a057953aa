"""Nothing hidden and nothing live is left in text that nobody vouches for; everything people can see is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.inert import pieces, plain, visible

HIDDEN = [
    "\u202e", "\u2066", "\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad", "\u061c", "\U000e0041", "\U000e0100",
    "\u3164", "\u180e", "\x00", "\x1b", "\x7f", "\x85", "\ud800", "\ufe01", "\u034f",
]  # fmt: skip


@pytest.mark.failure_mode(67)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_people_cannot_see_is_taken_out(hidden: str) -> None:
    # given text with something hidden in it, when cleaned, then only the rest is left
    assert visible(f"pay{hidden} me") == "pay me"


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 ❤️‍🔥 🏳️‍🌈 1️⃣ 👍🏽 ☎️",
        "می‌خواهم کتاب",
        "क्‍ष ක්‍ෂ",
        "漢字かな交じり文、한국어",
        "שלום עולם مرحبا",
        "é ñ",
        "葛\U000e0100飾",
        "a\tb\nc",
    ],
)
def test_emoji_and_every_script_stay_whole(text: str) -> None:
    # given text as people write it, when cleaned, then it is the same
    assert visible(text) == text


def test_joiners_out_of_place_hide_nothing() -> None:
    # given joiners between ordinary letters and at the ends, when cleaned, then they are gone
    assert visible("a\u200db\u200c \u200dc\u200d") == "ab c"


@pytest.mark.failure_mode(30)
@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("see https://evil.example/?d=secret.", ["https://evil.example/?d=secret"]),
        ("go to evil.example now", ["evil.example"]),
        ("EVIL.COM/path?x=1, ok", ["EVIL.COM/path?x=1"]),
        ("slack://open?x=1 and mailto:a@b.example", ["slack://open?x=1", "mailto:a@b.example"]),
        ("write to a.b@evil.example", ["a.b@evil.example"]),
        ("@channel and @here, @everyone!", ["@channel", "@here", "@everyone"]),
        ("(www.evil.example)", ["www.evil.example"]),
        ("правда.рф", ["правда.рф"]),
        ("evil．com and evil․com", ["evil．com", "evil․com"]),
        ("x.examplehttps://evil.example/y", ["x.examplehttps://evil.example/y"]),
        ("_evil.example_ ..evil.example", ["_evil.example", "..evil.example"]),
        ("1https://localhost/x", ["https://localhost/x"]),
        ("in the end. Then 3.14 and v1.2, e.g. this", []),
    ],
)
def test_what_clients_would_act_on_is_told_apart(text: str, live: list[str]) -> None:
    # given a text, when split, then what would become a link or a notification is marked, and nothing is lost
    split = list(pieces(text))
    assert [piece for piece, acted_on in split if acted_on] == live
    assert "".join(piece for piece, _ in split) == text


@pytest.mark.failure_mode(30)
def test_plain_text_holds_no_markup() -> None:
    # given markup that would notify, when made plain, then it is only words
    assert plain("<!channel> <@U1> & @here") == "&lt;!channel&gt; &lt;@U1&gt; &amp; `@here`"


@given(st.text(max_size=200))
def test_plain_text_never_holds_a_bare_angle_or_a_hidden_character(text: str) -> None:
    # given any text, when made plain
    made = plain(text)
    # then nothing in it is markup, and no control is left
    assert "<" not in made
    assert ">" not in made
    assert not [char for char in made if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t"]


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    # given any text, when cleaned twice, then the second time finds nothing hidden that the first left
    once = visible(text)
    assert len(visible(once)) <= len(once)
    assert visible(visible(once)) == visible(once)


@given(st.text(max_size=300))
def test_splitting_loses_nothing(text: str) -> None:
    # given any text, when split into pieces, then together they are the text
    assert "".join(piece for piece, _ in pieces(text)) == text


@pytest.mark.timeout(20)
def test_splitting_takes_no_more_than_a_moment_on_hostile_text() -> None:
    # given texts made to slow a matcher down, when split, then all come back
    for hostile in ("a." * 20_000, "a-" * 20_000 + "!", "a@" * 20_000, "://" * 10_000, "." * 40_000, "a" * 40_000):
        assert "".join(piece for piece, _ in pieces(hostile)) == hostile
