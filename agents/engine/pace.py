"""How fast an answer that is still coming is shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: how long text must have been coming before it is streamed; between two additions; a stream's life.

    Slack ends a stream about 300 s after its start, however it is used, so it is rolled a minute before. One addition a
    second and stream leaves the 100 a minute of chat.appendStream (Tier 4) to several at once.
    """

    after: float = 2.0
    between: float = 1.0
    life: float = 240.0
