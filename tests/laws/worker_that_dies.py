"""A worker process of a test: carries everything due until it is killed. Its settings come from its environment."""

import os
import sys

from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from app import wiring
from app.settings import load
from tests.given.pokes import Pokes


def main() -> None:
    """Work until nothing is due."""
    settings = load(dict(os.environ))
    place = wiring.in_slack(settings)
    room = wiring.room_of(settings, wiring.open_journal(settings), place, Pokes())
    while any([advance(room), execute(room), deliver(room)]):
        pass


if __name__ == "__main__":
    main()
    sys.exit(0)
