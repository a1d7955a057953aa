"""The processes of a storm, forked from a parent that has imported everything and opened nothing."""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import agents.models.claude
import app.front
import app.worker.process
from app import logs
from app.parentage import die_with_parent
from app.settings import load, secrets_of
from tests.storm.crossing import Crossing

PRELOADED = [__name__]
"""What the parent imports: this module, and with it both kinds of process and the model's client."""

APP, WORKER = "app", "worker"


def nursery() -> ForkServerContext:
    """Return what forks the processes. Its parent has no client, no engine and no thread."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def start(
    context: ForkServerContext, role: str, environ: Mapping[str, str], folder: Path, path: str
) -> ForkServerProcess:
    """Fork a process of that role; `folder` is its lane's, `path` where further tools are installed."""
    begun = context.Process(target=be, args=(role, dict(environ), folder, path), name=role, daemon=True)
    begun.start()
    return begun


def be(role: str, environ: dict[str, str], folder: Path, path: str) -> None:
    """Be one process until the end."""
    die_with_parent()
    with (folder / "log").open("ab", buffering=0) as log:
        for number in (1, 2):
            os.dup2(log.fileno(), number)
    os.environ.clear()
    os.environ.update(environ)
    sys.path.insert(0, path)
    settings = load(environ)
    logs.configure(settings.log_format, secrets_of(settings))
    cross = Crossing(folder, role)
    if role == APP:
        code = app.front.Front(settings, settings.broker_url, sweeps=True, listens=True, cross=cross).run()
    else:
        code = app.worker.process.work(settings, settings.broker_url, cross)
    sys.exit(code)


__all__ = ["APP", "WORKER", "agents", "be", "nursery", "start"]
