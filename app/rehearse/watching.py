"""What is to be seen of a thread at this moment, and whether the app is at work in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.demo.rehearsing import Rehearsing
from app.rehearse.element_looks import Pressable, pressables
from app.rehearse.looks import thread_lines
from app.rehearse.names import Names

Json = Mapping[str, Any]
SEEN = "eyes"
"""The app's reaction to what it has taken up, where it keeps no agent session."""


@dataclass(frozen=True, slots=True)
class Place:
    """A thread: the channel's id and the root's ts."""

    channel: str
    root: str


@dataclass(frozen=True, slots=True)
class View:
    """One look at a thread: its messages, what was ever visible in it, its session's status, the passing line under it.

    `calls` counts the calls that the app had made by then, anywhere.
    """

    messages: Sequence[Json]
    entries: Sequence[Json]
    status: str | None
    passing: str
    calls: int
    bot: str

    @property
    def is_working(self) -> bool:
        """Whether the app is at work here, as far as people can see."""
        if self.status == "processing" or self.passing or any(one.get("streaming") for one in self.messages):
            return True
        return self.status is None and any(
            reaction["name"] == SEEN and self.bot in reaction["users"]
            for one in self.messages
            if not one["deleted"]
            for reaction in one.get("reactions", ())
        )

    @property
    def of_app(self) -> list[Json]:
        """The app's messages that stand, oldest first."""
        return [one for one in self.messages if one["by_app"] and not one["deleted"]]

    def has_text(self, words: str) -> bool:
        """Whether one of the app's messages, or something that only one person sees, holds these words."""
        said = [*self.of_app, *(one for one in self.entries if "shown_to" in one)]
        return any(words in f"{one.get('text', '')} {one.get('blocks', '')}" for one in said)

    def with_label(self, label: str) -> tuple[str, Pressable] | None:
        """Return the newest thing to press that has this label, in any case, and the ts of its message."""
        return labelled(self.of_app, label)

    def labels(self) -> list[str]:
        """Return every label that can be pressed."""
        return [one.label for message in self.of_app for one in pressables(message.get("blocks", ()))]

    def lines(self, names: Names, app: str) -> list[str]:
        """Return the thread as it looks now, and below it what the app is doing."""
        lines = thread_lines(self.messages, self.entries, names)
        if self.passing:
            lines.append(f"          ({app} {self.passing})")
        elif self.status == "processing":
            lines.append(f"          ({app} is working; /stop stops it)")
        return lines


def labelled(messages: Sequence[Json], label: str) -> tuple[str, Pressable] | None:
    """Return the newest thing to press with this label, in any case, in messages, the oldest first; and where it is."""
    for message in reversed(messages):
        for one in pressables(message.get("blocks", ())):
            if one.label.strip().lower() == label.strip().lower():
                return str(message["ts"]), one
    return None


def asides(entries: Sequence[Json], user: str, channel: str = "") -> list[Json]:
    """Return what only this person sees, as it stands after these entries of `GET /visible`, the oldest first.

    `channel`: in that one alone; empty: anywhere.
    """
    told = {one["ts"]: one for one in entries if one.get("shown_to") == user and channel in ("", one["channel"])}
    return [one for one in told.values() if one["what"] != "ephemeral_deleted"]


def look(rehearsing: Rehearsing, place: Place) -> View:
    """Look at a thread now."""
    where = {"channel": place.channel, "thread_ts": place.root}
    sessions = rehearsing.get("sessions")["sessions"]
    passing = rehearsing.get("statuses")["shown"]
    return View(
        messages=rehearsing.get("thread", **where)["messages"],
        entries=rehearsing.get("visible", **where)["entries"],
        status=next((one["status"] for one in sessions if _is_at(one, place)), None),
        passing=next((str(one["status"]) for one in passing if _is_at(one, place)), ""),
        calls=len(rehearsing.get("calls")["calls"]),
        bot=rehearsing.told["bot_user"],
    )


def _is_at(told: Json, place: Place) -> bool:
    return bool(told["channel"] == place.channel and told["thread_ts"] == place.root)
