"""Only what Slack signed, within five minutes, is Slack's."""

import hashlib
import hmac

import pytest

from app.slack.limits import SIGNATURE_AGE
from app.slack.signature import Signatures

SECRET, NOW, BODY = "0123456789abcdef0123456789abcdef", 1_795_546_116.0, b'{"type": "x"}'


def sign(body: bytes, stamp: str, secret: str = SECRET) -> str:
    """Sign as Slack does."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def why_not(body: bytes = BODY, *, age: int = 0, stamp: str = "", signature: str | None = None) -> str | None:
    """Return why a request of that age is turned away."""
    stamp = stamp or str(int(NOW) - age)
    return Signatures(SECRET, lambda: NOW).why_not(body, stamp, sign(BODY, stamp) if signature is None else signature)


def test_a_signed_request_of_the_last_minutes_is_let_in() -> None:
    # given signed requests of different ages, when checked, then five minutes are the limit, both ways
    assert why_not() is None
    assert why_not(age=SIGNATURE_AGE) is None
    assert why_not(age=SIGNATURE_AGE + 1) == "old"
    assert why_not(age=-SIGNATURE_AGE - 1) == "old"


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e9", "１７９", "9" * 40])
def test_a_request_without_a_time_is_unsigned(stamp: str) -> None:
    # given a time that is none, when checked, then it is turned away and nothing fails
    assert Signatures(SECRET, lambda: NOW).why_not(BODY, stamp, "v0=00") in {"unsigned", "old"}


@pytest.mark.requirement("AUTHZ-22")
def test_another_body_secret_or_signature_is_turned_away() -> None:
    # given a changed body, another secret's signature, and signatures of odd kinds, when checked, then each is refused
    stamp = str(int(NOW))
    assert why_not(b'{"type": "y"}') == "bad_signature"
    assert why_not(signature=sign(BODY, stamp, "f" * 32)) == "bad_signature"
    assert why_not(signature="é") == "bad_signature"
    assert why_not(signature="") == "unsigned"


def test_an_empty_secret_is_no_secret() -> None:
    # given no secret, when a check is built, then it says so at once
    with pytest.raises(ValueError, match="secret"):
        Signatures("  ")
