"""The printed part of docs/contributors/rehearsal.md: controls, Web API methods and faults, as the code has them.

`python -m app.rehearsal.reference_page FILE` prints it again between the page's two markers.
"""

import sys
from inspect import cleandoc
from pathlib import Path
from time import time

from app.rehearsal.claude.routes import claude_routes
from app.rehearsal.control.routes import CONTROLS
from app.rehearsal.faults import FAULTS
from app.rehearsal.web_api.methods import EVERYWHERE, all_methods

START, END = "<!-- printed from the code: start -->", "<!-- printed from the code: end -->"


def printed_part() -> str:
    """Everything between the two markers."""
    parts = [
        "## Controls of the Slack side",
        _table(("request", "what it does"), _controls()),
        "## Controls of the Claude side",
        _table(("request", "what it does"), _claude_controls()),
        "## Faults of the Slack side",
        _table(("kind", "what happens"), [(f"`{kind}`", told) for kind, told in FAULTS.items()]),
        "## Web API methods",
        _table(("method", "token", "scopes (any of)", "tier", "arguments"), _methods()),
    ]
    return "\n\n".join(parts)


def with_printed_part(page: str) -> str:
    """The page with its printed part made new. Raises ValueError when a marker is missing."""
    before, _, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"The page needs the markers {START} and {END}.")
    return f"{before}{START}\n\n{printed_part()}\n\n{END}{after}"


def _controls() -> list[tuple[str, ...]]:
    return [
        (f"`{http_method} /_rehearsal{path}`", " ".join(cleandoc(control.__doc__ or "").split()))
        for http_method, path, control in CONTROLS
    ]


def _claude_controls() -> list[tuple[str, ...]]:
    return [
        (f"`{sorted(one.methods or ())[0]} {one.path}`", " ".join(cleandoc(one.endpoint.__doc__ or "").split()))
        for one in claude_routes(time)
        if one.path.startswith("/_rehearsal/")
    ]


def _methods() -> list[tuple[str, ...]]:
    return [
        (
            f"`{name}`",
            "app" if one.of_app else "bot",
            ", ".join(one.scopes) or "none",
            "special" if one.tier is None else str(one.tier),
            ", ".join(sorted(one.arguments - EVERYWHERE)) or "none",
        )
        for name, one in sorted(all_methods().items())
    ]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_printed_part(file.read_text(encoding="utf-8")), encoding="utf-8")
