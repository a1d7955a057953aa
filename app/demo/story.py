"""The story that `make demo` tells: set-up with a tick a step, the thread as it happens, the trail, and its proof."""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agents.errors import BadSetting
from app.demo.asking import NOTES, SHIPPED, question_for
from app.demo.rehearsing import Rehearsing

WORKERS = 2
"""Two processes with one thread each, so that two files are seen to be read side by side."""

PATIENCE = 120.0
"""Seconds until the demo says that no answer came."""

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


def tell(csv: Path | None) -> int:
    """Run the demo. Returns 0 when the answer came and the trail was verified."""
    question = question_for(csv)
    home = Path(tempfile.mkdtemp(prefix="tagwork-demo-"))
    rehearsing = Rehearsing(MANIFEST)
    served: subprocess.Popen[bytes] | None = None
    try:
        environ = rehearsing.environment(os.environ) | _own(home)
        _tick(f"Rehearsal plays Slack and Claude at {rehearsing.url}")
        _tick(f"data folder {home} (kept)")
        _tick(f"model: {_model(environ, rehearsing)}")
        served = _serve(environ, home)
        _ready(rehearsing, served, home)
        _tick(f"tagwork serve: one app over Socket Mode, {WORKERS} workers, a journal on SQLite, a private Valkey")
        answered = _conversation(rehearsing, csv or SHIPPED, question)
    finally:
        if served is not None:
            served.terminate()
            served.wait()
        rehearsing.stop()
    if not answered:
        print(f"\nNo answer came within {PATIENCE:.0f} s. The log is {home / 'tagwork.log'}.")
        return 1
    return _trail(environ, home)


def _own(home: Path) -> dict[str, str]:
    return {
        "TAGWORK_HOME": str(home),
        "TAGWORK_LISTEN": "127.0.0.1:0",
        "TAGWORK_ENGINE__WORKERS": str(WORKERS),
        "TAGWORK_ENGINE__THREADS": "1",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def _model(environ: Mapping[str, str], rehearsing: Rehearsing) -> str:
    if environ.get("ANTHROPIC_BASE_URL") == rehearsing.told["anthropic_base_url"]:
        return "offline, by rules (set ANTHROPIC_API_KEY to use Claude)"
    return "Claude, with your ANTHROPIC_API_KEY"


def _serve(environ: Mapping[str, str], home: Path) -> subprocess.Popen[bytes]:
    log = (home / "tagwork.log").open("wb")
    return subprocess.Popen([sys.executable, "-m", "app.cli", "serve"], env=dict(environ), stdout=log, stderr=log)


def _ready(rehearsing: Rehearsing, served: subprocess.Popen[bytes], home: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and served.poll() is None:
        connected = rehearsing.post("wait", **{"for": "connections", "at_least": 1, "timeout_seconds": 1})["met"]
        if connected and _workers(home) >= WORKERS:
            return
        time.sleep(0.1)
    sys.stderr.write((home / "tagwork.log").read_text(errors="replace")[-4000:])
    raise BadSetting(f"Tagwork did not start; its log is {home / 'tagwork.log'}.")


def _workers(home: Path) -> int:
    """Return how many workers have said in the journal that they live."""
    from agents.journal import processes
    from app.settings import load
    from app.wiring import open_journal

    journal = open_journal(load({"TAGWORK_HOME": str(home)}))
    slots = journal.read(processes.live_slots)
    journal.database.close()
    return slots


def _conversation(rehearsing: Rehearsing, table: Path, question: str) -> bool:
    # each download waits for the other: both are read at the same time, or the demo does not end
    rehearsing.post("holds", name="both files", method="files", until_arrived=2)
    files = [_file(table), _file(NOTES)]
    posted = rehearsing.post("post", user="ann", channel="sales", text=f"@tagwork {question}", files=files)
    channel, root = posted["channel"], posted["thread_ts"] or posted["ts"]
    print("\n#sales")
    shown = _Shown(print, rehearsing.told["bot_user"])
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        shown.look(rehearsing.get("visible", channel=channel, thread_ts=root)["entries"])
        if shown.answered:
            cleared = rehearsing.post(
                "wait",
                **{"for": "session", "channel": channel, "thread_ts": root, "status": "active", "timeout_seconds": 10},
            )
            return bool(cleared["met"])
        rehearsing.post(
            "wait",
            **{
                "for": "bot_messages",
                "channel": channel,
                "thread_ts": root,
                "at_least": shown.own + 1,
                "timeout_seconds": 0.5,
            },
        )
    return False


class _Shown:
    """Prints what becomes visible, once."""

    def __init__(self, say: Callable[[str], None], bot: str) -> None:
        self._say = say
        self._bot = bot
        self._seen = 0
        self.own = 0
        self.answered = False

    def look(self, log: list[dict[str, Any]]) -> None:
        for line in log[self._seen :]:
            self._line(line)
        self._seen = len(log)

    def _line(self, line: dict[str, Any]) -> None:
        message = line
        if line["what"] == "posted":
            names = ", ".join(str(file.get("name")) for file in message.get("files") or ())
            own = bool(message.get("bot_id"))
            text = str(message["text"]).replace(f"<@{self._bot}>", "@Tagwork")
            text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            self._say(_bubble("Tagwork" if own else "Ann", text, names))
            self.own += own
            self.answered = self.answered or own
        elif line["what"] == "reaction_added":
            self._say(f"          (Tagwork reacts with :{line['reaction']}: — seen)")


def _bubble(author: str, text: str, files: str) -> str:
    lines = [
        wrapped for line in text.split("\n") for wrapped in (textwrap.wrap(line, 88, break_long_words=False) or [""])
    ]
    if files:
        lines.append(f"[{files}]")
    return "\n".join(f"{author if at == 0 else '':>8}  {line}" for at, line in enumerate(lines))


def _file(path: Path) -> dict[str, str]:
    return {
        "name": path.name,
        "base64": base64.b64encode(path.read_bytes()).decode(),
        "mimetype": MEDIA_TYPES.get(path.suffix.lower(), "text/plain"),
    }


def _trail(environ: Mapping[str, str], home: Path) -> int:
    print("\nThe audit trail")
    asked = {**environ, "TAGWORK_BROKER_URL": ""}
    command = [sys.executable, "-m", "app.cli", "audit"]
    sys.stdout.flush()
    subprocess.run([*command, "show", "--last", "0"], env=asked, check=True)
    tagwork = shutil.which("tagwork", path=str(Path(sys.executable).parent)) or "tagwork"
    print(f"\nLook further, with TAGWORK_HOME={home}:")
    for rest in ("audit export", "audit verify", "runs list"):
        print(f"  TAGWORK_HOME={home} {os.path.relpath(tagwork)} {rest}")
    print()
    sys.stdout.flush()
    return subprocess.run([*command, "verify"], env=asked, check=False).returncode


def _tick(text: str) -> None:
    print(f"✓ {text}", flush=True)
