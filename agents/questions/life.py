"""The life of a Question: which state may follow which, and what a Question is. Pure: no SQL, no clock, no Slack."""

from dataclasses import dataclass

from agents.lives import Written


class State(Written):
    OPEN = "open"  #: asked; the next Input of its Run, or a button, answers it
    ANSWERED = "answered"  #: someone answered
    WITHDRAWN = "withdrawn"  #: its Run ended first


ENDED = frozenset({State.ANSWERED, State.WITHDRAWN})

FOLLOWS: dict[State, frozenset[State]] = {State.OPEN: ENDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a Run. `choices` are the buttons' labels; `delivery_id`: the message that asks it."""

    id: str
    run_id: str
    tool_call_id: str
    status: State
    content_id: str
    choices: list[str]
    delivery_id: str | None
    asked_at: int
