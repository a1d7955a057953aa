"""Credentials at rest: sealed with a key that stands in a file beside the journal, never in it.

AES-GCM with 256 bits and a fresh nonce of 96 for each seal (NIST SP 800-38D); what is sealed is bound to its Grant, so
that a row whose credential was swapped for another's does not open. Fernet would bind it to nothing.
"""

import base64
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agents.errors import BadSetting

FILE = "grants.key"
"""The name of the key's file in TAGWORK_HOME."""

FORMAT = b"\x01"
KEY_BYTES, NONCE_BYTES = 32, 12

SHORTEST, LONGEST = 8, 8_192
"""Characters of a credential. A shorter one could not be cut out of an answer without cutting words; servers take
headers of 8 kB."""


class Secret:
    """A credential in the open. It shows itself to nobody: not in a log, an exception, a pickle or a comparison."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return it. Called only where a request is put together, and where an answer is cleaned of it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str:
        raise TypeError("a credential is not carried anywhere")


def secret_of(written: str) -> Secret:
    """Return the credential that somebody gave, without the line break behind it. Raises BadSetting."""
    value = written.strip("\r\n")
    if (
        not SHORTEST <= len(value) <= LONGEST
        or not value.isascii()
        or not value.isprintable()
        or value != value.strip()
    ):
        # its length alone: whatever was given by mistake may be a secret too
        raise BadSetting(
            f"A credential is one line of {SHORTEST} to {LONGEST:,} printable ASCII characters; here are {len(value)}."
        )
    return Secret(value)


class KeyFile:
    """The key of one installation. Every machine that runs workers needs the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def seal(self, secret: Secret, about: str) -> bytes:
        """Return the credential sealed, bound to `about`; the key is made where there is none. Raises BadSetting."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORMAT + nonce + AESGCM(self._key(make=True)).encrypt(nonce, secret.reveal().encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> Secret:
        """Return what was sealed. Raises BadSetting where the key is missing, or is another one."""
        key = AESGCM(self._key(make=False))
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            if not sealed.startswith(FORMAT):
                raise InvalidTag
            return Secret(key.decrypt(nonce, rest, about.encode()).decode())
        except (InvalidTag, ValueError):
            raise BadSetting(
                f"{self._path} is not the key that this Grant was sealed with. Copy the right one, or rotate the Grant."
            ) from None

    def _key(self, *, make: bool) -> bytes:
        if make and not self._path.exists():
            self._make()
        try:
            if stat.S_IMODE(self._path.stat().st_mode) & 0o077:
                raise BadSetting(f"Others can read {self._path}: chmod 600 it.")
            key = base64.b64decode(self._path.read_bytes(), validate=True)
        except FileNotFoundError:
            raise BadSetting(
                f"There is no {self._path}. Copy it from the machine on which the first Grant was added."
            ) from None
        except (OSError, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise BadSetting(f"{self._path} cannot be read, or is no key.")
        return key

    def _make(self) -> None:
        """Whole or not at all: two operators who begin at once get one key."""
        made = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(made, self._path)
        finally:
            made.unlink()
