"""The processes of a storm, forked from a parent that has imported everything and opened nothing."""

import multiprocessing
import os
import pkgutil
import sys
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import app.front
import app.worker.process
import tools
from agents.engine import sweeps
from app import logs
from app.parentage import die_with_parent
from app.settings import load, secrets_of
from app.slack import listeners
from tests.storm.crossing import Crossing

LATE = (
    "agents.models.claude", "app.worker.consumer",
    "celery.app.amqp", "celery.apps.worker", "celery.concurrency.thread", "celery.fixups.django", "celery.loaders.app",
    "celery.worker.autoscale", "celery.worker.components", "celery.worker.consumer", "celery.worker.loops",
    "celery.worker.strategy", "celery.worker.worker", "kombu.transport.redis", "psutil", "psycopg", "psycopg.types",
    "uvicorn.lifespan.off", "uvicorn.loops.asyncio", "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.websockets.wsproto_impl", "encodings.idna", "encodings.utf_16_be", "stringprep",
)  # fmt: skip
"""What a process imports only when it comes to need it: half of the time that it takes to serve."""

for name in LATE:
    import_module(name)
for package in (tools, sweeps, listeners):
    for one in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        import_module(one.name)

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
