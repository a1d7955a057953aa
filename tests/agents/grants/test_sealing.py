"""A credential at rest opens with its key, for its own Grant, and shows itself nowhere on the way."""

import copy
import pickle
import stat
import traceback
from pathlib import Path

import pytest

from agents.errors import BadSetting
from agents.grants.sealing import FILE, KeyFile, Secret, secret_of

SECRET = "s3cr3t-of-orders"


def test_what_was_sealed_opens_again_and_twice_sealed_looks_different(tmp_path: Path) -> None:
    # given no key yet, when something is sealed twice
    keys = KeyFile(tmp_path / "home" / FILE)
    first, second = keys.seal(Secret(SECRET), "a"), keys.seal(Secret(SECRET), "a")
    # then a key was made that only its owner reads, it opens both, and the seals have nothing in common
    assert stat.S_IMODE((tmp_path / "home" / FILE).stat().st_mode) == 0o600
    assert keys.open(first, "a").reveal() == keys.open(second, "a").reveal() == SECRET
    assert first != second
    assert SECRET.encode() not in first
    assert [path.name for path in (tmp_path / "home").iterdir()] == [FILE]


def test_a_seal_that_was_moved_changed_or_cut_does_not_open(tmp_path: Path) -> None:
    # given a sealed credential
    keys = KeyFile(tmp_path / FILE)
    sealed = keys.seal(Secret(SECRET), "grant/W1/G1")
    # when it stands in another Grant's row, or any part of it is another
    moved = [("grant/W1/G2", sealed)]
    changed = [("grant/W1/G1", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]) for at in range(len(sealed))]
    cut = [("grant/W1/G1", sealed[:at]) for at in (0, 1, 12, len(sealed) - 1)]
    # then it does not open
    for about, one in [*moved, *changed, *cut]:
        with pytest.raises(BadSetting, match="is not the key"):
            keys.open(one, about)


def test_another_key_a_broken_one_and_one_that_others_read_are_told_apart(tmp_path: Path) -> None:
    # given a sealed credential
    sealed = KeyFile(tmp_path / "a").seal(Secret(SECRET), "x")
    KeyFile(tmp_path / "b").seal(Secret(SECRET), "x")
    (tmp_path / "broken").write_bytes(b"no key")
    (tmp_path / "broken").chmod(0o600)
    (tmp_path / "open").write_bytes((tmp_path / "a").read_bytes())
    (tmp_path / "open").chmod(0o644)
    # when it is opened with another, a broken one, one that is open to others, and none, then each is said
    for name, words in (("b", "is not the key"), ("broken", "is no key"), ("open", "chmod 600"), ("none", "Copy it")):
        with pytest.raises(BadSetting, match=words) as fault:
            KeyFile(tmp_path / name).open(sealed, "x")
        assert SECRET not in str(fault.value)
    assert not (tmp_path / "none").exists()


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    # given a key, when more is sealed, by this and another, then it stays the same
    KeyFile(tmp_path / FILE).seal(Secret(SECRET), "x")
    before = (tmp_path / FILE).read_bytes()
    KeyFile(tmp_path / FILE).seal(Secret(SECRET), "x")
    assert (tmp_path / FILE).read_bytes() == before


def test_a_secret_shows_itself_to_nobody() -> None:
    # given a secret, when it is printed, formatted, pickled, copied, or stands in a traceback, then it is not seen
    secret = Secret(SECRET)
    assert SECRET not in f"{secret} {secret!r} {[secret]} {{'a': secret}}"
    for carry in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="carried"):
            carry(secret)
    try:
        raise ValueError(secret)
    except ValueError:
        assert SECRET not in traceback.format_exc()


@pytest.mark.parametrize(
    "written", ["short", "two\nlines of it", " leading space", "ünicode-secret", "tab\tin-it-here", ""]
)
def test_what_no_header_can_carry_is_no_credential(written: str) -> None:
    # given such a text, when read, then it is refused without being shown; a line break behind it is not its own
    with pytest.raises(BadSetting) as fault:
        secret_of(written)
    assert not written or written not in str(fault.value)
    assert secret_of(f"{SECRET}\r\n").reveal() == SECRET
