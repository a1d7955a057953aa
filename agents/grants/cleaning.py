"""An answer without the credential that its question carried: services do echo what they are sent. Pure.

A service that turns it into another form on purpose has had it already, and could send it anywhere.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from agents.grants.sealing import Secret

SHORTEST_PART = 6
"""Characters of a part (a password without its user's name) below which cutting it out would cut words."""


def cleaner_of(secret: Secret, template: str) -> "Cleaner":
    """Return what cuts a credential out of texts, in each of the forms in which services show it."""
    return Cleaner(sorted(set(_forms(secret.reveal(), template)), key=len, reverse=True))


class Cleaner:
    """Cuts some texts out of others, whatever their capitals."""

    def __init__(self, forms: list[str]) -> None:
        self._pattern = re.compile("|".join(map(re.escape, forms)), re.IGNORECASE)
        self.longest = max(map(len, forms))

    def clean(self, text: str) -> str:
        """Return `text` without them."""
        return self._pattern.sub("[removed: credential]", text)

    def __repr__(self) -> str:
        return "Cleaner(…)"


def _forms(secret: str, template: str) -> Iterator[str]:
    whole = template.replace("{secret}", secret)
    for one in (secret, whole, *_parts(secret)):
        yield one
        yield quote(one, safe="")
        yield quote_plus(one)
        yield json.dumps(one)[1:-1]
        yield json.dumps(one)[1:-1].replace("/", "\\/")
        for encoded in (base64.b64encode(one.encode()), base64.urlsafe_b64encode(one.encode())):
            yield encoded.decode()
            yield encoded.decode().rstrip("=")


def _parts(secret: str) -> Iterator[str]:
    """What is within a credential for `Basic`: user and password, and the password alone."""
    try:
        opened = base64.b64decode(secret, validate=True).decode()
    except (binascii.Error, ValueError):
        return
    _, colon, password = opened.partition(":")
    if colon and opened.isprintable():
        yield opened
        if len(password) >= SHORTEST_PART:
            yield password
