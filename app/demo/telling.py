"""Tells threads as they happen: what people do, and at each turn of the story what has become visible since."""

import base64
import mimetypes
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.demo.seen import ANSWER, asks, button, has_ended, is_answered, newest
from app.rehearse.element_looks import Pressable
from app.rehearse.looks import message_lines, private_lines
from app.rehearse.names import Names
from app.rehearse.running import Running
from app.rehearse.watching import Place, View, look

PATIENCE = 120.0
"""Seconds until the demo goes on without what it waits for."""
LOOK = 0.1
"""Seconds between two looks at a thread."""
TOLD_WITHIN = 10.0
"""Seconds within which someone who did something is told aside what came of it."""
HERE = "sales"
"""The channel of the story."""


class Telling:
    """One thread after the other. Every message is printed once, and again when the story comes to it changed."""

    def __init__(self, running: Running, say: Callable[[str], None] = print) -> None:
        self.rehearsing = running.rehearsing
        self.is_offline = running.is_offline
        self._names = Names.of(self.rehearsing.get("world"))
        self._say = say
        self._place = Place("", "")
        self._before = 0
        self._printed: dict[str, list[str]] = {}

    def remark(self, words: str) -> None:
        """Print what no message says."""
        self._say(f"{'':10}({words})")

    def upload(self, user: str, path: Path) -> str:
        """Upload a file that a post will show, and return its id."""
        kind = mimetypes.guess_type(path.name)[0] or "text/plain"
        content = base64.b64encode(path.read_bytes()).decode()
        return str(self.rehearsing.post("upload", user=user, name=path.name, base64=content, mimetype=kind)["file"])

    def begin(self, title: str, user: str, text: str, files: tuple[str, ...] = ()) -> None:
        """Begin a thread in #sales, under a heading; empty: under the one before."""
        self._head(title)
        made = self.rehearsing.post("post", user=user, channel=HERE, text=text, file_ids=list(files))
        self._place = Place(made["channel"], made["thread_ts"])
        self.show()

    def command(self, title: str, user: str, text: str) -> None:
        """Run a slash command in #sales, under a heading. What it says is told aside, and belongs to no thread."""
        self._head(title)
        self._say(f"{user.capitalize():<10}{text}")
        command, _, rest = text.partition(" ")
        self._place = Place(self._channel(HERE), "")
        self.rehearsing.post("command", user=user, channel=HERE, command=command, text=rest)

    def _head(self, title: str) -> None:
        self._before = len(self.rehearsing.get("visible")["entries"])
        self._say(f"\n{title}\n#{HERE}" if title else f"\n#{HERE}")

    def reply(self, user: str, text: str) -> str:
        """Reply in the thread, and return the message's ts."""
        place = self._place
        made = self.rehearsing.post("post", user=user, channel=place.channel, thread_ts=place.root, text=text)
        return str(made["ts"])

    def to_the_answer(self, user: str) -> bool:
        """Wait for the Run's end, and let someone press the first choice of every Question on the way.

        False: it gave no answer, or none in time.
        """
        return self.onward(user, has_ended) and is_answered(self.view())

    def onward(self, user: str, to: Callable[[View], bool]) -> bool:
        """Wait until the story has come `to` something, or the Run has ended. Questions are answered on the way.

        False: it has not come to it.
        """
        while self.until(lambda view: to(view) or asks(view) or has_ended(view)):
            self.show()
            view = self.view()
            if to(view) or not asks(view):
                return to(view)
            self.press_away(user, ANSWER)
        self.show()
        return False

    def press_away(self, user: str, kind: str) -> bool:
        """Press a button, and wait until it is gone from the thread. False: there is none, or it stays."""
        found = button(self.view(), kind)
        return self.press(user, kind) and self.until(lambda view: button(view, kind) != found)

    def press(self, user: str, kind: str) -> bool:
        """Press the newest button of a kind; of several choices the first. False where there is none."""
        found = button(self.view(), kind) or newest(self._asides(), kind)
        return found is not None and self._press(user, *found)

    def _press(self, user: str, ts: str, one: Pressable) -> bool:
        self.remark(f"{user.capitalize()} presses [{one.label}]")
        where = {"channel": self._place.channel, "ts": ts, "action_id": one.action_id, "block_id": one.block_id}
        return bool(self.rehearsing.post("press", user=user, **where)["acknowledged"])

    def view(self) -> View:
        """Look at the thread now."""
        return look(self.rehearsing, self._place)

    def until(self, condition: Callable[[View], bool], seconds: float = PATIENCE) -> bool:
        """Wait until a look at the thread meets a condition. False when it has not in that time."""
        return _wait(lambda: condition(self.view()), seconds)

    def until_told(self, kind: str = "") -> bool:
        """Wait until someone was told something aside that is not printed yet, with a button of a kind where named.

        False when nobody was in time.
        """
        return _wait(lambda: any(not kind or newest([one], kind) for one in self._news()), TOLD_WITHIN)

    def hold(self, name: str, method: str, which: str) -> None:
        """Hold the downloads of a file (by its id), or the visits of a page (by its name), until `release`."""
        self.rehearsing.post("holds", name=name, method=method, channel=which)

    def is_held(self, name: str) -> bool:
        """Whether something stands in a hold."""
        return any(one["name"] == name and one["inside"] for one in self.rehearsing.get("holds")["holds"])

    def release(self, name: str) -> None:
        """Let a hold go."""
        self.rehearsing.post("release", name=name)

    def show(self) -> None:
        """Print what is new in the thread, or changed since it was printed; then what only one person was told."""
        if self._place.root:
            for message in self.view().messages:
                self._print(message, message_lines(message, self._names))
        for aside in self._asides():
            self._print(aside, private_lines(aside, self._names))

    def show_elsewhere(self, channel: str) -> None:
        """Print what the app has posted in another channel, and how many messages these are."""
        said = self.rehearsing.get("history", channel=self._channel(channel))["messages"]
        posted = [one for one in said if one["by_app"] and not one["deleted"]]
        self._say(f"#{channel}")
        for message in posted:
            self._print(message, message_lines(message, self._names))
        self.remark(f"Rehearsal counts {len(posted)} message{'' if len(posted) == 1 else 's'} of Tagwork in #{channel}")

    def _print(self, message: Mapping[str, Any], lines: list[str]) -> None:
        if self._printed.get(str(message["ts"])) != lines:
            self._printed[str(message["ts"])] = lines
            self._say("\n".join(lines))

    def _news(self) -> list[Mapping[str, Any]]:
        return [one for one in self._asides() if self._printed.get(str(one["ts"])) != private_lines(one, self._names)]

    def _asides(self) -> Sequence[Mapping[str, Any]]:
        """What only one person sees in this channel, since the heading, as it stands now; the oldest first."""
        entries = self.rehearsing.get("visible")["entries"][self._before :]
        told = {one["ts"]: one for one in entries if "shown_to" in one and one["channel"] == self._place.channel}
        return [one for one in told.values() if one["what"] != "ephemeral_deleted"]

    def _channel(self, name: str) -> str:
        return next(one for one, called in self._names.channels.items() if called == name)


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < ends:
        time.sleep(LOOK)
    return met
