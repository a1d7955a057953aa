"""The light parent of `tagwork serve`: starts Valkey, app and workers, restarts what dies, takes them along.

It sleeps until a child ends, a pause is over or a signal comes, and imports nothing that its children need.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import structlog

from app.restarts import Restarts
from app.settings import Settings
from app.spare import Spare
from app.valkey import Valkey, start_valkey

log = structlog.get_logger()

REFUSED = 2
"""Exit code of a child that found a wrong setting: starting it again cannot help."""

GRACE = 40.0
"""Seconds that children may take to end; they end themselves within 30 (app/drain.py)."""

APP = "app"
"""The child that buries the dead: the parent would need the journal, and all that comes with it, to do so itself."""


@dataclass
class Child:
    """One process that the parent keeps running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    restarts: Restarts = field(default_factory=Restarts)


class Parent:
    """Keeps the children of one machine running. `spare` is the command of a worker; one of them stands by."""

    def __init__(
        self,
        settings: Settings,
        commands: Mapping[str, Sequence[str]],
        environ: Mapping[str, str],
        *,
        spare: Sequence[str] = (),
    ) -> None:
        self._children = [Child(name, command) for name, command in commands.items()]
        self._environ = dict(environ)
        self._settings = settings
        self._valkey: Valkey | None = None
        self._of_valkey = Restarts()
        self._ending = False
        self._spare = Spare(spare)
        # children that refuse a setting say so here, so that what each of them found is said once
        self._refusals, self._refused = os.pipe()
        self._deaths, self._died_here = os.pipe()
        self._signals, self._signalled = os.pipe()
        for end in (self._refusals, self._died_here, self._signals, self._signalled):
            os.set_blocking(end, False)
        self.exit_code = 0

    def run(self) -> int:
        """Run until told to end, or until a child cannot be kept running. Returns the exit code."""
        signal.set_wakeup_fd(self._signalled, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            if not self._settings.broker_url:
                self._valkey = start_valkey()
                self._of_valkey.began()
                self._environ["TAGWORK_BROKER_URL"] = self._valkey.url
            while not self._ending:
                self._look()
                if not self._ending:
                    self._sleep()
        finally:
            self._take_along()
        return self.exit_code

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    def _sleep(self) -> None:
        """Until a signal comes (SIGCHLD: a child ended), or the next start is due."""
        waiting = [child.restarts for child in self._children if child.process is None]
        if self._valkey is not None and self._valkey.process.returncode is not None:
            waiting.append(self._of_valkey)
        times = [one.wait() for one in waiting] + self._spare.wait()
        seconds = min(times, default=None)
        with suppress(BlockingIOError):
            if select.select([self._signals], [], [], seconds)[0]:
                os.read(self._signals, 4096)

    def _look(self) -> None:
        if self._valkey is not None and self._valkey.process.poll() is not None:
            self._look_at(self._valkey)
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._died(child, child.process.returncode)
            if child.process is None and self._may_start(child) and not self._ending:
                self._start(child)
        if self._spare.is_due() and not self._ending:
            self._spare.start(lambda command, call: self._run(command, {"--refusals": self._refused, "--spare": call}))

    def _look_at(self, dead: Valkey) -> None:
        if self._of_valkey.running and not self._pause("the Valkey server", self._of_valkey, dead.process.returncode):
            return
        if self._of_valkey.wait() <= 0:
            # at the same path, so that the children find it again by themselves
            self._valkey = start_valkey(dead.folder)
            self._of_valkey.began()

    def _may_start(self, child: Child) -> bool:
        if child.restarts.wait() <= 0:
            return True
        return self._has_spare(child) and self._spare.is_called_despite(child.restarts.pause)

    def _has_spare(self, child: Child) -> bool:
        return tuple(child.command) == self._spare.command

    def _start(self, child: Child) -> None:
        called = self._spare.call() if self._has_spare(child) else None
        passed = {"--refusals": self._refused, **({"--deaths": self._deaths} if child.name == APP else {})}
        child.process = called or self._run(child.command, passed)
        child.restarts.began()

    def _run(self, command: Sequence[str], passed: Mapping[str, int]) -> "subprocess.Popen[bytes]":
        told = [word for name, number in passed.items() for word in (name, str(number))]
        return subprocess.Popen(
            [*command, "--parent", str(os.getpid()), *told], env=self._environ, pass_fds=list(passed.values())
        )

    def _died(self, child: Child, code: int) -> None:
        child.process = None
        if code == REFUSED:
            self.exit_code, self._ending = REFUSED, True
            return
        with suppress(BlockingIOError):
            os.write(self._died_here, b".")
        self._pause(child.name, child.restarts, code)

    def _pause(self, name: str, restarts: Restarts, code: int) -> bool:
        """Wait before something is started again. False: it died too often, and everything ends."""
        pause = restarts.died()
        if pause is None:
            _say(f"{name} died {restarts.deaths} times in a row (last exit code {code}); giving up")
            log.error("a process cannot be kept running; everything ends", process=name, exit_code=code)
            self.exit_code, self._ending = 1, True
            return False
        log.warning("a process ended and is started again", process=name, exit_code=code, pause_seconds=pause)
        return True

    def _take_along(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        running += [self._spare.process] if self._spare.process is not None else []
        for process in running:
            if process.poll() is None:
                process.terminate()
        ends = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(timeout=max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("a process did not end in time and is killed", pid=process.pid)
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


def spare_of(settings: Settings, commands: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return the command of the worker that stands by, or nothing where the settings want none."""
    workers = [command for name, command in commands.items() if name != APP]
    return workers[0] if workers and settings.engine.spare else ()


def commands_of(settings: Settings, config: Sequence[str] = ()) -> dict[str, Sequence[str]]:
    """Return the command of each child: one app, and as many workers as the settings or the cores say."""
    serve = [sys.executable, "-m", "app.cli", *config, "serve"]
    count = settings.engine.workers or max(1, (os.cpu_count() or 1) // 2)
    workers = {f"worker {number}": [*serve, "--only", "worker"] for number in range(1, count + 1)}
    return {APP: [*serve, "--only", "app"], **workers}


def _say(text: str) -> None:
    print(f"tagwork: {text}", file=sys.stderr, flush=True)
