"""A thread as its readers see it, from what Rehearsal's controls answer: authors, words, tables, buttons, files. Pure.

`thread_lines` takes the messages of `GET /thread` and the entries of `GET /visible` for that thread.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.rehearse.block_looks import block_lines, wrapped
from app.rehearse.inline_looks import seen_text
from app.rehearse.names import Names

Json = Mapping[str, Any]
MARGIN = 10
"""Columns of the author's name, and of the space before what belongs to the same message."""
ONE_PERSON = frozenset({"ephemeral", "ephemeral_updated", "ephemeral_deleted", "interaction_failed"})


def thread_lines(messages: Sequence[Json], entries: Sequence[Json], names: Names) -> list[str]:
    """Return the thread from its root on, with what only one person sees where it came up."""
    shown = [(str(one["ts"]), message_lines(one, names)) for one in messages if _stands(one)]
    shown += [(str(one["ts"]), private_lines(one, names)) for one in _for_one_person(entries)]
    return [line for _, lines in sorted(shown, key=lambda one: one[0]) for line in lines]


def message_lines(message: Json, names: Names) -> list[str]:
    """Return one message: its author, what it says, its files, its reactions, and whether it was edited."""
    if message.get("deleted"):
        return _under(names.person(message.get("user")), ["(this message was deleted)"])
    lines = said_lines(message, names)
    marks = [mark for mark, there in (("(edited)", _edited(message)), ("…", message.get("streaming"))) if there]
    if marks:
        lines = [*lines[:-1], " ".join([lines[-1], *marks])] if lines else marks
    lines += [file_line(one) for one in message.get("files", ())]
    if message.get("reactions"):
        lines.append("  ".join(_reaction(one, names) for one in message["reactions"]))
    return _under(_author(message, names), lines)


def said_lines(message: Json, names: Names) -> list[str]:
    """Return what a message says: its blocks, or its text where it has none."""
    blocks = message.get("blocks") or ()
    text = str(message.get("text", ""))
    return block_lines(blocks, names) if blocks else wrapped(seen_text(text, names)) if text else []


def private_lines(entry: Json, names: Names) -> list[str]:
    """Return what only one person sees, and say so."""
    reader = names.person(entry.get("shown_to"))
    return _under(_author(entry, names), [f"(only {reader} sees this)", *said_lines(entry, names)])


def file_line(file: Json) -> str:
    """Return a file as a line: its name, its title where that says more, and its size."""
    if file.get("mode") == "tombstone":
        return "[file: deleted]"
    title = file.get("title", "")
    named = str(file["name"])
    if title and title not in named:
        named = f"{named}: {title}"
    return f"[file: {named}, {_size(int(file.get('size', 0)))}]"


def _stands(message: Json) -> bool:
    is_root = message.get("thread_ts", message["ts"]) == message["ts"]
    return is_root or not message.get("deleted")


def _for_one_person(entries: Sequence[Json]) -> list[Json]:
    latest: dict[str, Json] = {}
    for entry in entries:
        if entry["what"] in ONE_PERSON:
            latest[str(entry["ts"])] = entry
    return [one for one in latest.values() if one["what"] != "ephemeral_deleted"]


def _author(message: Json, names: Names) -> str:
    return str(message.get("username") or names.person(message.get("user")))


def _edited(message: Json) -> bool:
    # "guess": clients leave the word out where an app changes its own blocks, as a living card does
    return bool(message.get("edited")) and not message.get("bot_id")


def _reaction(reaction: Json, names: Names) -> str:
    return f":{reaction['name']}: {', '.join(names.person(one) for one in reaction['users'])}"


def _size(count: int) -> str:
    return f"{count} bytes" if count < 1_000 else f"{count / 1_000:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def _under(author: str, lines: Sequence[str]) -> list[str]:
    first, *rest = lines or [""]
    head = f"{author:<{MARGIN - 1}} "
    return [f"{head}{first}".rstrip(), *(f"{' ' * MARGIN}{line}".rstrip() for line in rest)]
