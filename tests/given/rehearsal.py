"""A Rehearsal process for tests, with the controls of rehearsal_control.py."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.given.rehearsal_control import ControlRefused, FileToPost, Json, NotSeen, Posted, RehearsalControl

__all__ = ["ControlRefused", "FileToPost", "Json", "NotSeen", "Posted", "RehearsalControl", "RehearsalProcess"]

REPOSITORY = Path(__file__).resolve().parents[2]
MANIFEST = REPOSITORY / "manifest.yml"


class RehearsalProcess(RehearsalControl):
    """One running Rehearsal and its controls. Use `start`, then `stop`, or as a context manager."""

    def __init__(self, process: "subprocess.Popen[str]", ready: Mapping[str, str]) -> None:
        super().__init__(ready["url"])
        self.process = process
        self.slack_api_url = ready["slack_api_url"]
        self.anthropic_base_url = ready["anthropic_base_url"]
        self.bot_token = ready["bot_token"]
        self.app_token = ready["app_token"]
        self.signing_secret = ready["signing_secret"]
        self.anthropic_api_key = ready["anthropic_api_key"]
        self.team_id = ready["team_id"]
        self.app_id = ready["app_id"]
        self.bot_user = ready["bot_user"]

    @classmethod
    def start(
        cls,
        *,
        world: Mapping[str, object] | Path | None = None,
        manifest: Path = MANIFEST,
        clock_file: Path | None = None,
        deliver_to: str | None = None,
        port: int = 0,
    ) -> Self:
        """Start the process and wait for its ready line. It ends with this process. Raises RuntimeError if it fails."""
        command = [sys.executable, "-m", "app.rehearsal", "--port", str(port), "--manifest", str(manifest)]
        command += ["--with-parent"]
        if clock_file:
            command += ["--clock-file", str(clock_file)]
        if deliver_to:
            command += ["--deliver-to", deliver_to]
        with tempfile.TemporaryDirectory() as folder:
            if isinstance(world, Path):
                command += ["--world", str(world)]
            elif world is not None:
                file = Path(folder) / "world.json"
                file.write_text(json.dumps(world), encoding="utf-8")
                command += ["--world", str(file)]
            process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
            assert process.stdout is not None
            line = process.stdout.readline()
        if not line:
            process.stdout.close()
            raise RuntimeError(f"Rehearsal did not start: it ended with {process.wait()}; stderr says why.")
        return cls(process, json.loads(line))

    def stop(self) -> None:
        """End the process at once."""
        self.process.terminate()
        self.process.wait(timeout=10)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def environment(self) -> dict[str, str]:
        """The variables that make a product process use this Rehearsal."""
        return {
            "SLACK_API_URL": self.slack_api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "ANTHROPIC_BASE_URL": self.anthropic_base_url,
            "ANTHROPIC_API_KEY": self.anthropic_api_key,
        }
