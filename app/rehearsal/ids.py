"""Names that look like Slack's: ids of every kind, timestamps, client message ids. Deterministic for one seed."""

import hashlib
import uuid

ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# Slack's ids of 2026 are eleven characters, kind included ("guess": no page states a length)
ID_LENGTH = 11


class Ids:
    """A source of ids. `seed` (the team's id) keeps two Rehearsals apart; the order of asking decides the rest."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0
        self._last_micros = 0

    def new(self, kind: str) -> str:
        """An id of this kind: `kind` is its prefix, as `F` for files or `Ev` for events."""
        digest = int.from_bytes(self._digest(kind), "big")
        letters = []
        for _ in range(ID_LENGTH - len(kind)):
            digest, letter = divmod(digest, len(ID_LETTERS))
            letters.append(ID_LETTERS[letter])
        return kind + "".join(letters)

    def uuid(self) -> str:
        """A UUID, as Slack uses for `client_msg_id` and `envelope_id`."""
        return str(uuid.UUID(bytes=self._digest("uuid")[:16], version=4))

    def ts(self, now: float) -> str:
        """A message timestamp "seconds.micros": at `now` (Unix seconds) or one microsecond after the last one."""
        self._last_micros = max(int(now * 1_000_000), self._last_micros + 1)
        seconds, micros = divmod(self._last_micros, 1_000_000)
        return f"{seconds}.{micros:06d}"

    def _digest(self, kind: str) -> bytes:
        self._count += 1
        return hashlib.sha256(f"{self._seed}/{kind}/{self._count}".encode()).digest()
