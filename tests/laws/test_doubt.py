"""A worker that lives and does not know whether its call had its effect says so: nobody was lost (E18, E19)."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from agents.audit.events import Event
from agents.journal import audit
from agents.toolcalls.life import State as CallState
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, Words, equip
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.workers import calls_of
from tools.contract import Effect, FindProof, MayHaveHappened, ToolContext, ToolResult, Unavailable


@dataclass
class OtherSide:
    """What a `write` has done elsewhere, and what looking for it answers, one after the other."""

    answers: list[Exception | None] = field(default_factory=list)
    looked: int = 0
    effects: list[str] = field(default_factory=list)

    def find(self, wanted: Words, context: ToolContext) -> ToolResult | None:
        """Answer as told; afterwards truthfully."""
        self.looked += 1
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        return ToolResult(text="found") if wanted.what in self.effects else None


def asked_to_send(engine: Engine, does: Callable[[str], None], other: OtherSide) -> tuple[Hand, list[CallState]]:
    """Have a Run make one `write` that can be found; return its hand, and how the call stands once all is worked."""
    hand = Hand(does=does)
    equip(engine, hand.tool("send", Effect.WRITE, proof=FindProof(other.find)))
    uses(engine.rehearsal, ("send", "one"))
    says(engine.rehearsal, "Done.")
    _, run = engine.asks("ann", "send it")
    engine.work()
    move(engine.journal.database.clock, 10)
    engine.work()
    return hand, [call.status for call in calls_of(engine, run)]


def events(engine: Engine) -> list[str]:
    """Every line of the trail, by its kind."""
    workspace = engine.journal.read(lambda tx: tx.connection.exec_driver_sql("SELECT id FROM workspace").scalar_one())
    return [one.event for one in engine.journal.read(lambda tx: list(audit.lines(tx.connection, workspace)))]


@pytest.mark.law("E18")
def test_a_write_whose_answer_was_lost_is_looked_for_by_its_own_worker_and_nobody_is_said_to_be_lost(
    engine: Engine,
) -> None:
    # given a write that has its effect, and whose answer is lost
    other = OtherSide()

    def happens_unseen(what: str) -> None:
        other.effects.append(what)
        raise MayHaveHappened("no whole answer came")

    # when it is worked
    hand, states = asked_to_send(engine, happens_unseen, other)

    # then it was found, was made once, and the trail names no lost worker
    assert (hand.done, other.effects, states) == (["one"], ["one"], [CallState.SUCCEEDED])
    assert other.looked == 1
    assert not {Event.CALL_LEASE_LOST.value, Event.RUN_RECOVERED.value} & set(events(engine))


@pytest.mark.law("E18")
def test_a_write_that_cannot_be_looked_for_just_now_is_looked_for_again_and_never_made_twice(engine: Engine) -> None:
    # given the same, and another side that cannot be asked at first
    other = OtherSide(answers=[Unavailable("busy", 5.0)])

    def happens_unseen(what: str) -> None:
        other.effects.append(what)
        raise MayHaveHappened("no whole answer came")

    # when it is worked, and worked again once the other side can be asked
    hand, states = asked_to_send(engine, happens_unseen, other)

    # then it was looked for twice, and made once
    assert (hand.done, other.effects, states) == (["one"], ["one"], [CallState.SUCCEEDED])
    assert other.looked == 2


@pytest.mark.law("E18")
def test_a_write_that_had_no_effect_after_all_is_made_once_more(engine: Engine) -> None:
    # given a write that breaks off before its effect, once
    other = OtherSide()

    def breaks_off_first(what: str) -> None:
        if other.looked == 0:
            raise MayHaveHappened("the connection broke")
        other.effects.append(what)

    # when it is worked, then it was looked for, not found, and made
    hand, states = asked_to_send(engine, breaks_off_first, other)
    assert (hand.done, other.effects, states) == (["one", "one"], ["one"], [CallState.SUCCEEDED])
