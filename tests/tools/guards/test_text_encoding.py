"""Bytes become the text that was meant, and where that is not certain it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.guards.refusals import Refused
from tools.guards.text_encoding import decode

WORDS = "name,ort\nJürgen,Łódź €\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (WORDS.encode(), "utf-8"),
        (WORDS.encode("utf-8-sig"), "utf-8"),
        (WORDS.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + WORDS.encode("utf-16-be"), "utf-16"),
        (WORDS.encode("utf-32"), "utf-32"),
    ],
)
def test_every_unicode_encoding_gives_the_same_text(data: bytes, encoding: str) -> None:
    # given the same words in an encoding that says what it is
    # when they are decoded
    decoded = decode(data, "x.csv")

    # then it is the text, without its mark
    assert (decoded.text, decoded.encoding, decoded.note) == (WORDS, encoding, "")


def test_the_old_windows_encoding_is_recognised_and_named() -> None:
    # given words as Excel on Windows saves them
    # when they are decoded
    decoded = decode("name\nJürgen €\n".encode("cp1252"), "x.csv")

    # then they are right
    assert (decoded.text, decoded.encoding) == ("name\nJürgen €\n", "cp1252")


def test_mixed_encodings_are_read_line_by_line_and_told() -> None:
    # given a file that two programs wrote
    data = "Jürgen\nOsker\n".encode() + "Jörg\n".encode("cp1252")

    # when it is decoded
    decoded = decode(data, "x.csv")

    # then both names are right, and the line is told
    assert decoded.text == "Jürgen\nOsker\nJörg\n"
    assert "the first is line 3" in decoded.note


def test_an_encoding_that_can_only_be_guessed_is_told_as_a_guess() -> None:
    # given Japanese words in Shift JIS, which is no cp1252
    words = "名前,場所\n" + "".join(f"山田太郎{at},東京都渋谷区のある長い住所です\n" for at in range(20))

    # when they are decoded
    decoded = decode(words.encode("shift_jis"), "x.csv")

    # then the text is right and the guess is told
    assert decoded.text == words
    assert "guessed" in decoded.note


@given(st.binary(max_size=200))
def test_any_bytes_become_text_or_one_refusal(data: bytes) -> None:
    # given any bytes
    # when they are decoded
    said = ""
    try:
        said = decode(data, "x.csv").encoding
    except Refused as no:
        said = str(no)

    # then there is an encoding's name or a sentence, and no other exception
    assert said
