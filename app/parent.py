"""The light parent of `tagwork serve`: starts Valkey, app and workers, restarts what dies, takes them along."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from app.settings import Settings
from app.valkey import Valkey, start_valkey

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
"""Seconds before a child is started again: doubled each time it dies young."""

YOUNG = 60.0
"""Seconds that a child must live for its next pause to be the first one again."""

GIVES_UP = 8
"""Early deaths in a row after which the parent gives up loudly."""

REFUSED = 2
"""Exit code of a child that found a wrong setting: starting it again cannot help."""

GRACE = 40.0
"""Seconds that children may take to end."""


@dataclass
class Child:
    """One process that the parent keeps running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = field(default_factory=time.monotonic)


class Parent:
    """Keeps the children of one machine running."""

    def __init__(self, settings: Settings, commands: Mapping[str, Sequence[str]], environ: Mapping[str, str]) -> None:
        self._children = [Child(name, command) for name, command in commands.items()]
        self._environ = dict(environ)
        self._settings = settings
        self._valkey: Valkey | None = None
        self._ending = False
        # children that refuse a setting say so here, so that what each of them found is said once
        self._refusals, self._refused = os.pipe()
        os.set_blocking(self._refusals, False)
        self.exit_code = 0

    def run(self) -> int:
        """Run until told to end, or until a child cannot be kept running. Returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        try:
            if not self._settings.broker_url:
                self._valkey = start_valkey()
                self._environ["TAGWORK_BROKER_URL"] = self._valkey.url
            while not self._ending:
                self._look()
                time.sleep(0.2)
        finally:
            self._take_along()
        return self.exit_code

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    def _look(self) -> None:
        if self._valkey is not None and self._valkey.process.poll() is not None:
            _say("the Valkey server died; starting another")
            # at the same path, so that the children find it again by themselves
            self._valkey = start_valkey(self._valkey.folder)
        for child in self._children:
            if child.process is None:
                if time.monotonic() >= child.due:
                    self._start(child)
            elif child.process.poll() is not None:
                self._died(child, child.process.returncode)

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(
            [*child.command, "--parent", str(os.getpid()), "--refusals", str(self._refused)],
            env=self._environ,
            pass_fds=[self._refused],
        )
        child.started = time.monotonic()

    def _died(self, child: Child, code: int) -> None:
        child.process = None
        if code == REFUSED:
            self.exit_code, self._ending = REFUSED, True
            return
        lived = time.monotonic() - child.started
        child.deaths = 1 if lived > YOUNG else child.deaths + 1
        if child.deaths > GIVES_UP:
            _say(f"{child.name} died {child.deaths} times in a row (last exit code {code}); giving up")
            self.exit_code, self._ending = 1, True
            return
        pause = min(FIRST_PAUSE * 2 ** (child.deaths - 1), LONGEST_PAUSE)
        child.due = time.monotonic() + pause
        _say(f"{child.name} ended with {code}; starting it again in {pause:.1f} s")

    def _take_along(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        ends = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(timeout=max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
        self._say_refusals()
        self._forget_valkey()

    def _say_refusals(self) -> None:
        try:
            told = os.read(self._refusals, 65_536).decode(errors="replace")
        except BlockingIOError:
            return
        for line in dict.fromkeys(told.splitlines()):
            _say(line)

    def _forget_valkey(self) -> None:
        if self._valkey is not None:
            self._valkey.process.terminate()
            self._valkey.process.wait()
            shutil.rmtree(self._valkey.folder, ignore_errors=True)
            self._valkey = None


def commands_of(settings: Settings, config: Sequence[str] = ()) -> dict[str, Sequence[str]]:
    """Return the command of each child: one app, and as many workers as the settings or the cores say."""
    serve = [sys.executable, "-m", "app.cli", *config, "serve"]
    count = settings.engine.workers or max(1, (os.cpu_count() or 1) // 2)
    workers = {f"worker {number}": [*serve, "--only", "worker"] for number in range(1, count + 1)}
    return {"app": [*serve, "--only", "app"], **workers}


def _say(text: str) -> None:
    print(f"tagwork: {text}", file=sys.stderr, flush=True)
