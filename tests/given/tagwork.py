"""Tagwork as whole processes, started by its command line against a Rehearsal, and ended or killed by the test."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.clock import Clock
from agents.journal import processes
from agents.journal.database import Database
from agents.journal.transaction import Journal
from tests.given.processes import Forked, begun, completed
from tests.given.rehearsal import REPOSITORY, Json, NotSeen, Posted, RehearsalProcess
from tests.given.said import is_card, words_of
from tests.given.waiting import until

STARTS_WITHIN = 60.0
"""Seconds until a start counts as failed. It takes two on an idle machine."""

DATABASES = 12
"""Databases of a test process's Valkey that its stories take in turn; number 0 is left to others."""

_taken = itertools.count()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def own_broker_url() -> str:
    """Return a database of this test process's Valkey that no other story uses at the moment.

    Those above belong to single tests that count pokes.
    """
    number = 1 + next(_taken) % DATABASES
    return os.environ["TEST_BROKER_URL"].replace("virtual_host=0", f"virtual_host={number}")


def children_of(pid: int) -> list[int]:
    """Return the ids of a process's living children."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def is_alive(pid: int) -> bool:
    """Whether a process runs: it is there, and not only its corpse."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat[stat.rfind(")") + 2] not in "ZX"


@dataclass
class Part:
    """One process that was started: `serve`, or one part of it."""

    name: str
    process: "subprocess.Popen[bytes] | Forked"
    let_go: bool = False

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL: it cannot say good-bye."""
        self.let_go = True
        self.process.kill()
        self.process.wait()

    def end(self, *, seconds: float = 20.0) -> int:
        """SIGTERM, then wait. Returns its exit code; raises TimeoutExpired where it takes too long."""
        self.let_go = True
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=seconds)


class TagworkProcesses:
    """The processes of one Tagwork, which share a journal, a broker and a data folder.

    Settings are given by their names without TAGWORK_. Without a database URL the journal is SQLite in the data folder.
    `repository` is the folder whose code is run.
    """

    def __init__(
        self,
        rehearsal: RehearsalProcess,
        home: Path,
        *,
        database_url: str = "",
        broker_url: str | None = None,
        settings: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        repository: Path = REPOSITORY,
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.rehearsal = rehearsal
        self.home = home
        self.repository = repository
        self.port = free_port()
        self.database_url = database_url or f"sqlite:///{home / 'journal.db'}"
        if not database_url and not (home / "journal.db").exists():
            shutil.copy(os.environ["TEST_SQLITE_TEMPLATE"], home / "journal.db")
        broker_url = own_broker_url() if broker_url is None else broker_url
        ours = {
            "HOME": str(home),
            "LISTEN": f"127.0.0.1:{self.port}",
            "DATABASE_URL": self.database_url,
            "BROKER_URL": broker_url,
            "ENGINE__THREADS": "4",
            # as wide as Rehearsal's own limits are stretched
            "SLACK__CALL_BUDGET": "1000",
            "LOG_FORMAT": "text",
            **(settings or {}),
        }
        given = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        self.environ = {
            **given,
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1" if repository != REPOSITORY else "",
            **rehearsal.environment(),
            **{f"TAGWORK_{name}": value for name, value in ours.items() if value},
            **(environ or {}),
        }
        self.parts: list[Part] = []
        self._journal: Journal | None = None
        self._database: Database | None = None

    @property
    def url(self) -> str:
        """Where the app's HTTP server is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        """What every process writes to."""
        return self.home / "tagwork.log"

    def log(self) -> str:
        """Return what the processes said so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    @property
    def journal(self) -> Journal:
        """The journal, opened by the test itself."""
        if self._journal is None:
            offset = self.environ.get("TAGWORK_CLOCK__OFFSET_FILE")
            self._database = Database(self.database_url, Clock(Path(offset) if offset else None))
            self._journal = Journal(self._database)
        return self._journal

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `tagwork …` to its end, with these processes' settings."""
        return completed(words, self.environ, self.repository)

    def start(self, *words: str, name: str = "", environ: Mapping[str, str] | None = None) -> Part:
        """Start `tagwork serve` with these words, and do not wait for it."""
        words, given = ("serve", *words), {**self.environ, **(environ or {})}
        part = Part(name or " ".join(words[1:]) or "serve", begun(words, given, self.repository, self.log_file))
        self.parts.append(part)
        return part

    def start_app(self, *, number: int = 1) -> Part:
        """Start an app process; the first one listens at `url`, the others at a port that the system picks."""
        listen = {} if number == 1 else {"TAGWORK_LISTEN": "127.0.0.1:0"}
        return self.start("--only", "app", name=f"app {number}", environ=listen)

    def start_worker(self, *, number: int = 1) -> Part:
        """Start a worker process."""
        return self.start("--only", "worker", name=f"worker {number}")

    def start_all(self, *, apps: int = 1, workers: int = 1) -> None:
        """Start apps and workers at the same time, and wait until they are ready."""
        for number in range(1, apps + 1):
            self.start_app(number=number)
        for number in range(1, workers + 1):
            self.start_worker(number=number)
        self.wait_for_apps(apps)
        self.wait_for_workers(workers)

    def part(self, name: str) -> Part:
        """Return the newest part of that name."""
        return next(part for part in reversed(self.parts) if part.name == name)

    def wait_for_apps(self, number: int = 1) -> None:
        """Wait until so many sockets are open, or, without an app token, until the app says that it is ready."""
        if self.environ.get("SLACK_APP_TOKEN"):
            self._until(f"{number} sockets", lambda: self._connected(number))
        else:
            self._until("the app is ready", lambda: self.get("/readyz")[0] == 200)

    def wait_for_workers(self, number: int = 1) -> None:
        """Wait until so many workers have said in the journal that they live."""
        self._until(f"{number} workers", lambda: len(self.journal.read(processes.live_owners)) >= number)

    def get(self, path: str, *, port: int = 0) -> tuple[int, str]:
        """Return status and text of a GET from the app, or from whoever has `port`; (0, "") where nobody answers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{port or self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()
        except OSError:
            return 0, ""

    def stop(self) -> None:
        """End what still runs: politely, then not."""
        running = [part for part in self.parts if part.process.poll() is None]
        for part in running:
            part.process.send_signal(signal.SIGTERM)
        for part in running:
            try:
                part.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                part.kill()
        if self._database is not None:
            self._database.close()
            self._database, self._journal = None, None

    def _connected(self, number: int) -> bool:
        try:
            self.rehearsal.wait_for("connections", at_least=number, timeout_seconds=0.5)
        except NotSeen:
            return False
        return True

    def _until(self, what: str, holds: Callable[[], bool]) -> None:
        def looked() -> bool:
            gone = [part.name for part in self.parts if part.process.poll() is not None and not part.let_go]
            if gone:
                raise RuntimeError(f"{', '.join(gone)} ended while starting:\n{self.log()}")
            return holds()

        until(looked, what, STARTS_WITHIN)


@contextmanager
def tagwork(
    rehearsal: RehearsalProcess, home: Path, *, apps: int = 1, workers: int = 1, **more: object
) -> Iterator[TagworkProcesses]:
    """Run a Tagwork for the time of a `with` block; its log is printed where the block raises."""
    made = TagworkProcesses(rehearsal, home, **more)  # type: ignore[arg-type]
    try:
        made.start_all(apps=apps, workers=workers)
        yield made
    except BaseException:
        print(made.log())
        raise
    finally:
        made.stop()


def answers_in(rehearsal: RehearsalProcess, posted: Posted) -> list[str]:
    """Return the words of every message of ours that ever became visible in a thread, deleted ones too; no cards."""
    return [words_of(one) for one in posts_in(rehearsal, posted) if not is_card(one)]


def posts_in(rehearsal: RehearsalProcess, posted: Posted) -> Sequence[Json]:
    """Return the messages of ours that ever became visible in a thread."""
    root = posted.thread_ts or posted.ts
    entries = rehearsal.visible(posted.channel, root)
    return [one for one in entries if one["what"] == "posted" and one["user"] == rehearsal.bot_user]


def answered(rehearsal: RehearsalProcess, posted: Posted, *, containing: str = "", seconds: float = 30.0) -> str:
    """Wait until the sign is gone again and one message of ours stands in the thread; return its text.

    Raises NotSeen when time is up, and AssertionError where there is more than one message.
    """
    root = posted.thread_ts or posted.ts
    rehearsal.wait_for(
        "bot_messages", channel=posted.channel, thread_ts=root, containing=containing, timeout_seconds=seconds
    )
    rehearsal.wait_for("session", channel=posted.channel, thread_ts=root, status="active", timeout_seconds=seconds)
    said = answers_in(rehearsal, posted)
    assert len(said) == 1, said
    return said[0]
