"""Which modules are mutated, by which tests they are judged, and where no mutant may be argued away."""

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]

DECIDING = frozenset(
    [f"agents/approvals/{name}.py" for name in ("binding", "counting", "life", "pacing", "settling", "terms", "voting")]
    + [
        f"agents/policy/{name}.py"
        for name in ("addresses", "compiling", "conditions", "covering", "gates", "judgement", "judging")
    ]
    + [f"agents/policy/{name}.py" for name in ("matching", "normalising", "resolving", "sifting", "weighing")]
)
"""They decide about a call, or bind a yes to one: every mutant has to be killed."""

ARGUED_AT_MOST = 0.02
"""Of all mutants."""

ENGINES = frozenset(
    f"agents/approvals/{name}.py"
    for name in (
        "asking",
        "cards",
        "counting",
        "directing",
        "pacing",
        "reminding",
        "settling",
        "superseding",
        "waiting",
    )
)
"""They move rows, so that only tests with a journal (SQLite) and an engine reach them."""

PURE_TESTS = ("tests/agents/policy", "tests/agents/approvals")
ENGINE_TESTS = (
    "tests/agents/approvals",
    "tests/agents/test_expiring.py",
    "tests/agents/test_pressing.py",
    "tests/laws/test_approvals.py",
    "tests/laws/test_cards_in_direct_messages.py",
    "tests/laws/test_people_while_asked.py",
)


@dataclass(frozen=True)
class Subject:
    """One module. `file`: its path in the repository."""

    file: str

    @property
    def tests(self) -> tuple[str, ...]:
        """Where its tests are."""
        return ENGINE_TESTS if self.file in ENGINES else PURE_TESTS

    @property
    def decides(self) -> bool:
        """Whether no mutant of it may be argued away."""
        return self.file in DECIDING


def subjects(only: str) -> list[Subject]:
    """Return the modules whose name contains a word, those that decide first."""
    files = [
        str(path.relative_to(REPOSITORY))
        for package in ("policy", "approvals")
        for path in sorted((REPOSITORY / "agents" / package).glob("*.py"))
        if only in path.stem and path.stem != "__init__"
    ]
    return [Subject(file) for file in sorted(files, key=lambda one: (one not in DECIDING, one in ENGINES))]
