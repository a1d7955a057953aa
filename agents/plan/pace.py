"""How often a card may be edited. Pure."""

from collections.abc import Sequence

PAUSE = 2.5
"""Seconds between two edits of a card. Slack asks for about one `chat.update` in 3 s; a tick is due within 3 s."""

LONGEST = 30.0
"""The most that pauses grow to while the other side has no budget for edits."""


def pause(had_to_wait: Sequence[bool]) -> float:
    """Return the seconds between the last edit and the next.

    In: of each edit so far, newest first, whether the other side made it wait. Each one in a row doubles the pause.
    """
    in_a_row = next((many for many, waited in enumerate(had_to_wait) if not waited), len(had_to_wait))
    return min(PAUSE * float(2**in_a_row), LONGEST)
