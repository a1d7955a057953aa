"""What Rehearsal's Claude is to answer, and what it was sent."""

from itertools import count
from typing import Any

from tests.given.rehearsal import RehearsalControl

_numbers = count(1)


def says(rehearsal: RehearsalControl, text: str, stop_reason: str = "end_turn", times: int = 1) -> None:
    """Queue a reply that is a text."""
    rehearsal.control("POST", "/claude/replies", {"content": text, "stop_reason": stop_reason, "times": times})


def uses(rehearsal: RehearsalControl, *calls: tuple[str, str]) -> None:
    """Queue a reply that uses tools: each with its name and its words."""
    blocks = [
        {"type": "tool_use", "id": f"toolu_{next(_numbers):020d}", "name": name, "input": {"what": what}}
        for name, what in calls
    ]
    rehearsal.control("POST", "/claude/replies", {"content": blocks, "stop_reason": "tool_use"})


def proposes(rehearsal: RehearsalControl, *calls: tuple[str, dict[str, Any]], saying: str = "") -> None:
    """Queue a reply that uses tools with these arguments, after a text where one is given."""
    before = [{"type": "text", "text": saying}] if saying else []
    blocks = [
        {"type": "tool_use", "id": f"toolu_{next(_numbers):020d}", "name": name, "input": arguments}
        for name, arguments in calls
    ]
    rehearsal.control("POST", "/claude/replies", {"content": [*before, *blocks], "stop_reason": "tool_use"})


def sent(rehearsal: RehearsalControl) -> list[dict[str, Any]]:
    """Every request to the model so far, oldest first."""
    found: list[dict[str, Any]] = rehearsal.control("GET", "/claude/requests")["requests"]
    return found


def last_sent(rehearsal: RehearsalControl) -> str:
    """The last user message of the newest request, as text."""
    return str(sent(rehearsal)[-1]["body"]["messages"][-1]["content"])


def hold_model(rehearsal: RehearsalControl, count: int = 1) -> None:
    """Let the next requests stand still when they arrive, before anything is answered."""
    rehearsal.control("POST", "/claude/holds", {"name": "model", "stage": "arrival", "count": count})


def until_model_held(rehearsal: RehearsalControl, arrived: int = 1) -> None:
    """Wait until so many requests stand still."""
    assert rehearsal.control("GET", "/claude/holds/model", {"arrived": arrived, "wait": 10})["met"]


def release_model(rehearsal: RehearsalControl) -> None:
    """Let them be answered."""
    rehearsal.control("POST", "/claude/holds/model/release")
