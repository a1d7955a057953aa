"""Known secrets are cut out before anything is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.redaction import redact

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"


@pytest.mark.failure_mode(63)
@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        ("xoxb-" + "1234567890-abcdef", "Slack token"),
        ("xoxe.xoxp-" + "1-Mi0yLTEyMzQ1", "Slack token"),
        ("xapp-" + "1-A0123456789-abc", "Slack app token"),
        ("sk-ant-" + "api03-abc_DEF-123", "Anthropic key"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "AWS access key"),
        ("ghp_" + "a" * 36, "GitHub token"),
        ("github_pat_" + "A1_" * 10, "GitHub token"),
        (KEY, "private key"),
        (KEY.partition("\n-----END")[0], "private key"),
    ],
)
def test_a_secret_is_replaced_by_its_kind_and_the_words_around_it_stay(secret: str, kind: str) -> None:
    # given a text with a secret in it, when it is redacted, then only the kind is left of it
    found = redact(f"use {secret}" if "KEY" in secret else f"use ({secret}) please")
    assert secret not in found.text
    assert f"[removed: {kind}]" in found.text
    assert found.kinds == (kind,)
    assert found.text.startswith("use ")


def test_several_secrets_are_all_replaced_and_their_kinds_named_once() -> None:
    # given two tokens of one kind and one of another, when redacted, then none is left
    found = redact("xoxb-12345678 xoxp-12345678 AKIAABCDEFGHIJKLMNOP")
    assert found.text == "[removed: Slack token] [removed: Slack token] [removed: AWS access key]"
    assert found.kinds == ("Slack token", "AWS access key")


@given(st.text(alphabet="abcdefgh 0123456789.,", max_size=80))
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    # given words without any secret, when redacted, then nothing is changed
    assert redact(text).text == text
    assert redact(text).kinds == ()
