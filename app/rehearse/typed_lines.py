"""What a line at the prompt means: something that the person does, or something about the prompt itself. Pure."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from app.rehearse.steps import Attached, Step

HELP = (
    ("@tagwork …, or any text", "say it here: in the thread you are in, else in the channel (a new thread)"),
    ("/as ben", "be somebody else"),
    ("/channel sales", "go to a channel; `dm` is the direct message with the app"),
    ("/thread, /thread 2, /thread new", "list the threads, go to one, or leave it for the channel"),
    (
        "/press Stop",
        "press what has this label, the newest first; also chooses in menus, or saves what a command shows",
    ),
    ("/stop", "press Slack's own Stop"),
    ("/upload sales.csv what is in it?", "post a file, with words"),
    ("/edit new words", "change your last message here"),
    ("/delete", "delete your last message here"),
    ("/react eyes", "react to the app's last message here, or to the thread's first"),
    ("/tagwork status, /command /other …", "run a slash command in the channel"),
    ("/home", "open the app's Home tab"),
    ("/show", "print the thread you are in"),
    ("/workers", "list the workers, and what each works on"),
    ("/kill", "kill the worker that is at work, as a crash would (SIGKILL)"),
    ("/trail, /trail 2", "print what the audit trail says of the newest run, or of #2"),
    ("/save talk.json", "keep what happened, to be played again by `tagwork rehearse --replay talk.json`"),
    ("/help, /quit", ""),
)
# the prompt's own words; every other word after a slash is a command of Slack's
LOCAL = frozenset({"as", "channel", "thread", "show", "workers", "trail", "save", "help", "quit"})


KILLED_WITHIN = 10.0
"""Seconds that /kill waits for a worker that is at work."""


class NotUnderstood(ValueError):
    """The line means nothing; the message says what would."""


@dataclass(frozen=True, slots=True)
class Local:
    """Something about the prompt: `word` is one of LOCAL, `rest` what stands behind it."""

    word: str
    rest: str = ""


def read_line(line: str, who: str, where: str, thread: int) -> Step | Local:
    """Return what this line means for the person `who`, in the channel `where`, in this thread (0: in none).

    Raises NotUnderstood.
    """
    line = line.strip()
    if not line.startswith("/"):
        return Step("reply", who, text=line, thread=thread) if thread else Step("say", who, where, line)
    word, _, rest = line[1:].partition(" ")
    rest = rest.strip()
    if word in LOCAL:
        return Local(word, rest)
    match word:
        case "press":
            what = _needed(rest, "/press Stop")
            return Step("press", who, what=what, thread=thread) if thread else Step("press", who, where, what=what)
        case "home":
            return Step("home", who)
        case "kill":
            return Step("kill", seconds=KILLED_WITHIN)
        case "stop":
            return Step("stop", who, thread=_inside(thread))
        case "edit":
            return Step("edit", who, text=_needed(rest, "/edit new words"), thread=_inside(thread))
        case "delete":
            return Step("delete", who, thread=_inside(thread))
        case "react":
            return Step("react", who, what=_needed(rest, "/react eyes").strip(":"), thread=_inside(thread))
        case "upload":
            return _upload(_needed(rest, "/upload sales.csv what is in it?"), who, where, thread)
        case "command":
            return Step("command", who, where, _needed(rest, "/command /tagwork status"))
    return Step("command", who, where, line)


def _upload(rest: str, who: str, where: str, thread: int) -> Step:
    try:
        path, *words = shlex.split(rest)
    except ValueError:
        raise NotUnderstood("A quotation mark is open: /upload 'my file.csv' what is in it?") from None
    files = (Attached(Path(path).name, path=path),)
    text = " ".join(words)
    if thread:
        return Step("reply", who, text=text, files=files, thread=thread)
    return Step("say", who, where, text, files=files)


def _needed(rest: str, example: str) -> str:
    if not rest:
        raise NotUnderstood(f"Say more: {example}")
    return rest


def _inside(thread: int) -> int:
    if not thread:
        raise NotUnderstood("You are in no thread: say something first, or go to one with /thread 1.")
    return thread
