"""A Rehearsal process and its controls, as far as the demo needs them."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.errors import BadSetting


class Rehearsing:
    """Rehearsal as a process of its own; it ends with the demo."""

    def __init__(self, manifest: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.rehearsal", "--port", "0", "--manifest", str(manifest), "--with-parent"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None  # noqa: S101
        line = self.process.stdout.readline()
        if not line:
            raise BadSetting("Rehearsal did not start; what it says stands above.")
        self.told: dict[str, str] = json.loads(line)
        self.url = self.told["url"]
        # never through a proxy of the environment: it is this machine
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def post(self, path: str, **fields: Any) -> Any:
        """Call a control with JSON and return its answer."""
        request = urllib.request.Request(
            f"{self.url}/_rehearsal/{path}",
            data=json.dumps(fields).encode(),
            headers={"content-type": "application/json"},
        )
        return self._answer(request)

    def get(self, path: str, **query: str) -> Any:
        """Read from a control."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return self._answer(urllib.request.Request(f"{self.url}/_rehearsal/{path}?{asked}"))

    def _answer(self, request: urllib.request.Request) -> Any:
        with self._open(request, timeout=60) as answer:
            return json.load(answer)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return `base` pointed at this Rehearsal, without any SLACK_ or TAGWORK_ variable of the caller's."""
        kept = {name: value for name, value in base.items() if not name.startswith(("SLACK_", "TAGWORK_"))}
        kept |= {
            "SLACK_BOT_TOKEN": self.told["bot_token"],
            "SLACK_APP_TOKEN": self.told["app_token"],
            "SLACK_API_URL": self.told["slack_api_url"],
        }
        if not kept.get("ANTHROPIC_API_KEY"):
            kept |= {
                "ANTHROPIC_API_KEY": self.told["anthropic_api_key"],
                "ANTHROPIC_BASE_URL": self.told["anthropic_base_url"],
            }
        return kept
