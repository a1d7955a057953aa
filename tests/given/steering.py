"""What stories of steering share: a Run whose model holds its reply back, and what people see and press meanwhile."""

from agents.journal import runs
from agents.runs.life import Run
from tests.given.rehearsal import Json, Posted, RehearsalProcess
from tests.given.replies import says
from tests.given.tagwork import TagworkProcesses, answers_in
from tests.given.waiting import until

SECONDS = 20
"""Seconds until something that should happen counts as missing."""


def last_run(tagwork: TagworkProcesses) -> Run:
    """Return the newest Run; where there is none yet, wait for it."""
    return until(lambda: tagwork.journal.read(lambda tx: runs.listed(tx, most=1)), "there is a Run")[0]


def thinking(tagwork: TagworkProcesses, words: str, *, reply: str = "Too late.", thread: str | None = None) -> Posted:
    """Have Ann ask for something, and return when the model holds its reply back."""
    rehearsal = tagwork.rehearsal
    rehearsal.control("POST", "/claude/holds", {"name": _hold(words), "match": words})
    says(rehearsal, reply)
    posted = rehearsal.post("ann", "sales", f"@tagwork {words}", thread_ts=thread)
    assert rehearsal.control("GET", f"/claude/holds/{_hold(words)}", {"arrived": 1, "wait": SECONDS})["met"]
    return posted


def release(rehearsal: RehearsalProcess, words: str) -> None:
    """Let the model answer."""
    rehearsal.control("POST", f"/claude/holds/{_hold(words)}/release")


def _hold(words: str) -> str:
    return words.encode().hex()


def ended(tagwork: TagworkProcesses, posted: Posted, containing: str) -> str:
    """Wait for one message of ours in the thread and for the Run's end; return the message."""
    place = {"channel": posted.channel, "thread_ts": posted.thread_ts}
    tagwork.rehearsal.wait_for("bot_messages", **place, containing=containing, timeout_seconds=SECONDS)
    until(lambda: last_run(tagwork).ended_at, "the run has ended")
    return next(text for text in answers_in(tagwork.rehearsal, posted) if containing in text)


def whispered(rehearsal: RehearsalProcess, containing: str) -> Json:
    """Wait until somebody alone was told words that contain `containing`; return the call."""

    def found() -> list[Json]:
        return [one for one in rehearsal.calls("chat.postEphemeral") if containing in str(one["args"])]

    return until(found, f"a whisper with {containing}")[-1]


def message_with(rehearsal: RehearsalProcess, posted: Posted, action: str) -> tuple[str, str]:
    """Return the ts of our message in the thread whose blocks hold an action_id that begins so, and the action_id."""
    for message in rehearsal.thread(posted.channel, posted.thread_ts or posted.ts):
        for name in actions_in(message.get("blocks", [])):
            if message["by_app"] and name.startswith(action):
                return str(message["ts"]), name
    raise AssertionError(f"nothing in the thread has {action}")


def waited_for(rehearsal: RehearsalProcess, posted: Posted, action: str) -> tuple[str, str]:
    """Wait for a message of ours with such an action_id; return its ts and the action_id."""
    until(lambda: found_with(rehearsal, posted, action), f"a message with {action}")
    return message_with(rehearsal, posted, action)


def found_with(rehearsal: RehearsalProcess, posted: Posted, action: str) -> tuple[str, str] | None:
    """Return what `message_with` returns, or None."""
    try:
        return message_with(rehearsal, posted, action)
    except AssertionError:
        return None


def message_at(rehearsal: RehearsalProcess, posted: Posted, at: str) -> Json:
    """Return one message of a thread."""
    return next(one for one in rehearsal.thread(posted.channel, posted.ts) if one["ts"] == at)


def actions_in(part: object) -> list[str]:
    """Return the action_ids of some blocks."""
    if isinstance(part, list):
        return [name for one in part for name in actions_in(one)]
    if isinstance(part, dict):
        own = [str(part["action_id"])] if "action_id" in part else []
        return own + [name for one in part.values() for name in actions_in(one)]
    return []


def replies_with(rehearsal: RehearsalProcess, name: str, arguments: Json) -> None:
    """Queue a reply of the model that uses one tool."""
    block = {"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": arguments}
    rehearsal.control("POST", "/claude/replies", {"content": [block], "stop_reason": "tool_use"})
