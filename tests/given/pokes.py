"""Pokes as plain values: a poke is only a hint, so a list of them is all there is to a Poker."""

from agents.engine.poke import Queue


class Pokes:
    """Keeps what was poked, and hands nothing on: every test drives the engine itself."""

    def __init__(self) -> None:
        self.sent: list[tuple[Queue, str]] = []

    def poke(self, queue: Queue, hint: str = "") -> None:
        """Note the poke."""
        self.sent.append((queue, hint))

    def backlog(self, queue: Queue) -> int:
        """Nothing waits: nothing is queued."""
        return 0

    def holds(self) -> str:
        """Nothing of it is ever lost."""
        return "the test's"
