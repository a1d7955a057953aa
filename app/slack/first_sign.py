"""The first visible sign, given after the acknowledgement, off its path, and taken away if the Run has ended."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

from agents.errors import JournalBusy
from agents.intake import Became, Post, Receipt
from agents.surface import CallFailed, Place, Surface

logger = logging.getLogger(__name__)

THREADS = 4
"""Threads that give signs: reactions.add is Tier 3, about one a second (docs.slack.dev, apis/web-api/rate-limits)."""

WAITING = 200
"""Signs that may wait their turn; past it new ones are left out, and the answer itself is the first sign."""

SECONDS = 10.0
"""Deadline of one call, as of every Slack call (E9)."""


class FirstSign:
    """Shows on a post that it was seen.

    `still_running` says whether the Run with that id has not ended; `reacts` keeps that its request may bear a mark.
    """

    def __init__(
        self,
        surface: Surface,
        still_running: Callable[[str], bool],
        reacts: Callable[[str], None] = lambda run_id: None,
    ) -> None:
        self._surface = surface
        self._still_running = still_running
        self._reacts = reacts
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="first-sign")
        self._room = BoundedSemaphore(WAITING)

    def after(self, post: Post, receipt: Receipt) -> Future[None] | None:
        """Give the sign for a post that started a Run, or acknowledge one that joined a Run.

        Returns at once; the Future ends when the sign stands (or was taken away, or failed, which is only logged).
        None where no sign is due, or too many are waiting.
        """
        gives = {Became.STARTED: self._give, Became.JOINED: self._acknowledge}.get(receipt.became)
        if gives is None or not self._room.acquire(blocking=False):
            return None
        try:
            sign = self._pool.submit(gives, post, receipt.run_id)
        except RuntimeError:
            # the process is ending
            self._room.release()
            return None
        sign.add_done_callback(lambda _: self._room.release())
        return sign

    def _give(self, post: Post, run_id: str) -> None:
        place = Place(post.team_id, post.channel, post.root)
        try:
            if not self._still_running(run_id):
                return
            self._surface.show_sign(place, post.ts, reacts=lambda: self._reacts(run_id), seconds=SECONDS)
            # a quick Run may have ended, and cleared its signs, before ours stood (E15)
            if not self._still_running(run_id):
                self._surface.clear_sign(place, post.ts, seconds=SECONDS)
        except CallFailed as failed:
            logger.warning("No first sign on %s in %s: %s", post.ts, post.channel, failed.cause)
        except JournalBusy as busy:
            logger.warning("No first sign on %s in %s: %s", post.ts, post.channel, busy)
        except Exception:
            logger.exception("No first sign on %s in %s", post.ts, post.channel)

    def _acknowledge(self, post: Post, run_id: str) -> None:
        place = Place(post.team_id, post.channel, post.root)
        try:
            self._surface.acknowledge(place, post.ts, seconds=SECONDS)
        except CallFailed as failed:
            logger.warning("%s in %s, which joined %s, has no sign: %s", post.ts, post.channel, run_id, failed.cause)
        except Exception:
            logger.exception("%s in %s, which joined %s, has no sign", post.ts, post.channel, run_id)

    def close(self) -> None:
        """Give no new signs and wait for those under way."""
        self._pool.shutdown(wait=True, cancel_futures=True)
