"""The life of a Turn: which state may follow which. Pure: no SQL, no clock, no Slack."""

from agents.lives import Written


class State(Written):
    STARTED = "started"  #: the model was asked, or is about to be
    COMPLETE = "complete"  #: its reply is stored whole
    BROKEN = "broken"  #: no usable reply came; the Turn is made again


ENDED = frozenset({State.COMPLETE, State.BROKEN})

FOLLOWS: dict[State, frozenset[State]] = {State.STARTED: ENDED}
