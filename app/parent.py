"""The parent of `tagwork serve`: starts Valkey, app and workers, restarts what dies, takes them along.

It sleeps until a child ends, a pause is over or a signal comes, has one thread and opens nothing that its children use.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import structlog

from app.copies import Begun, begin_command, begin_copy, can_copy
from app.restarts import Restarts
from app.settings import Settings
from app.valkey import Valkey, start_valkey

log = structlog.get_logger()

REFUSED = 2
"""Exit code of a child that found a wrong setting: starting it again cannot help."""

GRACE = 40.0
"""Seconds that children may take to end; they end themselves within 30 (app/drain.py)."""

APP = "app"
"""The child that buries the dead: the parent would need the journal, and all that comes with it, to do so itself."""


Begin = Callable[[str, Sequence[str], Mapping[str, str], Collection[int]], Begun]
"""Begins `tagwork WORDS` under a name, with an environment, and the open files that it keeps."""


@dataclass
class Child:
    """One process that the parent keeps running: `tagwork` with these words."""

    name: str
    words: Sequence[str]
    process: Begun | None = None
    restarts: Restarts = field(default_factory=Restarts)


class Parent:
    """Keeps the children of one machine running. `begin` begins one; by default in the way that this system can."""

    def __init__(
        self,
        settings: Settings,
        children: Mapping[str, Sequence[str]],
        environ: Mapping[str, str],
        begin: Begin | None = None,
    ) -> None:
        self._begin = begin or (begin_copy if can_copy() else begin_command)
        self._children = [Child(name, words) for name, words in children.items()]
        self._environ = dict(environ)
        self._settings = settings
        self._valkey: Valkey | None = None
        self._of_valkey = Restarts()
        self._ending = False
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
        seconds = min((one.wait() for one in waiting), default=None)
        with suppress(BlockingIOError):
            if select.select([self._signals], [], [], seconds)[0]:
                os.read(self._signals, 4096)

    def _look(self) -> None:
        if self._valkey is not None and self._valkey.process.poll() is not None:
            self._look_at(self._valkey)
        for child in self._children:
            code = child.process.poll() if child.process is not None else None
            if code is not None:
                self._died(child, code)
            if child.process is None and child.restarts.wait() <= 0 and not self._ending:
                self._start(child)

    def _look_at(self, dead: Valkey) -> None:
        if self._of_valkey.running and not self._pause("the Valkey server", self._of_valkey, dead.process.returncode):
            return
        if self._of_valkey.wait() <= 0:
            # at the same path, so that the children find it again by themselves
            self._valkey = start_valkey(dead.folder)
            self._of_valkey.began()

    def _start(self, child: Child) -> None:
        passed = {"--refusals": self._refused, **({"--deaths": self._deaths} if child.name == APP else {})}
        told = [word for name, number in passed.items() for word in (name, str(number))]
        words = [*child.words, "--parent", str(os.getpid()), *told]
        child.process = self._begin(child.name, words, self._environ, list(passed.values()))
        child.restarts.began()

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


def children_of(settings: Settings, config: Sequence[str] = ()) -> dict[str, Sequence[str]]:
    """Return the words of each child: one app, and as many workers as the settings or the cores say."""
    serve = [*config, "serve", "--only"]
    count = settings.engine.workers or max(1, (os.cpu_count() or 1) // 2)
    return {APP: [*serve, "app"], **{f"worker {number}": [*serve, "worker"] for number in range(1, count + 1)}}


def _say(text: str) -> None:
    print(f"tagwork: {text}", file=sys.stderr, flush=True)
