"""What a person does in a rehearsal, step by step, and what is waited for: typed, or kept as JSON. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.errors import BadSetting

PATIENCE = 60.0
"""Seconds that a wait takes at most, unless it says otherwise."""

WAITS = {
    "settled": "nothing is under way in the thread, and the app has said or done something since the last step",
    "working": "the app is at work in the thread",
    "text": "what the app says in the thread, to all or to one person, holds the words in `what`",
    "button": "something can be pressed in the thread whose label is `what`",
    "held": "something stands in the hold `what`",
}

# what each step needs, and what it may have besides; `who` is needed by everything that a person does
NEEDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "say": (("who", "text"), ("where", "files")),
    "reply": (("who", "text"), ("thread", "files")),
    "press": (("who", "what"), ("thread", "where")),
    "stop": (("who",), ("thread",)),
    "edit": (("who", "text"), ("thread",)),
    "delete": (("who",), ("thread",)),
    "react": (("who", "what"), ("thread",)),
    "command": (("who", "text"), ("where",)),
    "home": (("who",), ()),
    "page": (("what", "text"), ()),
    "hold": (("what",), ()),
    "release": (("what",), ()),
    "kill": ((), ("seconds",)),
    "wait": (("for",), ("what", "thread", "seconds")),
}
TEXTS = ("who", "where", "text", "what", "for")


class NotDone(Exception):
    """A step could not be carried out, or what was waited for did not come. The message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that somebody posts: its name, and its text, or where it lies (beside the transcript, or anywhere)."""

    name: str
    text: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `does` names it and decides which of the others count; `thread` 0 means the current one.

    Attributes:
        does: one of NEEDS.
        who: handle of the person.
        where: name of the channel, or `dm`; empty: where the last step was. With `press`: what is pressed was told to
            that person alone in this channel, as a slash command's answer is, and belongs to no thread.
        text: what is said; `{pages}` in it stands for the address below which `page` steps put their pages. With
            `command` the command and its text, with `page` what the page holds.
        what: a button's label, a reaction's name, a page's name, a method that is held, the words waited for.
        waits_for: one of WAITS.
        files: what is attached.
        thread: number of the thread, by their order of beginning.
        seconds: how long a wait takes at most.
    """

    does: str
    who: str = ""
    where: str = ""
    text: str = ""
    what: str = ""
    waits_for: str = ""
    files: tuple[Attached, ...] = ()
    thread: int = 0
    seconds: float = PATIENCE

    def as_json(self) -> dict[str, Any]:
        """Return the step as a transcript keeps it: without what is left at its default."""
        told: dict[str, Any] = {"does": self.does}
        for name in ("who", "where", "text", "what"):
            if value := getattr(self, name):
                told[name] = value
        if self.waits_for:
            told["for"] = self.waits_for
        if self.files:
            told["files"] = [
                {"name": one.name} | ({"path": one.path} if one.path else {"text": one.text or ""})
                for one in self.files
            ]
        if self.thread:
            told["thread"] = self.thread
        return told | ({"seconds": self.seconds} if self.seconds != PATIENCE else {})


def read_step(told: Any, number: int) -> Step:
    """Return the step that JSON tells. Raises BadSetting with its number and what is wrong."""
    if not isinstance(told, dict) or told.get("does") not in NEEDS:
        raise BadSetting(f"step {number}: `does` must be one of {', '.join(NEEDS)}.")
    does = told["does"]
    needed, optional = NEEDS[does]
    missing = [name for name in needed if name not in told]
    strange = sorted(set(told) - {"does", *needed, *optional})
    if missing or strange:
        wrong = f"needs `{missing[0]}`" if missing else f"does not take `{strange[0]}`"
        raise BadSetting(f"step {number}: {does} {wrong}.")
    for name in TEXTS:
        if not isinstance(told.get(name, ""), str):
            raise BadSetting(f"step {number}: `{name}` must be a text.")
    if does == "wait" and told["for"] not in WAITS:
        raise BadSetting(f"step {number}: `for` must be one of {', '.join(WAITS)}.")
    thread, seconds = told.get("thread", 0), told.get("seconds", PATIENCE)
    if not isinstance(thread, int) or not isinstance(seconds, int | float):
        raise BadSetting(f"step {number}: `thread` and `seconds` must be numbers.")
    return Step(
        does,
        told.get("who", ""),
        told.get("where", ""),
        told.get("text", ""),
        told.get("what", ""),
        told.get("for", ""),
        tuple(_read_file(one, number) for one in told.get("files", ())),
        thread,
        float(seconds),
    )


def _read_file(told: Any, number: int) -> Attached:
    if not isinstance(told, dict) or not isinstance(told.get("name"), str) or len(told) != 2:
        raise BadSetting(f"step {number}: a file has a `name`, and a `text` or a `path`.")
    if not isinstance(told.get("text", ""), str) or not isinstance(told.get("path", ""), str):
        raise BadSetting(f"step {number}: a file's `text` or `path` must be a text.")
    return Attached(told["name"], told.get("text"), told.get("path"))
