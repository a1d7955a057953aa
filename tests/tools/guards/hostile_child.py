"""Run one of the hostile functions in a child, with little of everything."""

from tools.guards.child import ChildAnswer, run_in_child
from tools.guards.limits import MIB, Limits

HOSTILE = "tests.tools.guards.hostile"
SMALL = Limits(memory_bytes=256 * MIB, cpu_seconds=1, wall_seconds=15.0)


def hostile(function: str, limits: Limits = SMALL, **given: object) -> ChildAnswer:
    return run_in_child(f"{HOSTILE}:{function}", given, (), limits)
