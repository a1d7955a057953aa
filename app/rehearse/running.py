"""Rehearsal and Tagwork on it, as processes of their own for as long as a rehearsal lasts."""

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from agents.errors import BadSetting
from app.demo.rehearsing import Rehearsing
from app.rehearse.workers import Workers

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
STARTS_WITHIN = 120.0
"""Seconds until a start counts as failed."""


class Running:
    """`tagwork serve` on a Rehearsal of its own. Ignores the caller's SLACK_ and TAGWORK_ variables."""

    def __init__(self, home: Path, environ: Mapping[str, str], workers: int = 0) -> None:
        """Start both. Raises BadSetting when one does not; `home` is the data folder, and holds tagwork.log.

        `workers`: so many processes with one thread each; 0: as Tagwork does by itself.
        """
        self.home = home
        self.workers = Workers(home)
        self._slots = workers or 1
        self.rehearsing = Rehearsing(MANIFEST)
        self.environ = self.rehearsing.environment(environ) | {
            "TAGWORK_HOME": str(home),
            "TAGWORK_LISTEN": "127.0.0.1:0",
            # Rehearsal's pages stand for the web
            "TAGWORK_WEB__REACHABLE": self.rehearsing.url.removeprefix("http://"),
            "PYTHONUNBUFFERED": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }
        if workers:
            self.environ |= {"TAGWORK_ENGINE__WORKERS": str(workers), "TAGWORK_ENGINE__THREADS": "1"}
        with (home / "tagwork.log").open("wb") as log:
            command = [sys.executable, "-m", "app.cli", "serve"]
            self._served = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log)

    @property
    def is_offline(self) -> bool:
        """Whether the model is Rehearsal's."""
        return self.environ.get("ANTHROPIC_BASE_URL") == self.rehearsing.told["anthropic_base_url"]

    @property
    def model(self) -> str:
        """Which model answers, in words."""
        return "offline, by rules (set ANTHROPIC_API_KEY to use Claude)" if self.is_offline else "Claude, with your key"

    def wait_until_ready(self) -> None:
        """Wait until the app is connected and its workers have said that they live. Raises BadSetting otherwise."""
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends and self._served.poll() is None:
            asked = {"for": "connections", "at_least": 1, "timeout_seconds": 0.5}
            if self.rehearsing.post("wait", **asked)["met"] and self.workers.slots() >= self._slots:
                return
        log = self.home / "tagwork.log"
        sys.stderr.write(log.read_text(errors="replace")[-4000:])
        raise BadSetting(f"Tagwork did not start; its log is {log}.")

    def stop(self) -> None:
        """End both."""
        self._served.terminate()
        self._served.wait()
        self.rehearsing.stop()
        self.workers.close()

    def print_trail(self, number: str = "") -> None:
        """Print what the audit trail says of a Run; empty: of the newest."""
        number = number or str(self.workers.newest_run() or "")
        if not number.isdigit():
            print("There is no such run yet.")
            return
        command = [sys.executable, "-m", "app.cli", "audit", "show", "--run", number, "--last", "0"]
        sys.stdout.flush()
        subprocess.run(command, env=self.environ, check=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
