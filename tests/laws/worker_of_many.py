"""A worker process of a test: advances Runs on many threads until it is ended. Settings come from its environment."""

import os
import threading

from agents.engine.advance import advance
from agents.engine.room import Room
from app import wiring
from app.settings import load
from tests.given.pokes import Pokes

THREADS = 16


def main() -> None:
    """Work for ever."""
    settings = load(dict(os.environ))
    place = wiring.in_slack(settings)
    room = wiring.room_of(settings, wiring.open_journal(settings), place, Pokes())
    for _ in range(THREADS):
        threading.Thread(target=_work, args=(room,), daemon=True).start()
    threading.Event().wait()


def _work(room: Room) -> None:
    pause = threading.Event()
    while True:
        if not advance(room):
            pause.wait(0.05)


if __name__ == "__main__":
    main()
