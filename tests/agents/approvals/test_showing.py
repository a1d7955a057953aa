"""AUTHZ-21: whoever says yes sees what will run: nothing hidden, nothing pushed out of sight, nothing cut unsaid."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.approvals.showing import NAME, PAGE, SHOWN_VALUES, pages, sha256_of, shown, text_of, visible

HARM = "rm -rf /srv"

TRICKS = {
    "spaces before it": "all is well" + " " * 800 + HARM,
    "lines before it": "all is well" + "\n" * 300 + HARM,
    "lines of one space": "all is well" + "\n " * 300 + HARM,
    "spaces that are no spaces": "all is well" + "\u00a0\u2003\u3000" * 300 + HARM,
    "tabs": "all is well" + "\t" * 300 + HARM,
    "text turned around": f"all is well \u202e{HARM[::-1]}\u202c",
    "isolates": f"all is well \u2067{HARM}\u2069",
    "tags": "all is well" + "".join(chr(0xE0000 + ord(char)) for char in HARM),
    "zero width": "all is well\u200b\u200c\u200d\u2060\ufeff" + HARM,
    "a blank letter": "all is well" + "\u3164" * 300 + HARM,
    "empty braille": "all is well" + "\u2800" * 300 + HARM,
    "backspaces": "all is well" + "\b" * 11 + HARM,
    "carriage return": f"{HARM}\rall is well",
    "line separators": "all is well" + "\u2028" * 300 + HARM,
    "escape codes": f"\x1b[8m{HARM}\x1b[0m all is well",
    "variation selectors": "all is well" + "\ufe0f\U000e0100" * 200 + HARM,
    "private use": "all is well" + "\ue000" * 300 + HARM,
    "faked marks": "all is well ⟨800 spaces⟩ ⟨U+0041⟩" + HARM,
}


LONG = frozenset({"spaces that are no spaces", "tabs", "a blank letter", "empty braille", "line separators"}) | {
    "variation selectors",
    "private use",
}
"""What is so long, once everything in it has a name, that it is begun and counted."""


@pytest.mark.failure_mode(59)
@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.requirement("AUTHZ-21")
def test_nothing_in_a_value_is_hidden_from_whoever_says_yes(trick: str) -> None:
    # given a value that hides what it does, when it is shown
    value = TRICKS[trick]
    [one] = shown({"text": value})

    # then what it does stands there, or how much is left out does
    assert HARM in one.text or HARM[::-1] in one.text or trick in {"tags", *LONG}
    assert one.cut is (trick in LONG)
    assert one.digest == sha256_of(value)
    # and every character that is drawn as nothing, or not where it stands, has its name
    for char in one.text:
        assert char in " \n⟨⟩" or (unicodedata.category(char)[0] not in "CZ")


@given(st.text())
def test_two_values_never_look_the_same_and_nothing_unseen_is_left(text: str) -> None:
    # given any text, when all of it is made visible
    said = visible(text, squeezed=False)

    # then it can be read back, so that no two texts look alike
    assert _read_back(said) == text
    assert all(char in " \n⟨⟩" or unicodedata.category(char)[0] not in "CZ" for char in said)


@given(st.dictionaries(st.text(min_size=1, max_size=80), st.text() | st.integers() | st.lists(st.text()), max_size=12))
@pytest.mark.requirement("AUTHZ-21")
def test_whatever_is_cut_says_how_long_it_is_and_what_it_digests_to(arguments: dict[str, object]) -> None:
    # given arguments of any size, when they are shown
    found = shown(arguments)

    # then each says whether it is whole, and none is left out
    assert len(found) == min(len(arguments), SHOWN_VALUES) + (len(arguments) > SHOWN_VALUES)
    for name, one in zip(sorted(arguments)[:SHOWN_VALUES], found, strict=False):
        whole = text_of(arguments[name])
        assert (one.length, one.digest) == (len(whole), sha256_of(whole))
        assert one.cut is (visible(whole) != one.text) or visible(whole).startswith(one.text)
        assert len(one.name) <= NAME


@given(st.text(max_size=12_000))
def test_pages_hold_every_character_of_a_value(text: str) -> None:
    # given a value, when it is shown whole
    found = pages({"text": text})

    # then its pages are all of it, each short enough
    assert _read_back("".join(piece for _, piece in found)) == text
    assert all(len(piece) <= PAGE for _, piece in found)
    assert all(f"{len(text):,} characters" in heading for heading, _ in found)


def _read_back(said: str) -> str:
    found, rest = "", said
    while rest:
        before, mark, after = rest.partition("⟨U+")
        found += before
        if not mark:
            break
        code, _, rest = after.partition("⟩")
        found += chr(int(code, 16))
    return found
