"""A plan as people see it: one message that says what is done, what is under way and how it ended. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.messages import Button, Card, Line, Message, Press
from agents.plan.life import State, Step
from agents.runs.life import ENDED
from agents.runs.life import State as RunState

PROGRESS_CHARS = 150
"""Characters of the line that says what is going on: one line on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a Run stands. `seconds` that it worked; `stopped_by`: a name, where someone stopped it; `asks`: it waits
    for an answer."""

    run_id: str
    title: str
    status: RunState
    seconds: int
    progress: str = ""
    stopped_by: str = ""
    asks: bool = False


def message(standing: Standing, steps: Sequence[Step]) -> Message:
    """Return the card. It has a Stop button while the Run has not ended; dropped lines are left out."""
    ended = standing.status in ENDED
    lines = tuple(Line(step.title, step.status.value) for step in steps if step.status is not State.DROPPED)
    return Message(
        markdown="",
        card=Card(_title(standing), lines, "" if ended else _progress(standing)),
        buttons=() if ended else (Button(Press.STOP, "Stop", standing.run_id),),
    )


def _title(standing: Standing) -> str:
    match standing.status:
        case RunState.DONE:
            return f"Done in {duration(standing.seconds)}: {standing.title}"
        case RunState.STOPPED:
            by = f" {standing.stopped_by}" if standing.stopped_by else ""
            return f"Stopped{by}: {standing.title}"
        case RunState.FAILED:
            return f"Failed: {standing.title}"
        case _:
            return standing.title


def _progress(standing: Standing) -> str:
    if standing.asks:
        return "Waiting for your answer"
    line = " ".join(standing.progress.split())
    return line if len(line) <= PROGRESS_CHARS else line[: PROGRESS_CHARS - 1] + "…"


def duration(seconds: int) -> str:
    """Return seconds as people say them: `12 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 60:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
