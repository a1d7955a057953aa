"""How urgent a call is whose kind has a limited number a minute: decorations thin out first, answers never wait.

Whoever works a Delivery says it once, around all calls of it; who says nothing is taken by what the call itself is for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from agents.deliveries.life import Kind


class Urgency(StrEnum):
    """Most urgent first."""

    ANSWER = "answer"  #: what somebody waits for: answers, failures, questions, files, and what a Run reads
    NOTICE = "notice"  #: sentences on the way, and signs that are to go away
    CARD = "card"  #: the plan and its edits
    DECORATION = "decoration"  #: signs, lines, words that are still coming


_OF_KIND = {
    Kind.ANSWER: Urgency.ANSWER,
    Kind.FAILURE: Urgency.ANSWER,
    Kind.QUESTION: Urgency.ANSWER,
    Kind.APPROVAL: Urgency.ANSWER,
    Kind.COPY: Urgency.ANSWER,
    Kind.FILE: Urgency.ANSWER,
    Kind.DIRECT: Urgency.ANSWER,
    Kind.INTERIM: Urgency.NOTICE,
    Kind.NOTICE: Urgency.NOTICE,
    Kind.PRIVATE: Urgency.NOTICE,
    Kind.TO_ADMINS: Urgency.NOTICE,
    Kind.SIGN_OFF: Urgency.NOTICE,
    Kind.STREAM: Urgency.NOTICE,
    Kind.CARD: Urgency.CARD,
    Kind.EDIT: Urgency.CARD,
    Kind.SIGN: Urgency.DECORATION,
}

_said: ContextVar[Urgency | None] = ContextVar("urgency", default=None)


@contextmanager
def calls_for(kind: Kind) -> Iterator[None]:
    """Every call within the block is for a Delivery of that kind."""
    token = _said.set(_OF_KIND[kind])
    try:
        yield
    finally:
        _said.reset(token)


def urgency_or(otherwise: Urgency) -> Urgency:
    """Return what was said around this call, or `otherwise`."""
    return _said.get() or otherwise
