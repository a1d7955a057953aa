"""What is done beside an acknowledgement, off its path: modals, the App Home, answers to one person. Never repeated.

An interaction is acknowledged once it is stored; everything here may be lost, and the person simply acts again.
"""

import json
import logging
from collections.abc import Callable, Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

from agents.errors import JournalBusy
from agents.messages import Message
from agents.surface import CallFailed, Person, Surface
from app.slack.connections import MaybeSent, NotSent, TooLarge
from app.slack.egress import Egress
from app.slack.message_layout import lay_out_message

logger = logging.getLogger(__name__)

THREADS = 4
"""Threads for it: views.open and views.publish are Tier 4 (docs.slack.dev, apis/web-api/rate-limits)."""

WAITING = 200
"""Pieces that may wait their turn; past it new ones are left out."""

SECONDS = 10.0
"""Deadline of one call, as of every Slack call (E9)."""

TRIGGER_SECONDS = 2.5
"""Deadline of opening a modal: its trigger lives 3 s (docs.slack.dev, interactivity/handling-user-interaction)."""

HOOKS = ("https", "hooks.slack.com")
"""Where a response_url of Slack's leads."""

ANSWER_BYTES = 10_000
"""The longest answer of a response_url that is read: Slack says "ok"."""


class Aside:
    """The calls of Slack that listeners want made after their acknowledgement."""

    def __init__(self, egress: Egress, surface: Surface) -> None:
        self._egress = egress
        self._surface = surface
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="aside")
        self._room = BoundedSemaphore(WAITING)

    def later(self, what: str, act: Callable[[], None]) -> Future[None] | None:
        """Have `act` done at once in another thread; `what` names it in the log where it fails. None: left out."""
        if not self._room.acquire(blocking=False):
            logger.warning("Left out, too much is waiting: %s", what)
            return None
        try:
            begun = self._pool.submit(_logged, what, act)
        except RuntimeError:
            # the process is ending
            self._room.release()
            return None
        begun.add_done_callback(lambda _: self._room.release())
        return begun

    def open_modal(self, trigger_id: str, view: Mapping[str, Any]) -> None:
        """Show a modal to whoever just acted."""
        self._egress.call("views.open", {"trigger_id": trigger_id, "view": dict(view)}, seconds=TRIGGER_SECONDS)

    def change_modal(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Show something else in a modal that is open."""
        self._egress.call("views.update", {"view_id": view_id, "view": dict(view)}, seconds=TRIGGER_SECONDS)

    def publish_home(self, user_id: str, view: Mapping[str, Any]) -> None:
        """Show someone their App Home."""
        self._egress.call("views.publish", {"user_id": user_id, "view": dict(view)}, seconds=SECONDS)

    def suggest(self, channel: str, prompts: list[dict[str, str]]) -> None:
        """Suggest what to write to us, in someone's direct messages with us."""
        asked = {"channel_id": channel, "prompts": prompts}
        self._egress.call("assistant.threads.setSuggestedPrompts", asked, seconds=SECONDS)

    def is_member(self, channel: str) -> bool:
        """Return whether we are in a channel, so that we may read and answer there."""
        try:
            found = self._egress.call("conversations.info", {"channel": channel}, seconds=TRIGGER_SECONDS).get(
                "channel"
            )
        except CallFailed:
            return False
        if not isinstance(found, Mapping):
            return False
        return bool(found.get("is_member") or found.get("is_im") or found.get("is_mpim"))

    def person(self, team_id: str, user_id: str) -> Person:
        """Ask who someone is. Raises CallFailed."""
        return self._surface.person(team_id, user_id, seconds=SECONDS)

    def group(self, team_id: str, group_id: str) -> frozenset[str]:
        """Ask who is in a user group. Raises CallFailed."""
        return self._surface.group(team_id, group_id, seconds=SECONDS)

    def members(self, team_id: str, channel: str, among: Set[str]) -> frozenset[str]:
        """Ask who of some people is in a channel. Raises CallFailed."""
        return self._surface.members(team_id, channel, among, seconds=SECONDS)

    def answer(self, response_url: str, words: str | Message, *, instead: bool = False) -> None:
        """Answer an interaction to its person alone. What cannot be sent is only logged.

        `instead`: in the place of the message that was pressed, which only they saw.
        """
        parts = urlsplit(response_url)
        if (parts.scheme, parts.netloc) not in {HOOKS, self._egress.host}:
            logger.warning("A response_url leads away from Slack; nothing was sent")
            return
        try:
            self._egress.connections.exchange(
                "POST",
                response_url,
                headers={"Content-Type": "application/json; charset=utf-8", "Accept-Encoding": "identity"},
                body=json.dumps(private(words) | ({"replace_original": True} if instead else {})).encode(),
                seconds=SECONDS,
                max_bytes=ANSWER_BYTES,
                what="response_url",
            )
        except (NotSent, MaybeSent, TooLarge) as failed:
            logger.warning("A private answer was lost: %s", type(failed).__name__)

    def close(self) -> None:
        """Begin nothing new and wait for what is under way."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def private(words: str | Message) -> dict[str, Any]:
    """Return words laid out as an answer that one person sees, inert like everything that we post."""
    laid = lay_out_message(Message(markdown=words) if isinstance(words, str) else words)
    said: dict[str, Any] = {"response_type": "ephemeral", "text": laid.text}
    return said | ({"blocks": laid.blocks} if laid.blocks else {})


def _logged(what: str, act: Callable[[], None]) -> None:
    try:
        act()
    except CallFailed as failed:
        logger.warning("%s: %s", what, failed.cause)
    except JournalBusy as busy:
        logger.warning("%s: %s", what, busy)
    except Exception:
        logger.exception("%s", what)
