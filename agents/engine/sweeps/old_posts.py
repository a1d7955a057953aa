"""Forgets the keys of posts that became no Input, 25 hours after they were seen."""

from collections.abc import Callable

from agents.engine.room import Room
from agents.engine.sweeper import Sweep
from agents.journal import threads


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        room.journal.write(threads.forget_old_posts)

    return sweep


SWEEP = Sweep(name="old posts", every=600.0, begin=_begin)
