"""AUTHZ-21: whoever says yes sees what will run: nothing hidden, nothing pushed out of sight, nothing cut unsaid."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.approvals.showing import NAME, PAGE, SHOWN_VALUES, Shown, pages, sha256_of, shown, text_of, visible

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


@pytest.mark.parametrize(
    "code",
    [
        *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x13441, 0x13442, 0x1D159),
        *(0xFE0F, 0xE0000, 0xE0041, 0xE0100, 0xE0FFF),
    ],
)
@pytest.mark.requirement("AUTHZ-21")
def test_what_is_never_drawn_is_named(code: int) -> None:
    # given a character of Unicode's Default_Ignorable_Code_Point, or the empty braille cell, when it is shown
    # then its name stands there
    assert visible(f"a{chr(code)}b") == f"a⟨U+{code:04X}⟩b"


@pytest.mark.parametrize("text", ["Grüße, привет, 你好", "e\u0301", "a\u0334", "1 < 2 & 3"])
def test_what_people_write_is_shown_as_it_is(text: str) -> None:
    # given letters of any script, and marks that are drawn on them, when they are shown, then nothing is named
    assert visible(text) == text


def test_a_mark_of_ours_in_a_value_is_named_so_that_none_is_faked() -> None:
    # given a value that pretends to have been squeezed, when it is shown, then its brackets are named
    assert visible("⟨5 spaces⟩") == "⟨U+27E8⟩5 spaces⟨U+27E9⟩"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a" + " " * 4 + "b", "a    b"),
        ("a" + " " * 5 + "b", "a⟨5 spaces⟩b"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("a\n\n\n\nb", "a\n⟨3 empty lines⟩\nb"),
        ("a\n \n  \n \nb", "a\n⟨3 empty lines⟩\nb"),
    ],
)
def test_what_would_push_the_rest_out_of_sight_is_counted(text: str, says: str) -> None:
    # given few or many spaces or empty lines, when they are shown, then many are counted, and few stay
    assert visible(text) == says
    assert visible(text, squeezed=False) == text


def test_a_value_that_is_no_text_is_shown_as_json_that_people_can_read() -> None:
    # given values of a call, when they are shown, then equal ones look equal, and letters stay letters
    assert text_of({"b": "ü", "a": 1}) == '{"a": 1, "b": "ü"}'
    assert text_of("ü") == "ü"


def test_what_is_further_than_eight_values_is_counted_under_one_name() -> None:
    # given ten values, when they are shown, then two are left out, and the digest is of both
    found = shown({f"v{number}": number for number in range(10)})
    rest = '{"v8": 8, "v9": 9}'
    assert [one.name for one in found[:-1]] == [f"v{number}" for number in range(8)]
    assert found[-1] == Shown("and 2 more", "", True, 18, sha256_of(rest))


def test_of_a_value_no_more_than_twelve_lines_and_of_a_name_no_more_than_60_characters_are_shown() -> None:
    # given a value of thirteen lines under a long name, when it is shown, then it is begun
    [one] = shown({"n" * 61: "\n".join("x" * 13)})
    assert (one.text, one.cut, one.name) == ("\n".join("x" * 12), True, "n" * 60)


@pytest.mark.parametrize(("length", "cut"), [(10_000, False), (10_001, True)])
def test_a_value_is_looked_at_for_ten_thousand_characters(length: int, cut: bool) -> None:
    # given a value that can be squeezed to little, when it is shown, then it is whole where all of it was looked at
    [one] = shown({"text": "x" + " " * (length - 2) + "y"})
    assert one.cut is cut


@pytest.mark.parametrize(
    ("first", "second", "room", "lengths"),
    [
        ("x" * 100, "y" * 100, 204, [100, 100]),
        ("x" * 100, "y" * 100, 203, [100, 50]),
        ("x" * 100, "y" * 99, 202, [100, 49]),
        # as JSON a quote takes two characters, and a letter one, of whatever script
        ('"' * 50, "y" * 100, 204, [50, 100]),
        ('"' * 50, "y" * 100, 203, [50, 50]),
        ("ü" * 100, "y" * 100, 204, [100, 100]),
        ("x" * 100, "y" * 100, 102, [100, 0]),
    ],
)
def test_values_share_their_room_and_each_is_halved_until_it_fits(
    first: str, second: str, room: int, lengths: list[int]
) -> None:
    # given two values and some room, when they are shown, then the second has what the first leaves, and says so
    found = shown({"a": first, "b": second}, room)
    assert [len(one.text) for one in found] == lengths
    assert [one.cut for one in found] == [False, lengths[1] < len(second)]


@pytest.mark.parametrize(("last", "cut"), [(598, False), (599, True)])
def test_the_values_of_one_call_have_4800_characters_where_nothing_else_is_said(last: int, cut: bool) -> None:
    # given eight values that take 600 each as JSON, or the last of them 601, when they are shown, then those fit or not
    found = shown({f"v{number}": "x" * (last if number == 7 else 598) for number in range(8)})
    assert [one.cut for one in found] == [*([False] * 7), cut]


def test_a_page_has_a_heading_that_counts_it_and_its_part() -> None:
    # given a value for two pages, one of spaces alone, and an empty one, when they are shown whole
    long, spaces = "x" * 2_400 + "y", " " * 20
    found = pages({"b": long, "a": spaces, "c": ""})

    # then they stand in the order of their names, unsqueezed, and each says what it is
    assert found == [
        (f"a (20 characters, sha256 {sha256_of(spaces)[:16]}…)", spaces),
        (f"b (2,401 characters, sha256 {sha256_of(long)[:16]}…), part 1 of 2", "x" * 2_400),
        (f"b (2,401 characters, sha256 {sha256_of(long)[:16]}…), part 2 of 2", "y"),
        (f"c (0 characters, sha256 {sha256_of('')[:16]}…)", ""),
    ]


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
