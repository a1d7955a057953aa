"""The story that `make demo` tells: set-up with a tick a step, its threads as they happen, the trail, its proof."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from app.demo import trail
from app.demo.asking import question_for
from app.demo.scenes import approving, comparing, denied, governing, own_file, stopping
from app.demo.telling import Telling
from app.rehearse.names import Names
from app.rehearse.running import Running

WORKERS = 2
"""Two processes with one thread each, so that calls are seen to run side by side."""

Scene = Callable[[Telling], bool]


def tell(csv: Path | None) -> int:
    """Run the demo. Returns 0 when every scene came to its end and the trail was verified."""
    first = _first(csv)
    home = Path(tempfile.mkdtemp(prefix="tagwork-demo-"))
    with Running(home, os.environ, WORKERS) as running:
        for done in _set_up(running, home):
            print(f"✓ {done}", flush=True)
        telling = Telling(running, _say)
        scenes = (first, stopping.tell, denied.tell, approving.tell, governing.tell)
        untold = [scene for scene in scenes if not scene(telling)]
        names = Names.of(running.rehearsing.get("world"))
        environ = running.environ
    if untold:
        print(f"\n{len(untold)} of {len(scenes)} scenes did not come to their end; the log is {home / 'tagwork.log'}.")
    verified = _prove(environ, home, names)
    return 1 if untold else verified


def _first(csv: Path | None) -> Scene:
    """The first scene: the shipped comparison, or one's own file. Raises BadSetting where that is no table."""
    if csv is None:
        return comparing.tell
    question = question_for(csv)
    return lambda telling: own_file.tell(telling, csv, question)


def _set_up(running: Running, home: Path) -> Iterator[str]:
    told = running.rehearsing.told
    yield f"Rehearsal plays Slack at {told['slack_api_url']}"
    yield f"model: {running.model}, at {running.environ.get('ANTHROPIC_BASE_URL', 'api.anthropic.com')}"
    yield f"data folder {home} (kept)"
    running.wait_until_ready()
    yield f"tagwork serve: one app over Socket Mode, {WORKERS} workers, a journal on SQLite, a private Valkey"


def _prove(environ: Mapping[str, str], home: Path, names: Names) -> int:
    asked = {**environ, "TAGWORK_BROKER_URL": ""}
    print("\nThe audit trail")
    for line in trail.in_short(trail.events(asked), names.people):
        print(line)
    tagwork = shutil.which("tagwork", path=str(Path(sys.executable).parent)) or "tagwork"
    print("\nThree commands to try next:")
    for rest in ("audit show --last 20", "audit export", "runs list"):
        print(f"  TAGWORK_HOME={home} {os.path.relpath(tagwork)} {rest}")
    print(flush=True)
    return subprocess.run([*trail.COMMAND, "verify"], env=asked, check=False).returncode


def _say(words: str) -> None:
    print(words, flush=True)
