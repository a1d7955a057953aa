"""Shows an answer while it is still coming: a stream is a Delivery, stored before it is opened (E21).

One thread a Turn, begun when the text has been coming for a while, so that a slow surface never holds up the model's
stream. What it shows is a courtesy: the answer's own Delivery adopts the message and makes it say exactly what was
committed, and a stream that cannot go on is simply left to that.
"""

import threading
import time
from dataclasses import dataclass

import structlog

from agents.deliveries.life import Kind, State
from agents.engine.lease import Claim
from agents.engine.room import BACKSTOP, Room
from agents.errors import JournalBusy, LostRace
from agents.journal import deliveries, delivery_order, planning, runs, threads
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.runs.life import ENDED, Run
from agents.surface import CallFailed, OutcomeUnknown, Place, Surface, TryLater

log = structlog.get_logger()

SEGMENT = 3_400
"""Characters after which a stream is closed and the next begun: a little less than one post holds."""

MOST_STREAMS = 5
"""Streams of one Turn; what is longer is posted when it is whole."""


class Coming:
    """The text of one Turn as it comes (agents.models.provider.Hearer)."""

    def __init__(self, room: Room, run: Run, claim: Claim) -> None:
        self._room = room
        self._run = run
        self._claim = claim
        self._pace = room.conduct.pace
        self._news = threading.Condition()
        self._place: Place | None = None
        self._text = ""
        self._seen = 0
        self._since: float | None = None
        self._over = False
        self._thread: threading.Thread | None = None
        self._stream: _Stream | None = None
        self._opened = 0
        self._closed_at = 0
        self._put_off = 0.0

    def text(self, more: str) -> None:
        """Hear more of the answer."""
        with self._news:
            self._text += more
            at = time.monotonic()
            if self._since is None and more.strip():
                self._since = at
            begun = self._since is not None and at - self._since >= self._pace.after
            if begun and self._thread is None and not self._over:
                self._thread = threading.Thread(target=self._carry, name="streaming", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def call(self) -> None:
        """The reply asks for a tool: its words were no answer, and nothing more of them is streamed."""
        with self._news:
            self._over = True
            self._news.notify_all()

    def finish(self) -> None:
        """Show nothing more. Returns when the surface is not being called any longer."""
        self.call()
        if self._thread is not None:
            self._thread.join(self._room.claims.call_deadline + 1)

    def _carry(self) -> None:
        try:
            while True:
                with self._news:
                    self._news.wait_for(lambda: self._over or len(self._text) > self._seen)
                    if self._over:
                        return
                    text = self._text
                    self._seen = len(text)
                self._put_off = 0.0
                if not self._show(text):
                    return
                with self._news:
                    self._news.wait_for(lambda: self._over, max(self._pace.between, self._put_off))
                    if self._put_off:
                        self._seen = 0
        except CallFailed as fault:
            log.info("the answer is not streamed any further; it is posted whole", cause=fault.cause)
        except LostRace:
            log.info("someone else has the run; nothing more is streamed")
        except JournalBusy as fault:
            log.warning("the journal is away; nothing more is streamed", cause=str(fault))
        except Exception:
            log.exception("streaming failed; the answer is posted whole")

    def _show(self, text: str) -> bool:
        """Bring the streams up to `text`. False: nothing more is to be streamed."""
        while True:
            stream = self._stream or self._begin()
            if stream is None:
                return False
            target = text[stream.start : stream.start + _cut(text[stream.start :], len(stream.shown))]
            if len(target) > len(stream.shown):
                seconds = self._seconds()
                if seconds is None:
                    return False
                more = target[len(stream.shown) :]
                place, surface = self._where()
                try:
                    surface.grow_stream(place, stream.at, stream.shown, more, seconds=seconds)
                except TryLater as later:
                    # the words gather meanwhile, and are shown in fewer calls
                    self._put_off = later.retry_after
                    return True
                stream.shown = target
            rest = stream.start + len(stream.shown)
            old = time.monotonic() - stream.since > self._pace.life
            if rest >= len(text) and not old:
                return True
            self._close(stream)
            if rest >= len(text):
                return True

    def _begin(self) -> "_Stream | None":
        if self._opened >= MOST_STREAMS or self._seconds() is None:
            return None
        delivery_id = self._room.journal.write(self._store)
        if delivery_id is None:
            return None
        seconds = self._seconds()
        if seconds is None:
            return None
        place, surface = self._where()
        since = time.monotonic()
        try:
            at = surface.open_stream(place, self._run.requester, seconds=seconds)
        except OutcomeUnknown:
            raise
        except CallFailed:
            self._room.journal.write(lambda tx: _never_opened(self._room, tx, self._run.id, delivery_id))
            raise
        if not self._room.journal.write(lambda tx: self._opened_at(tx, delivery_id, at)):
            surface.close_stream(place, at, seconds=seconds)
            surface.delete(place, at, seconds=seconds)
            raise LostRace
        self._opened += 1
        self._stream = _Stream(delivery_id, at, self._closed_at, since)
        return self._stream

    def _close(self, stream: "_Stream") -> None:
        self._closed_at = stream.start + len(stream.shown)
        self._stream = None
        place, surface = self._where()
        surface.close_stream(place, stream.at, works=True, seconds=self._room.claims.call_deadline)

    def _where(self) -> tuple[Place, Surface]:
        if self._place is None:
            self._place = self._room.journal.read(lambda tx: threads.place_of(tx, self._run.thread_id))
        return self._place, self._room.surface(self._place.team_id)

    def _seconds(self) -> float | None:
        """The deadline for a call, or None where the lease may not outlive it (E9)."""
        seconds = self._room.claims.call_deadline
        return seconds if self._claim.outlives(seconds) or self._room.claims.renew(self._claim) else None

    def _store(self, tx: Transaction) -> str | None:
        run = self._mine(tx)
        if delivery_order.any_unsent(tx, run.thread_id):
            # what was said before must stand above it; the answer is posted in its turn
            return None
        planned = planning.plan(
            tx,
            workspace_id=run.workspace_id,
            thread_id=run.thread_id,
            run_id=run.id,
            kind=Kind.STREAM,
            text=Message(markdown=""),
            actor=self._room.actor,
            # whoever has the Run looks after its streams; this is for one that everybody forgot
            due_at=now() + BACKSTOP,
        )
        standing = deliveries.by_id(tx, planned)
        if standing is None:
            return None
        said = {"worker": self._room.actor, "attempt": 1}
        deliveries.move(tx, standing, State.SENDING, fence=None, actor=self._room.actor, said=said)
        return standing.id

    def _opened_at(self, tx: Transaction, delivery_id: str, at: str) -> bool:
        try:
            self._mine(tx)
        except LostRace:
            return False
        return deliveries.set_fields(tx, delivery_id, posted_at=at)

    def _mine(self, tx: Transaction) -> Run:
        run = runs.lock(tx, self._run.id)
        if run is None or run.fence != self._run.fence or run.status in ENDED:
            raise LostRace
        return run


@dataclass(slots=True)
class _Stream:
    """One open stream: where in the text it begins, and what of it is shown."""

    delivery_id: str
    at: str
    start: int
    since: float
    shown: str = ""


def _cut(segment: str, shown: int) -> int:
    """Return how much of a segment its stream shows: whole paragraphs or lines once it is too long for one post."""
    if len(segment) <= SEGMENT:
        return len(segment)
    for end in ("\n\n", "\n", " "):
        at = segment.rfind(end, shown, SEGMENT)
        if at > shown:
            return at + len(end)
    return max(SEGMENT, shown)


def _never_opened(room: Room, tx: Transaction, run_id: str, delivery_id: str) -> None:
    runs.lock(tx, run_id)
    standing = deliveries.by_id(tx, delivery_id)
    if standing is not None and standing.status is State.SENDING:
        said = {"cause": "never opened"}
        deliveries.move(tx, standing, State.GIVEN_UP, fence=None, actor=room.actor, said=said, cause="never opened")
