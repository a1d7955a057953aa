"""What one Run may use before it is ended with a sentence: turns, wall clock, tokens, money. Pure."""

from dataclasses import dataclass

from agents.clock import us
from agents.runs.life import Run


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The settings `[limits] turns, minutes, tokens, usd`."""

    turns: int
    minutes: int
    tokens: int
    usd: float


@dataclass(frozen=True, slots=True)
class Reached:
    """Which ceiling a Run has reached, and what people are told."""

    cause: str
    sentence: str


def reached(ceilings: Ceilings, run: Run, now_us: int) -> Reached | None:
    """Return the first ceiling that leaves no room for another Turn, or None."""
    if run.turns >= ceilings.turns:
        return _sentence("turns", f"{ceilings.turns} rounds with the model")
    if now_us - (run.begun_at or run.created_at) - run.waited_us >= us(ceilings.minutes * 60):
        return _sentence("minutes", f"{ceilings.minutes} minutes of work")
    if run.tokens >= ceilings.tokens:
        return _sentence("tokens", f"{ceilings.tokens:,} tokens")
    if run.cost_micro_usd >= us(ceilings.usd):
        return _sentence("usd", f"US$ {ceilings.usd:.2f}")
    return None


def _sentence(which: str, amount: str) -> Reached:
    return Reached(
        f"ceiling:{which}",
        f"I stopped: this request has used its limit of {amount}. Ask for a smaller part of it, or ask whoever runs "
        f"Tagwork to raise [limits] {which}.",
    )
