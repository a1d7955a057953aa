"""The broker: is it there, does it throw away what waits, and does it keep anything? It need not: it holds hints."""

from collections.abc import Iterator

from app.doctor.bench import Bench
from app.doctor.examining import Check, Finding
from app.valkey import packaged_server
from app.worker.broker_state import broker_state


def _look(bench: Bench) -> Iterator[Finding]:
    url = bench.settings.broker_url
    if not url:
        yield CHECK.ok(f"None is set: `tagwork serve` starts a Valkey of its own ({packaged_server().name}).")
        return
    try:
        found = broker_state(url)
    except Exception as fault:
        yield CHECK.fail(
            f"The broker does not answer ({type(fault).__name__}).",
            "See whether it runs, and whether TAGWORK_BROKER_URL names it rightly: redis://HOST:6379/0",
        )
        return
    yield CHECK.ok(f"{found.product} {found.version} answers; pokes that wait: {found.waiting}.")
    if found.policy and found.policy != "noeviction":
        yield CHECK.warn(
            f"With maxmemory-policy {found.policy} the broker may throw pokes away, which costs time.",
            "Set it: CONFIG SET maxmemory-policy noeviction, and the same in its configuration.",
        )


CHECK = Check("broker", 70, _look)
