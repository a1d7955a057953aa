"""Plays a transcript again and prints its threads, whole, as people see them."""

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from app.rehearse.acting import Acting
from app.rehearse.running import Running
from app.rehearse.steadying import steady
from app.rehearse.steps import NotDone
from app.rehearse.transcript import Transcript, write_transcript


def play(running: Running, transcript: Transcript) -> tuple[list[str], str]:
    """Carry out every step. Out: the threads, as lines, and the sentence of what did not come about, else empty."""
    acting = Acting(running.rehearsing, running.workers, transcript.folder)
    wrong = ""
    for number, step in enumerate(transcript.steps, start=1):
        try:
            acting.carry_out(step)
        except NotDone as fault:
            wrong = f"step {number} ({step.does}): {fault}"
            break
    return all_lines(acting), wrong


def all_lines(acting: Acting) -> list[str]:
    """Return every thread that began, each under its channel."""
    return [line for number in range(1, len(acting.threads) + 1) for line in (*acting.lines(number), "")]


def replay(running: Running, transcript: Transcript, record: Path | None) -> bool:
    """Play and print. With `record` what was seen is kept in that file. False when a step failed, or when the offline
    model's thread is not the one that the transcript has recorded."""
    if transcript.about:
        print(f"{transcript.about}\n")
    lines, wrong = play(running, transcript)
    print("\n".join(lines))
    if wrong:
        print(f"tagwork: {wrong}", file=sys.stderr)
        return False
    if record is not None:
        write_transcript(record, transcript.about, transcript.steps, lines)
    elif running.is_offline and (changed := differences(transcript, lines)):
        print("tagwork: this is not the thread that was recorded:", *changed, sep="\n", file=sys.stderr)
        return False
    return True


def differences(transcript: Transcript, lines: Sequence[str]) -> list[str]:
    """Return how these lines differ from what the transcript has recorded, as a diff; empty when they do not."""
    recorded = steady(transcript.seen)
    return [*difflib.unified_diff(recorded, steady(lines), "recorded", "now", lineterm="")] if recorded else []
