"""The app of this machine: is it ready, by its own word?"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from app.doctor.bench import Bench
from app.doctor.examining import Check, Finding

SECONDS = 5.0


def _look(bench: Bench) -> Iterator[Finding]:
    host, port = bench.settings.address
    # an address to listen on everywhere is reached at this machine's own
    here = "127.0.0.1" if host in {"0.0.0.0", "::", "[::]"} else host  # noqa: S104
    url = f"http://{here}:{port}/readyz"
    told = _ask(url)
    if told is None:
        yield CHECK.warn(
            f"No app answers at {url}.", "Start it: `tagwork serve`. If it runs on another machine, ask there."
        )
        return
    wrong = [one for one in told.get("checks", []) if one.get("wrong")]
    if not wrong:
        yield CHECK.ok(f"The app at {url} is ready.")
    for one in wrong:
        yield CHECK.fail(
            f"The app is not ready since {one.get('since')}: {one.get('name')}: {one.get('wrong')}.",
            "The other checks here say what to do; its log says more.",
        )


def _ask(url: str) -> dict[str, Any] | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            told: Any = json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            try:
                told = json.load(refused)
            except ValueError:
                return None
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


CHECK = Check("app", 90, _look)
