"""The second rival: a Celery task that does nothing, on the same broker, with the same transport and pool as ours.

    python -m bench.bare_celery SOCKET THREADS

serves it. Its only task pushes the moment at which its body begins to a list that the sender waits on.
"""

import sys
import time

from celery import Celery
from redis import Redis

from app.worker.broker import celery_app

TASK = "bench.begun"
QUEUE = "advance"
BEGUN = "bench:begun"


def build(socket: str) -> tuple[Celery, Redis]:
    """Return the Celery app with its task, by our own configuration, and a client of the server at that socket."""
    app = celery_app(f"redis+socket://{socket}?virtual_host=0")
    server: Redis = Redis(unix_socket_path=socket)

    @app.task(name=TASK, shared=False)
    def begun() -> None:
        at = time.monotonic()
        server.lpush(BEGUN, repr(at))

    return app, server


def send_one(app: Celery, server: Redis, seconds: int = 10) -> float:
    """Send the task and return the seconds until its body began. Raises TimeoutError."""
    sent = time.monotonic()
    app.send_task(TASK, queue=QUEUE)
    got = server.brpop([BEGUN], timeout=seconds)
    if got is None:
        raise TimeoutError(f"the bare Celery worker did not answer within {seconds} s")
    return float(got[1]) - sent


def serve(socket: str, threads: int) -> None:
    """Work until told to end."""
    app, _ = build(socket)
    app.set_default()
    app.finalize()
    app.Worker(
        pool="threads",
        concurrency=threads,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
        quiet=True,
    ).start()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
