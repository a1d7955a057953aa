"""What can be done to the world is done in few places, and each of them tells the seam (agents/boundaries.py)."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ROOMS = ("agents", "app", "tools")
STRANGERS = ("app/rehearsal/", "app/demo/", "app/rehearse/", "app/doctor/")
"""The stand-in servers, and what only people at a terminal start: no Run comes by here."""

WAYS = {
    # a transaction of the journal, and who begins one: migrations end before any Run begins
    r"engine\.(connect|begin)\(": {
        "agents/journal/database.py",
        "agents/journal/migrate.py",
        "agents/journal/transaction.py",
    },
    # an exchange with Slack, all of them through Connections.exchange, which tells the seam
    r"^(import|from) http\.client|http\.client\.HTTPS?Connection\(": {"app/slack/connections.py"},
    r"urlopen|build_opener|api_call\(": {"app/slack/egress.py"},
    r"\.exchange\(": {"app/slack/egress.py", "app/slack/aside.py"},
    # a model call: the provider's library, and whoever asks the provider
    r"^import (anthropic|httpx2)": {"agents/models/claude.py"},
    r"provider\.ask\(": {"agents/engine/advance.py"},
    # a tool's effect
    r"\btool\.call\(|\.proof\.find\(": {"agents/engine/running.py"},
    # a poke
    r"send_task\(|apply_async\(|\.delay\(|\.publish\(": {"app/worker/broker.py"},
}
"""Each way out, and the files that may take it."""


@pytest.mark.parametrize("way", WAYS)
def test_nobody_else_takes_a_way_out_that_the_seam_does_not_see(way: str) -> None:
    # given every file of the product that a Run may come by
    files = [path for room in ROOMS for path in (REPOSITORY / room).rglob("*.py")]
    named = {str(path.relative_to(REPOSITORY)): path for path in files}
    ours = {name: path for name, path in named.items() if not name.startswith(STRANGERS)}

    # when they are searched for the way out
    takes = {name for name, path in ours.items() if re.search(way, path.read_text(encoding="utf-8"), re.MULTILINE)}

    # then it is taken where it is known to be told
    assert takes == WAYS[way]
