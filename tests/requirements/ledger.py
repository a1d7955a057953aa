"""The ledger: requirements of authz.toml and the tests that are marked with them; docs/reference/security.md."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.marks import TESTS, marks_of, texts_of

LIST = Path(__file__).with_name("authz.toml")
PAGE = TESTS.parent / "docs" / "reference" / "security.md"
MARKER = "requirement"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement. `open`: what of it no test shows, and why; empty: nothing."""

    id: str
    says: str
    open: str = ""


def requirements() -> list[Requirement]:
    """Return every requirement in its order."""
    found = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return [Requirement(name, one["says"], one.get("open", "")) for name, one in found.items()]


def shown(folder: Path = TESTS) -> Mapping[str, list[str]]:
    """Return the tests that show each requirement, by its id. An id that is not listed is there too."""
    found: dict[str, list[str]] = {}
    for where, call in marks_of(MARKER, folder):
        for named in texts_of(call):
            found.setdefault(str(named), []).append(where)
    return found


def page() -> str:
    """Return docs/reference/security.md."""
    tests = shown()
    lines = [
        "<!-- Printed from the marks of the tests by `make docs`. Change the tests, not this page. -->",
        "",
        "# Who may do what: what must be so, and what shows it",
        "",
        "| requirement | what must be so | shown by | what no test shows |",
        "| --- | --- | --- | --- |",
    ]
    for one in requirements():
        files = dict.fromkeys(where.partition("::")[0] for where in tests.get(one.id, ()))
        lines.append(f"| {one.id} | {one.says} | {', '.join(f'`{file}`' for file in files)} | {one.open} |")
    return "\n".join([*lines, ""])
