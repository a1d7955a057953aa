"""What every listener does with what it heard: read, store, then give a sign. Milliseconds, and no network."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Protocol

from agents.errors import JournalBusy
from agents.intake import Post, Receipt
from app.slack.first_sign import FirstSign
from app.slack.identity import Identity
from app.slack.limits import RETRIES
from app.slack.payloads import changed_person_of, deletion_of, event_of, is_ours, post_of, retry_of

logger = logging.getLogger(__name__)

REMEMBERED = 1_000
"""Events remembered as having raised once. Slack gives each up after three more tries within some six minutes."""


class Hears(Protocol):
    """What the listeners need of agents.intake.Intake."""

    def receive(self, post: Post) -> Receipt:
        """Store a post. Raises JournalBusy, and Slack delivers again."""

    def deleted(self, app_id: str, team_id: str, channel: str, ts: str) -> None:
        """Take note that a message is gone."""

    def person_changed(self, app_id: str, team_id: str, user_id: str) -> None:
        """Take note that what is known of a person is out of date."""


class Hearing:
    """The way from a payload to Intake, one for all listeners.

    Whatever raises in here is not acknowledged, so that Slack delivers again (bolt.py).
    """

    def __init__(
        self, us: Identity, intake: Hears, first_sign: FirstSign, on_rejected: Callable[[Mapping[str, Any]], None]
    ) -> None:
        self.us = us
        self._intake = intake
        self._first_sign = first_sign
        self._on_rejected = on_rejected
        self._raised: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def post(self, body: Mapping[str, Any], headers: Mapping[str, Any]) -> None:
        """Store the message of an `app_mention` or `message` event; our own are dropped."""
        if is_ours(event_of(body), self.us):
            return
        post = post_of(body, self.us, retry=retry_of(headers))
        receipt = self._intake.receive(post)
        if post.retry:
            logger.info("Event %s came again (%d): %s", post.event_id, post.retry, receipt.became)
        self._first_sign.after(post, receipt)

    def deletion(self, body: Mapping[str, Any]) -> None:
        """Pass on that a message was deleted."""
        self._intake.deleted(*deletion_of(body))

    def changed_person(self, body: Mapping[str, Any]) -> None:
        """Pass on that a person changed."""
        self._intake.person_changed(*changed_person_of(body))

    def rejects(self, body: Mapping[str, Any], headers: Mapping[str, Any], error: Exception) -> bool:
        """Return whether a payload that raised is given up: stored as rejected, and so to be acknowledged (E16).

        The first raise is not; the second is, and so is Slack's last try. A busy journal never counts.
        """
        event_id, retry = str(body.get("event_id") or ""), retry_of(headers)
        logger.error(
            "Event %s (try %d) raised %s", event_id or "without id", retry, type(error).__name__, exc_info=error
        )
        if isinstance(error, JournalBusy):
            return False
        if not self._raised_before(event_id) and retry < RETRIES:
            return False
        try:
            self._on_rejected(body)
        except Exception:
            logger.exception("Event %s could not be stored as rejected", event_id)
            return False
        return True

    def _raised_before(self, event_id: str) -> bool:
        if not event_id:
            return False
        with self._lock:
            before = event_id in self._raised
            self._raised[event_id] = None
            self._raised.move_to_end(event_id)
            while len(self._raised) > REMEMBERED:
                self._raised.popitem(last=False)
        return before
