"""Every thing that has states has one life, in one shape: a table of arrows and a sentence for each state."""

from collections.abc import Mapping, Set
from enum import StrEnum
from types import ModuleType

import pytest

from agents.approvals import life as approvals
from agents.audit.events import Event
from agents.deliveries import life as deliveries
from agents.errors import ImpossibleMove
from agents.lives import check_move
from agents.plan import life as steps
from agents.planner import life as turns
from agents.questions import life as questions
from agents.runs import life as runs
from agents.toolcalls import life as toolcalls

LIVES: dict[str, tuple[ModuleType, Set[StrEnum], Set[StrEnum]]] = {
    "run": (runs, {runs.State.QUEUED}, runs.ENDED),
    "turn": (turns, {turns.State.STARTED}, turns.ENDED),
    "tool_call": (toolcalls, toolcalls.BIRTHS, toolcalls.FINAL),
    "step": (steps, {steps.State.PLANNED}, steps.FINAL),
    "question": (questions, {questions.State.OPEN}, questions.ENDED),
    "approval": (approvals, {approvals.State.PENDING}, approvals.ENDED),
    "delivery": (deliveries, {deliveries.State.PLANNED}, deliveries.ENDED),
}


@pytest.mark.parametrize("word", LIVES)
def test_every_state_can_be_reached_and_every_final_state_is_final(word: str) -> None:
    # given a life, its births and its ends
    module, births, ends = LIVES[word]
    follows = _follows(module)

    # when every arrow is followed from every birth
    reached, edge = set(births), set(births)
    while edge:
        edge = {to for left in edge for to in follows.get(left, frozenset())} - reached
        reached |= edge

    # then every state was reached, and nothing leaves an end
    assert reached == set(module.State)
    assert not [state for state in ends if follows.get(state)]
    assert all(follows.get(state) for state in module.State if state not in ends)


@pytest.mark.parametrize("word", LIVES)
def test_every_arrow_has_its_audit_event(word: str) -> None:
    # given a life
    module, births, _ = LIVES[word]

    # then every state that something moves to, or is born in, has an event of its name
    targets = {to for after in _follows(module).values() for to in after} | set(births)
    known = {event.value for event in Event}
    assert not [state for state in targets if f"{word}:{state.value}" not in known]


@pytest.mark.parametrize("word", LIVES)
def test_a_move_without_an_arrow_is_refused(word: str) -> None:
    # given a life and its ends
    module, _, ends = LIVES[word]

    # when something that has ended is moved on, then the move is refused
    for state in module.State:
        with pytest.raises(ImpossibleMove):
            check_move(_follows(module), next(iter(ends)), state, word)


def _follows(module: ModuleType) -> Mapping[StrEnum, frozenset[StrEnum]]:
    follows: Mapping[StrEnum, frozenset[StrEnum]] = module.FOLLOWS
    return follows
