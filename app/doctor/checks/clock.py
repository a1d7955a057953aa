"""This machine's clock against Slack's: signatures are valid for five minutes."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from app.doctor.bench import Bench, Unasked
from app.doctor.examining import Check, Finding

NOTICEABLE, TOO_MUCH = 30.0, 300.0
"""Seconds: what people would notice in times shown, and the age at which a signature is refused
(docs.slack.dev, authentication/verifying-requests-from-slack)."""


def _look(bench: Bench) -> Iterator[Finding]:
    try:
        stamp = bench.told_or_unasked.headers.get("date", "")
    except Unasked:
        return
    if not stamp:
        yield CHECK.warn("Slack's answer carries no date.", "See with `timedatectl` whether this clock is kept.")
        return
    apart = abs(bench.told_at - parsedate_to_datetime(stamp).timestamp())
    if apart < NOTICEABLE:
        yield CHECK.ok(f"This clock and Slack's are {apart:.0f} s apart.")
    else:
        found = CHECK.fail if apart >= TOO_MUCH else CHECK.warn
        yield found(f"This clock and Slack's are {apart:.0f} s apart.", "Have it kept: timedatectl set-ntp true")


CHECK = Check("clock", 50, _look)
