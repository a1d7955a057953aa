"""The app of this machine: is it ready, by its own word?"""

import json
import re
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
    told = _told(url)
    if told is None:
        yield CHECK.warn(
            f"No app answers at {url}.", "Start it: `tagwork serve`. If it runs on another machine, ask there."
        )
        return
    wrong = [one for one in told.get("checks", []) if one.get("wrong")]
    if told.get("ready"):
        yield CHECK.ok(f"The app at {url} is ready.")
    for one in wrong:
        if one.get("warns"):
            yield CHECK.warn(f"The app says: {one.get('wrong')}.", "The other checks here say what to do.")
            continue
        yield CHECK.fail(
            f"The app is not ready since {one.get('since')}: {one.get('name')}: {one.get('wrong')}.",
            "The other checks here say what to do; its log says more.",
        )
    yield from _others(_ask(f"http://{here}:{port}/metrics"))


def _others(metrics: str) -> Iterator[Finding]:
    """Who else hears this app's events: Slack shares them out among all connections of one app token."""
    found = re.search(r"^tagwork_slack_socket_connections (\d+)", metrics, re.MULTILINE)
    connections = int(found[1]) if found else 0
    if connections > 1:
        yield CHECK.warn(
            f"{connections} connections share this app's events, and each event goes to one of them.",
            "That is right only where all of them are apps of this Tagwork, on this journal. Else end the others, or "
            "give them an app of their own: what they take never arrives here.",
        )


def _told(url: str) -> dict[str, Any] | None:
    try:
        told: Any = json.loads(_ask(url))
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _ask(url: str) -> str:
    """Return what is answered, whatever its status; an empty text where nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.read().decode()
    except (OSError, ValueError):
        return ""


CHECK = Check("app", 90, _look)
