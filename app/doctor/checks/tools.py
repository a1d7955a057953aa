"""The tools: which there are, and which are not offered because a package is missing."""

from collections.abc import Iterator

from agents.toolcalls.catalogue import find_tools
from app.doctor.bench import Bench
from app.doctor.examining import Check, Finding


def _look(bench: Bench) -> Iterator[Finding]:
    found = find_tools()
    yield CHECK.ok(f"{len(found.tools)} tools: {', '.join(sorted(found.tools))}.")
    for name, why in sorted(found.missing.items()):
        yield CHECK.warn(f"{name} is not offered: it {why.partition(':')[0]}.", "Install Tagwork with all its extras.")


CHECK = Check("tools", 120, _look)
