"""`tagwork rehearse` from its start to its end."""

import os
import sys
import tempfile
from pathlib import Path

from app.rehearse.prompting import Lines, Piped, Terminal
from app.rehearse.replaying import replay
from app.rehearse.running import Running
from app.rehearse.talking import Talking
from app.rehearse.transcript import read_transcript
from app.rehearse.typed_lines import HELP

HISTORY = Path("~/.local/state/tagwork/rehearse_history").expanduser()


def begin(who: str, where: str, play: Path | None, record: bool) -> bool:
    """Start everything, talk or replay, end everything. False when a replay did not come about as written.

    Raises BadSetting when something does not start or the transcript is none, NotDone for an unknown person or channel.
    """
    transcript = read_transcript(play) if play else None
    home = Path(tempfile.mkdtemp(prefix="tagwork-rehearse-"))
    with Running(home, os.environ) as running:
        running.wait_until_ready()
        if transcript is not None:
            return replay(running, transcript, play if record else None)
        print(f"Rehearsal plays Slack at {running.rehearsing.url}; model: {running.model}")
        print(f"Data and log are in {home} (kept). Say something, or /help.\n")
        Talking(running, _lines(), who, where).talk()
    return True


def _lines() -> Lines:
    if not sys.stdin.isatty():
        return Piped()
    return Terminal(HISTORY, [typed.split()[0].rstrip(",") for typed, _ in HELP])
