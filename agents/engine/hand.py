"""Who acts on a Run, and how others hear of it: all that ending, answering or settling needs of a process."""

import threading
from dataclasses import dataclass

from agents.engine.poke import Poke, Poker, Queue
from agents.journal.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Hand:
    """One process that acts. `actor` is what the trail names: `worker:…` or `app`."""

    actor: str
    poker: Poker

    def poke_later(self, tx: Transaction, queue: Queue, hint: str = "") -> None:
        """Send a poke once the transaction is durable."""
        tx.after_commit(lambda: self.poker.poke(queue, hint), key=Poke(queue, hint))

    def take_over(self, tx: Transaction, poke: Poke) -> Poke | None:
        """Return a poke that is not sent, for this process does what it is for; None where none was to be sent."""
        return poke if tx.not_after_commit(poke) else None

    def poke_deliver(self, tx: Transaction, delivery_id: str | None) -> None:
        """Have a Delivery looked at once the transaction is durable; None: there is none.

        One poke is enough for all that a transaction plans: whoever sends the first goes on with what follows.
        """
        if delivery_id:
            tx.after_commit(lambda: self.poker.poke(Queue.DELIVER, delivery_id), key=Queue.DELIVER)

    def poke_in(self, tx: Transaction, seconds: float, queue: Queue, hint: str) -> None:
        """Send a poke that long after the transaction is durable. Where this process ends before, the sweep pokes."""

        def begin() -> None:
            timer = threading.Timer(seconds, self.poker.poke, (queue, hint))
            timer.daemon = True
            timer.start()

        tx.after_commit(begin)
