"""An answer that echoes the credential has lost it when anyone reads it."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.grants.cleaning import cleaner_of
from agents.grants.sealing import Secret

PASSWORD = "pa ss/wo+rd"
BASIC = base64.b64encode(f"ann:{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    "show",
    [
        str,
        str.lower,
        str.upper,
        lambda one: quote(one, safe=""),
        quote_plus,
        lambda one: json.dumps({"authorization": f"Bearer {one}"}),
        lambda one: base64.b64encode(one.encode()).decode(),
        lambda one: base64.urlsafe_b64encode(f"Bearer {one}".encode()).decode().rstrip("="),
        lambda one: f"x={one}&y={one}",
    ],
)
def test_each_form_in_which_services_echo_it_is_cut_out(show: object) -> None:
    # given an echo, when it is cleaned, then nothing of the credential is left
    secret = 's3cr3t-"of/orders+99=='
    shown = show(secret)  # type: ignore[operator]
    cleaned = cleaner_of(Secret(secret), "Bearer {secret}").clean(f"before {shown} after")
    assert shown not in cleaned
    assert secret.casefold() not in cleaned.casefold()
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")


def test_the_password_within_a_basic_credential_is_cut_out_too() -> None:
    # given a service that tells who logged in and with what, when cleaned, then the password is gone
    cleaned = cleaner_of(Secret(BASIC), "Basic {secret}").clean(f'{{"user": "ann", "password": "{PASSWORD}"}} {BASIC}')
    assert PASSWORD not in cleaned
    assert BASIC not in cleaned
    assert '"user": "ann"' in cleaned


PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)


@given(st.text(PRINTABLE, min_size=8, max_size=60), st.text(max_size=40))
def test_whatever_the_credential_is_no_text_keeps_it(secret: str, around: str) -> None:
    # given any credential in any text, when cleaned, then it is not in it
    cleaned = cleaner_of(Secret(secret), "Bearer {secret}").clean(f"{around}{secret}{around}")
    assert secret not in cleaned.replace("[removed: credential]", "\0")
