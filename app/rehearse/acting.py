"""Carries steps out in the rehearsed workspace, and keeps the threads that they began."""

import base64
import json
import mimetypes
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from app.demo.rehearsing import Rehearsing
from app.rehearse.element_looks import Pressable
from app.rehearse.names import Names
from app.rehearse.steps import Attached, NotDone, Step
from app.rehearse.watching import Place, View, asides, labelled, look
from app.rehearse.workers import Workers

QUIET_SECONDS = 1.0
"""For so long nothing may be called before a thread counts as settled."""
LOOK_SECONDS = 0.1
ASIDE_SECONDS = 10.0
"""For so long somebody is awaited to be told what came of what they did in no thread."""


class Acting:
    """The people of one Rehearsal. `threads` are in order of beginning; numbers of threads count from 1."""

    def __init__(self, rehearsing: Rehearsing, workers: Workers, folder: Path = Path()) -> None:
        """Read who and what is there; `folder` is where relative paths of files begin."""
        self.rehearsing = rehearsing
        self.workers = workers
        self.folder = folder
        self.threads: list[Place] = []
        self.current = 0
        world = rehearsing.get("world")
        self.names = Names.of(world)
        self.handles = {str(one["name"]).lower(): str(one["id"]) for one in world["people"]}
        self.channels = {str(one["name"]): str(one["id"]) for one in world["channels"] if one["name"]}
        self.app = self.names.person(rehearsing.told["bot_user"])
        self.where = "sales"
        self._before = 0
        self._held: set[str] = set()

    def carry_out(self, step: Step) -> Any:
        """Do what the step says; out: what the control answered. Raises NotDone."""
        doing: Mapping[str, Callable[[Step], Any]] = {
            "say": self._say,
            "reply": self._reply,
            "press": self._press,
            "stop": self._stop,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "command": self._command,
            "home": self._home,
            "page": self._page,
            "hold": self._hold,
            "release": self._release,
            "kill": self._kill,
            "wait": self._wait,
        }
        if step.thread:
            self.turn_to(step.thread)
        if step.does not in ("wait", "release", "hold", "page"):
            self._before = len(self.rehearsing.get("visible")["entries"])
        return doing[step.does](step)

    def turn_to(self, thread: int) -> None:
        """Make a thread the current one. Raises NotDone when there is none of that number."""
        if not 1 <= thread <= len(self.threads):
            raise NotDone(f"There is no thread {thread}; {len(self.threads)} have begun.")
        self.current = thread

    def view(self, thread: int = 0) -> View:
        """Look at a thread; 0 is the current one. Raises NotDone when there is none."""
        return look(self.rehearsing, self._place(thread))

    def lines(self, thread: int = 0) -> list[str]:
        """Return a thread as it looks now, with where it stands above it."""
        place = self._place(thread)
        return [self.names.place(place.channel), *look(self.rehearsing, place).lines(self.names, self.app)]

    def is_settled(self, view: View) -> bool:
        """Whether nothing is under way in this thread, and the app has shown something since the last step."""
        if view.is_working:
            return False
        entries = self.rehearsing.get("visible")["entries"][self._before :]
        return any(one.get("by") == view.bot or (one["user"] == view.bot and "reaction" not in one) for one in entries)

    def wait_until_settled(self, seconds: float) -> bool:
        """Wait until the current thread is settled, and stays so for a moment; False when it is not in that time."""
        ends = time.monotonic() + seconds
        calls, since = -1, time.monotonic()
        while time.monotonic() < ends:
            view = self.view()
            if view.calls != calls or not self.is_settled(view):
                calls, since = view.calls, time.monotonic()
            elif time.monotonic() - since >= QUIET_SECONDS:
                return True
            time.sleep(LOOK_SECONDS)
        return False

    def wait_for_asides(self, who: str) -> list[Mapping[str, Any]]:
        """Wait until the person was told something aside since the last step, and nothing more comes; return it."""
        ends = time.monotonic() + ASIDE_SECONDS
        known, since = -1, time.monotonic()
        while time.monotonic() < ends:
            entries = self.rehearsing.get("visible")["entries"][self._before :]
            told = asides(entries, self.handles[who])
            calls = len(self.rehearsing.get("calls")["calls"])
            if calls != known or not told:
                known, since = calls, time.monotonic()
            elif time.monotonic() - since >= QUIET_SECONDS:
                return told
            time.sleep(LOOK_SECONDS)
        return []

    def _place(self, thread: int = 0) -> Place:
        number = thread or self.current
        if not number:
            raise NotDone("No thread has begun yet.")
        return self.threads[number - 1]

    def _control(self, path: str, **fields: Any) -> Any:
        try:
            return self.rehearsing.post(path, **fields)
        except HTTPError as refused:
            with refused:
                raise NotDone(_sentence(refused.read())) from None

    def _say(self, step: Step) -> Any:
        self.where = step.where or self.where
        files = [self._file(one) for one in step.files]
        made = self._control("post", user=step.who, channel=self.where, text=self._text(step), files=files)
        self.threads.append(Place(made["channel"], made["thread_ts"]))
        self.current = len(self.threads)
        return made

    def _reply(self, step: Step) -> Any:
        place = self._place()
        files = [self._file(one) for one in step.files]
        return self._control(
            "post", user=step.who, channel=place.channel, text=self._text(step), thread_ts=place.root, files=files
        )

    def _press(self, step: Step) -> Any:
        if step.where:
            return self._press_aside(step)
        place, view = self._place(), self.view()
        found = view.with_label(step.what)
        if found is None:
            there = ", ".join(f"[{one}]" for one in view.labels()) or "nothing"
            raise NotDone(f"There is no [{step.what}] to press here; there is {there}.")
        return self._press_found(step, place.channel, *found)

    def _press_aside(self, step: Step) -> Any:
        self.where = step.where
        channel = self.channels.get(step.where, "")

        def found() -> tuple[str, Pressable] | None:
            return labelled(self._told_aside(step.who, channel), step.what)

        _until(lambda: found() is not None, ASIDE_SECONDS if self._told_aside(step.who, channel) else 0)
        pressed = found()
        if pressed is None:
            raise NotDone(
                f"There is no [{step.what}] to press in #{step.where}; what stands in a thread is pressed there."
            )
        ts, one = pressed
        said = next(entry for entry in self._told_aside(step.who, channel) if entry["ts"] == ts)
        return self._press_found(step, said["channel"], ts, one)

    def _told_aside(self, who: str, channel: str) -> list[Mapping[str, Any]]:
        return asides(self.rehearsing.get("visible")["entries"], self.handles[who], channel)

    def _press_found(self, step: Step, channel: str, ts: str, one: Pressable) -> Any:
        fields = {"action_id": one.action_id, "block_id": one.block_id} | ({"value": one.value} if one.value else {})
        return self._control("press", user=step.who, channel=channel, ts=ts, **fields)

    def _stop(self, step: Step) -> Any:
        place = self._place()
        return self._control("stop", user=step.who, channel=place.channel, thread_ts=place.root)

    def _edit(self, step: Step) -> Any:
        return self._control("edit", channel=self._place().channel, ts=self._last_by(step.who), text=self._text(step))

    def _delete(self, step: Step) -> Any:
        return self._control("delete", channel=self._place().channel, ts=self._last_by(step.who))

    def _react(self, step: Step) -> Any:
        view = self.view()
        said = view.of_app or view.messages
        place = self._place()
        return self._control("react", user=step.who, channel=place.channel, ts=said[-1]["ts"], name=step.what)

    def _command(self, step: Step) -> Any:
        self.where = step.where or self.where
        command, _, text = step.text.partition(" ")
        return self._control("command", user=step.who, channel=self.where, command=command, text=text.strip())

    def _home(self, step: Step) -> Any:
        return self._control("open_home", user=step.who)

    def _page(self, step: Step) -> Any:
        return self._control("page", name=step.what, text=step.text)

    def _hold(self, step: Step) -> Any:
        return self._control("holds", name=step.what, method=step.what)

    def _release(self, step: Step) -> Any:
        return self._control("release", name=step.what)

    def _wait(self, step: Step) -> Any:
        conditions: Mapping[str, Callable[[], bool]] = {
            "working": lambda: self.view().is_working,
            "text": lambda: self.view().has_text(step.what),
            "button": lambda: self.view().with_label(step.what) is not None,
            "held": lambda: any(
                one["name"] == step.what and one["inside"] for one in self.rehearsing.get("holds")["holds"]
            ),
        }
        if step.waits_for == "settled":
            met = self.wait_until_settled(step.seconds)
        else:
            met = _until(conditions[step.waits_for], step.seconds)
        if not met:
            what = f" ({step.what})" if step.what else ""
            raise NotDone(f"Waited {step.seconds:.0f} s for: {step.waits_for}{what}.")

    def _kill(self, step: Step) -> str:
        if not _until(self.workers.busy, step.seconds):
            raise NotDone(f"No worker was at work within {step.seconds:.0f} s: ask for something first.")
        return self.workers.kill()

    def _text(self, step: Step) -> str:
        return step.text.replace("{pages}", f"{self.rehearsing.url}/pages")

    def _last_by(self, who: str) -> str:
        user = self.handles.get(who.lower(), who)
        said = [one for one in self.view().messages if one.get("user") == user and not one["deleted"]]
        if not said:
            raise NotDone(f"{self.names.person(user)} has no message in this thread.")
        return str(said[-1]["ts"])

    def _file(self, file: Attached) -> Mapping[str, str]:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if file.path is None:
            return {"name": file.name, "text": file.text or "", "mimetype": kind}
        try:
            content = (self.folder / file.path).expanduser().read_bytes()
        except OSError as fault:
            raise NotDone(f"{file.path} cannot be read ({type(fault).__name__}).") from None
        return {"name": file.name, "base64": base64.b64encode(content).decode(), "mimetype": kind}


def _until(condition: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < ends:
        time.sleep(LOOK_SECONDS)
    return met


def _sentence(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace") or "Rehearsal refused it without a reason."
