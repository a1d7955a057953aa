"""Erases what people wrote, and cuts the trail, when their days are over."""

from collections.abc import Callable

import structlog

from agents.engine.room import Room
from agents.engine.sweeper import Sweep
from agents.expiring import expire

log = structlog.get_logger()


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        gone = expire(room.journal, room.conduct.policy, actor=room.actor)
        if gone.items or gone.lines:
            log.info("what was kept long enough is gone", runs=gone.runs, items=gone.items, lines=gone.lines)

    return sweep


SWEEP = Sweep(name="expired", every=600.0, begin=_begin)
