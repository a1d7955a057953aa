"""Files that we give to people: brought to Slack unseen, shown in a thread, and found there again by their id."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from agents.surface import OutcomeUnknown, OutFile, Place, Refused
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.inert import visible
from app.slack.limits import ALT_TEXT, FILE_TITLE
from app.slack.one_line import one_line
from app.slack.shared_files import is_slacks, shares_in
from app.slack.thread_reading import replies


def upload(egress: Egress, file: OutFile, deadline: Deadline) -> str:
    """Bring the bytes to Slack, where nobody sees them yet. Returns the file's id.

    Raises what Egress.call raises; Refused("foreign_host") where Slack names an address that is not its own.
    """
    asked = {
        "filename": _name(file),
        "length": len(file.body),
        "alt_txt": one_line(file.alt, ALT_TEXT) or None,
    }
    told = egress.call("files.getUploadURLExternal", asked, seconds=deadline)
    url, file_id = told.get("upload_url"), told.get("file_id")
    if not isinstance(url, str) or not isinstance(file_id, str) or not file_id:
        raise OutcomeUnknown("unreadable_answer")
    if not is_slacks(egress, urlsplit(url)):
        raise Refused("foreign_host")
    egress.give(url, file.body, seconds=deadline)
    return file_id


def share(egress: Egress, place: Place, file_id: str, file: OutFile, deadline: Deadline) -> str:
    """Show an uploaded file in the thread. Returns the ts of its message, "" where Slack does not say it yet."""
    shown = {
        "files": json.dumps([{"id": file_id, "title": _title(file)}]),
        "channel_id": place.channel,
        "thread_ts": place.root,
    }
    told = egress.call("files.completeUploadExternal", shown, seconds=deadline).get("files")
    first = told[0] if isinstance(told, list) and told and isinstance(told[0], Mapping) else {}
    return next(iter(_stamps(first, place)), "")


def shared(egress: Egress, place: Place, file_id: str, deadline: Deadline) -> Sequence[str]:
    """Return the ts of every message of the thread that shows the file, oldest first."""
    try:
        file = egress.call("files.info", {"file": file_id}, seconds=deadline).get("file")
    except Refused as no:
        if no.cause in {"file_not_found", "file_deleted"}:
            return []
        raise
    told = _stamps(file, place) if isinstance(file, Mapping) else []
    # Slack tells shares late, and not always with their thread
    return told or [message["ts"] for message in replies(egress, place, deadline) if _shows(message, file_id)]


def _stamps(file: Mapping[str, Any], place: Place) -> list[str]:
    return [
        share["ts"]
        for share in shares_in(file, place.channel)
        if share.get("thread_ts") == place.root and isinstance(share.get("ts"), str)
    ]


def _shows(message: Mapping[str, Any], file_id: str) -> bool:
    files = message.get("files")
    return isinstance(files, list) and any(isinstance(one, Mapping) and one.get("id") == file_id for one in files)


def _name(file: OutFile) -> str:
    name = " ".join("".join("_" if char in "/\\<>|" else char for char in visible(file.name)).split())
    return name[-FILE_TITLE:] or "file"


def _title(file: OutFile) -> str:
    # without its ending: `notes.md` reads like an address, and no flag keeps Slack from the titles of files
    stem, dot, ending = _name(file).rpartition(".")
    return one_line(stem if dot and stem and ending.isalnum() else ending, FILE_TITLE)
