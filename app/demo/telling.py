"""Tells threads as they happen: what people do, and at each turn of the story what has become visible since."""

import base64
import mimetypes
import time
from collections.abc import Callable
from pathlib import Path

from app.demo.seen import ANSWER, asks, button, has_ended, is_answered
from app.rehearse.element_looks import Pressable
from app.rehearse.looks import message_lines
from app.rehearse.names import Names
from app.rehearse.running import Running
from app.rehearse.watching import Place, View, look

PATIENCE = 120.0
"""Seconds until the demo goes on without what it waits for."""
LOOK = 0.1
"""Seconds between two looks at a thread."""


class Telling:
    """One thread after the other. Every message is printed once, and again when the story comes to it changed."""

    def __init__(self, running: Running, say: Callable[[str], None] = print) -> None:
        self.rehearsing = running.rehearsing
        self.is_offline = running.is_offline
        self._names = Names.of(self.rehearsing.get("world"))
        self._say = say
        self._place = Place("", "")
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
        """Begin a thread in #sales, under a heading."""
        made = self.rehearsing.post("post", user=user, channel="sales", text=text, file_ids=list(files))
        self._place = Place(made["channel"], made["thread_ts"])
        self._say(f"\n{title}\n#sales")
        self.show()

    def reply(self, user: str, text: str) -> str:
        """Reply in the thread, and return the message's ts."""
        place = self._place
        made = self.rehearsing.post("post", user=user, channel=place.channel, thread_ts=place.root, text=text)
        return str(made["ts"])

    def to_the_answer(self, user: str) -> bool:
        """Wait for the Run's end, and let someone press the first choice of every Question on the way.

        False: it gave no answer, or none in time.
        """
        while self.until(lambda view: asks(view) or has_ended(view)):
            self.show()
            asked = button(self.view(), ANSWER)
            if asked is None:
                return is_answered(self.view())
            self.press(user, ANSWER)
            self._until_gone(asked)
        self.show()
        return False

    def _until_gone(self, asked: tuple[str, Pressable]) -> None:
        self.until(lambda view: button(view, ANSWER) != asked)

    def press(self, user: str, kind: str) -> bool:
        """Press the newest button of a kind; of several choices the first. False where there is none."""
        found = button(self.view(), kind)
        if found is None:
            return False
        ts, one = found
        self.remark(f"{user.capitalize()} presses [{one.label}]")
        where = {"channel": self._place.channel, "ts": ts, "action_id": one.action_id, "block_id": one.block_id}
        return bool(self.rehearsing.post("press", user=user, **where)["acknowledged"])

    def view(self) -> View:
        """Look at the thread now."""
        return look(self.rehearsing, self._place)

    def until(self, condition: Callable[[View], bool], seconds: float = PATIENCE) -> bool:
        """Wait until a look at the thread meets a condition. False when it has not in that time."""
        ends = time.monotonic() + seconds
        while not (met := condition(self.view())) and time.monotonic() < ends:
            time.sleep(LOOK)
        return met

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
        """Print what is new in the thread, or changed since it was printed."""
        for message in self.view().messages:
            lines = message_lines(message, self._names)
            if self._printed.get(str(message["ts"])) != lines:
                self._printed[str(message["ts"])] = lines
                self._say("\n".join(lines))
