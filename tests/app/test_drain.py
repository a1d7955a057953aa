"""Whoever is told to end is out in time: what does not return is left behind, and what it held is given back."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

STUCK = """
import signal, sys, threading
from app.drain import Drain

def give_back():
    print("given back", flush=True)
    if sys.argv[1] == "raises":
        raise OSError("the journal is away")

drain = Drain(give_back, longest=0.1)
signal.signal(signal.SIGTERM, lambda *_: drain.begin(int(sys.argv[2])))
signal.raise_signal(signal.SIGTERM)
print(drain.begun(), flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize(("gives_back", "code"), [("well", 0), ("raises", 0), ("well", 70)])
def test_a_process_that_hangs_gives_back_what_it_holds_and_ends(gives_back: str, code: int) -> None:
    # given a process whose main thread does not return
    # when it is told to end
    told = subprocess.run(
        [sys.executable, "-c", STUCK, gives_back, str(code)],
        cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    # then at the limit it gives back what it holds, and ends with the code of the reason, even where that fails
    said = told.stdout.splitlines()
    assert said[0] == "True"
    assert said.count("given back") == 1
    assert told.returncode == code, told.stderr
