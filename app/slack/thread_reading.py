"""A thread as Slack tells it: page after page, oldest first, with the names that people know each other by."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.surface import CallFailed, OwnMessage, Place
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.identity import Identity
from app.slack.limits import PEOPLE_CACHED, REPLIES_PAGE
from app.slack.payloads import files_of
from app.slack.speakers import name_of
from app.slack.typed_text import as_typed
from tools.contract import Posted

DELIVERY = "tagwork_delivery"
"""The type of the metadata that carries a Delivery's id, so that a post whose outcome is unknown is found again."""

US = "Tagwork"

NAMES_KEPT = 10_000
"""Names kept in memory; past it all are asked for again, which costs one call each."""

NAMES_ASKED = 20
"""Display names asked of Slack for one reading of a thread; the rest are shown as ids."""

Message = Mapping[str, Any]


def replies(
    egress: Egress, place: Place, deadline: Deadline, *, oldest: str = "", latest: str = "", inclusive: bool = True
) -> Iterator[Message]:
    """Yield the thread's messages between two ts, oldest first. Its first message comes along, however old it is.

    Raises what Egress.call raises; Refused("thread_not_found") for a thread that has no message left.
    """
    cursor: str | None = None
    while True:
        asked = {
            "channel": place.channel,
            "ts": place.root,
            "oldest": oldest or None,
            "latest": latest or None,
            "inclusive": inclusive,
            "include_all_metadata": True,
            "limit": REPLIES_PAGE,
            "cursor": cursor,
        }
        answer = egress.call("conversations.replies", asked, seconds=deadline)
        listed = answer.get("messages")
        for message in listed if isinstance(listed, list) else ():
            if isinstance(message, Mapping) and isinstance(message.get("ts"), str):
                yield message
        told = answer.get("response_metadata")
        following = told.get("next_cursor") if isinstance(told, Mapping) else None
        if not isinstance(following, str) or not following or following == cursor:
            return
        cursor = following


def own_message(message: Message, us: Identity) -> OwnMessage | None:
    """Return a message of the thread as ours, or None: another bot's never is, whatever its metadata says."""
    if message.get("bot_id") != us.bot_id:
        return None
    metadata = message.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    payload = metadata.get("event_payload")
    named = payload.get("delivery") if isinstance(payload, Mapping) else None
    ours = metadata.get("event_type") == DELIVERY and isinstance(named, str)
    return OwnMessage(message["ts"], str(named) if ours else "", bool(message.get("files")))


def later(ts: str, than: str) -> bool:
    """Return whether a message's ts is after another; any is after an empty one."""
    return not than or _moment(ts) > _moment(than)


def _moment(ts: str) -> tuple[int, int]:
    seconds, _, counter = ts.partition(".")
    return (int(seconds), int(counter or 0)) if seconds.isdigit() and (counter or "0").isdigit() else (0, 0)


class NamesSeen:
    """Display names of this process, at most PEOPLE_CACHED seconds old. For showing only: rights are asked anew."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._seen: dict[tuple[str, str], tuple[float, str]] = {}

    def note(self, team_id: str, user_id: str, name: str) -> None:
        """Take note of a name that was just told."""
        if len(self._seen) >= NAMES_KEPT:
            self._seen.clear()
        self._seen[team_id, user_id] = (time.monotonic(), name)

    def name(self, team_id: str, user_id: str, deadline: Deadline) -> str:
        """Return someone's name; the id where Slack does not say."""
        known = self._seen.get((team_id, user_id))
        if known and time.monotonic() - known[0] < PEOPLE_CACHED:
            return known[1]
        try:
            user = self._egress.call("users.info", {"user": user_id}, seconds=deadline).get("user")
        except CallFailed:
            return user_id
        self.note(team_id, user_id, name_of(user) if isinstance(user, Mapping) else user_id)
        return self._seen[team_id, user_id][1]


@dataclass(slots=True)
class Reading:
    """One reading of a thread: turns messages into Posted, asking for each name once and for few in all."""

    seen: NamesSeen
    us: Identity
    team_id: str
    deadline: Deadline
    _told: dict[str, str]

    def posted(self, message: Message, channel: str) -> Posted:
        """Return a message of a channel as people see it."""
        root = message.get("thread_ts")
        text = message.get("text")
        return Posted(
            at=message["ts"],
            author=self._author(message),
            text=as_typed(text if isinstance(text, str) else "", self._name),
            files=files_of(message),
            author_id=_person(message),
            url=self.us.permalink(channel, message["ts"], root if isinstance(root, str) else ""),
        )

    def _author(self, message: Message) -> str:
        if message.get("bot_id") == self.us.bot_id or message.get("user") == self.us.bot_user_id:
            return US
        profile = message.get("bot_profile")
        bot = profile.get("name") if isinstance(profile, Mapping) else None
        for shown in (bot, message.get("username") if message.get("bot_id") else None):
            if isinstance(shown, str) and shown:
                return f"{shown} (app)"
        user = message.get("user")
        return self._name(user) if isinstance(user, str) and user else "someone"

    def _name(self, user_id: str) -> str:
        if user_id == self.us.bot_user_id:
            return US
        if user_id not in self._told:
            if len(self._told) >= NAMES_ASKED:
                return user_id
            name = self.seen.name(self.team_id, user_id, self.deadline)
            # somebody who calls themselves like us must not read as us
            self._told[user_id] = f"{name} ({user_id})" if name.casefold() == US.casefold() else name
        return self._told[user_id]


def _person(message: Message) -> str:
    user = message.get("user")
    return user if isinstance(user, str) and not message.get("bot_id") else ""


def reading(seen: NamesSeen, us: Identity, team_id: str, deadline: Deadline) -> Reading:
    """Begin a reading."""
    return Reading(seen, us, team_id, deadline, {})
