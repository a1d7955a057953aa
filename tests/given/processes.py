"""`tagwork …` in processes that begin as copies of one which has imported it: each start costs two seconds CPU less.

The process that is copied has imported our code and run none of it, and has one thread. A copy has the environment,
the folder and the files that it is given, runs `main` of the command line, and is ended or killed as any other process.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.copies import Copy
from tests.given.rehearsal import REPOSITORY

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["app.cli", "app.front", "app.worker.process", "agents.models.claude"])


class Forked(Copy):
    """One `tagwork` that was begun as a copy, with what tests use of subprocess.Popen."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], folder: Path, out: Path, err: Path) -> None:
        given = (list(words), dict(environ), str(folder), str(out), str(err))
        # a process that a test leaves behind ends with the tests
        super().__init__(_forks.Process(target=_run, args=given, name=" ".join(words), daemon=True))

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)


def begun(
    words: Sequence[str], environ: Mapping[str, str], folder: Path, log: Path
) -> "subprocess.Popen[bytes] | Forked":
    """Begin a command and do not wait for it; what it says is appended to `log`. `folder` is where the code is."""
    if _is_copied(words, folder):
        return Forked(words, environ, folder, log, log)
    with log.open("ab") as said:
        return subprocess.Popen(
            _command(words), env=environ, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )


def completed(
    words: Sequence[str], environ: Mapping[str, str], folder: Path, *, seconds: float = 60.0
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end. Raises TimeoutExpired after so many seconds."""
    if not _is_copied(words, folder):
        return subprocess.run(
            _command(words), env=environ, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
        )
    with tempfile.TemporaryDirectory() as written:
        out, err = Path(written, "stdout"), Path(written, "stderr")
        code = Forked(words, environ, folder, out, err).wait(seconds)
        return subprocess.CompletedProcess(list(words), code, out.read_text(), err.read_text())


def _is_copied(words: Sequence[str], folder: Path) -> bool:
    """Whether a command may begin as a copy: only of our own code, and not the whole of `serve`."""
    return list(words) != ["serve"] and folder == REPOSITORY


def _command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "app.cli", *words]


def _run(words: list[str], environ: dict[str, str], folder: str, out: str, err: str) -> None:
    os.environ.clear()
    os.environ.update(environ)
    # a copy looks where a process that begins would
    sys.path[:0] = [path for path in environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    os.chdir(folder)
    for target, path in ((0, os.devnull), (1, out), (2, err)):
        opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(opened, target)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - as long as the process
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.argv = ["tagwork", *words]

    from app.cli import main

    main()
