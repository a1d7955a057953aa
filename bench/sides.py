"""The two sides as whole processes, each with a Rehearsal of its own: `tagwork serve`, and the rival."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import tree_of
from bench.rehearsed import Certificate, Rehearsed
from tests.given.rehearsal import REPOSITORY, Json
from tests.given.waiting import until

STARTS_WITHIN = 60.0
"""Seconds until a start counts as failed."""

NO_TOOLS, ONE_QUICK, ONE_ELSEWHERE = "[no tools]", "[one quick]", "[one elsewhere]"
MANY_QUICK, MANY_ELSEWHERE = "[many quick]", "[many elsewhere]"
"""Words of a request that say what the model is to do with it."""

MANY = 9
"""Serial calls of a request with many: ten Turns."""

TOOLS = {"look_up": "bench.tools:LOOK_UP", "look_up_elsewhere": "bench.tools:LOOK_UP_ELSEWHERE"}


@dataclass
class Side:
    """One side: its process, the Rehearsal that it talks to, and how many mentions it has heard."""

    name: str
    rehearsal: Rehearsed
    process: "subprocess.Popen[bytes]"
    environ: Mapping[str, str] = field(default_factory=dict)
    home: Path = Path()
    mentions: int = 1

    @property
    def pids(self) -> list[int]:
        """Every process of this side; a database server that others share is none of them."""
        return tree_of(self.process.pid)

    def end(self) -> None:
        """End it politely."""
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def script(rehearsal: Rehearsed) -> None:
    """Tell the model of a Rehearsal what to do with each kind of request."""
    answer = "Nothing new: everything is as it was."
    for words, tool, count in (
        (NO_TOOLS, "", 0),
        (ONE_QUICK, "look_up", 1),
        (ONE_ELSEWHERE, "look_up_elsewhere", 1),
        (MANY_QUICK, "look_up", MANY),
        (MANY_ELSEWHERE, "look_up_elsewhere", MANY),
    ):
        uses: list[object] = [
            [{"type": "tool_use", "name": tool, "input": {"what": f"number {number}"}}] for number in range(count)
        ]
        rehearsal.replies_to(words, [*uses, answer])


def _bring_tools(folder: Path) -> str:
    """Write what pip would write for a distribution that brings the bench's tools; return the folder for PYTHONPATH."""
    about = folder / "bench_tools-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bench-tools\nVersion: 1\n")
    lines = [f"{name} = {where}" for name, where in TOOLS.items()]
    (about / "entry_points.txt").write_text("\n".join(["[tagwork.tools]", *lines, ""]))
    return str(folder)


@contextmanager
def tagwork_side(
    folder: Path,
    *,
    database_url: str = "",
    certificate: Certificate | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Side]:
    """`tagwork serve` on its defaults, with the bench's tools; ready when a first mention was answered.

    `settings` by their environment names without TAGWORK_. Without a database URL the journal is SQLite in `folder`.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    with Rehearsed.begin(certificate) as rehearsal:
        script(rehearsal)
        ours = {"HOME": str(home), "LISTEN": "127.0.0.1:0", "ENGINE__LISTEN": "127.0.0.1:0", "LOG_FORMAT": "text"}
        # calls are counted as ever, and never have to wait: Slack's limits are not what is measured
        ours["SLACK__CALL_BUDGET"] = "10000"
        ours |= {"DATABASE_URL": database_url} if database_url else {}
        environ = {
            **_inherited(),
            **rehearsal.environment(),
            **{f"TAGWORK_{name}": value for name, value in (ours | dict(settings or {})).items()},
            "PYTHONPATH": _bring_tools(folder / "tools"),
        }
        command = [sys.executable, "-m", "app.cli", "serve"]
        with _running("tagwork", command, rehearsal, environ, folder / "tagwork.log") as side:
            side.home = home
            yield side


@contextmanager
def plain_side(folder: Path, beside: Side, *, certificate: Certificate | None = None) -> Iterator[Side]:
    """The plain Bolt app, which sends Claude what `beside` sends."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "request.json"
    file.write_text(json.dumps(_request_of(beside)), encoding="utf-8")
    with Rehearsed.begin(certificate) as rehearsal:
        script(rehearsal)
        environ = {**_inherited(), **rehearsal.environment()}
        command = [sys.executable, "-m", "bench.plain_bolt", str(file)]
        with _running("plain Bolt", command, rehearsal, environ, folder / "plain.log") as side:
            yield side


def _request_of(side: Side) -> Json:
    """What a Turn of Tagwork sends beside its messages, and beside what only it can know."""
    requests = side.rehearsal.control("GET", "/claude/requests")["requests"]
    body = next(one["body"] for one in requests if one["path"] == "/v1/messages")
    own = {"messages", "stream", "diagnostics", "metadata"}
    return {name: value for name, value in body.items() if name not in own}


@contextmanager
def _running(
    name: str, command: list[str], rehearsal: Rehearsed, environ: Mapping[str, str], log_file: Path
) -> Iterator[Side]:
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=dict(environ), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    side = Side(name, rehearsal, process, environ)

    def connected() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended while starting:\n{log_file.read_text(errors='replace')}")
        return bool(rehearsal.control("GET", "/connections")["open"])

    try:
        until(connected, f"{name} is connected", STARTS_WITHIN)
        posted = rehearsal.post("ann", "general", f"@tagwork {NO_TOOLS}")
        rehearsal.wait_for("bot_messages", channel=posted.channel, thread_ts=posted.ts, timeout_seconds=STARTS_WITHIN)
        yield side
    except BaseException:
        print(log_file.read_text(errors="replace")[-5_000:], file=sys.stderr)
        raise
    finally:
        side.end()


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "HOME") if name in os.environ}
