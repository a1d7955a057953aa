"""Where the settings come from, and whether others can read what is secret. That they can be read at all is known."""

import stat
from collections.abc import Iterator
from pathlib import Path

from app.doctor.bench import Bench
from app.doctor.examining import Check, Finding


def _look(bench: Bench) -> Iterator[Finding]:
    file = bench.config or bench.settings.folder / "tagwork.toml"
    said = f"from {file} and the environment" if file.is_file() else "from the environment"
    yield CHECK.ok(f"Read {said}; data lie in {bench.settings.folder}.")
    for path in (file, bench.settings.folder):
        if path.exists() and _open_to_others(path):
            yield CHECK.warn(f"Others on this machine can read {path}.", f"Close it: chmod go-rwx {path}")


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))


CHECK = Check("settings", 0, _look)
