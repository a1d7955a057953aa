"""Plans and questions as the model brings them, and an engine that has the tools for both."""

from typing import Any

from agents.journal import questions, steps
from agents.plan.life import Step
from agents.questions.life import Question
from agents.runs.life import Run
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tools import ask_people, lay_out_plan
from tools.contract import Effect, Tool

SLOW, QUICK = "look_long", "look"


def with_plans(engine: Engine, hand: Hand, *more: Tool) -> None:
    """Give the engine a plan, questions, and two reads of this hand: one for any worker, one that is quick."""
    reads = (hand.tool(SLOW, Effect.READ), hand.tool(QUICK, Effect.READ, quick=True))
    equip(engine, lay_out_plan.TOOL, ask_people.TOOL, *reads, *more)


def plan(*titles: str, title: str = "Compare", done: tuple[int, ...] = (), **waits: list[int]) -> tuple[str, Any]:
    """Return a call that lays out a plan; `waits` are by `step_<number>`."""
    lines = [
        {"title": one, "waits_for": waits.get(f"step_{number}", []), "done": number in done}
        for number, one in enumerate(titles, 1)
    ]
    return "lay_out_plan", {"title": title, "steps": lines}


def look(what: str, step: int | None = None, *, name: str = SLOW) -> tuple[str, Any]:
    """Return a call of a read, under a line of the plan."""
    return name, {"what": what} | ({"step": step} if step else {})


def question(text: str, *choices: str, default: int = 0) -> tuple[str, Any]:
    """Return a call that asks people."""
    return "ask_people", {"question": text, "choices": list(choices), "default": default}


def steps_of(engine: Engine, run: Run) -> list[Step]:
    """Return the Steps of a Run as they stand."""
    return list(engine.journal.read(lambda tx: steps.of_run(tx, run.id)))


def statuses(engine: Engine, run: Run) -> list[str]:
    """Return how the Steps of a Run stand, in order."""
    return [step.status.value for step in steps_of(engine, run)]


def open_question(engine: Engine, run: Run) -> Question:
    """Return the Question that a Run waits for."""
    found = engine.journal.read(lambda tx: questions.open_of(tx, run.id))
    assert found is not None
    return found
