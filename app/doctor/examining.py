"""What a check is, what it finds, and all of them run in order. A check that raises is a finding, not the end."""

import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

from agents.errors import BadSetting

if TYPE_CHECKING:
    from app.doctor.bench import Bench


class Verdict(StrEnum):
    """How one thing stands."""

    OK = "ok"  #: it works
    WARN = "warn"  #: it works, and somebody should look; or it cannot be told from here
    FAIL = "fail"  #: it does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: a sentence, and what to do next where something is to be done."""

    check: str
    verdict: Verdict
    says: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at. `order`: what others build on comes first. `look` yields findings; it may raise."""

    name: str
    order: int
    look: Callable[["Bench"], Iterable[Finding]]

    def ok(self, says: str) -> Finding:
        """Return a finding that all is well."""
        return Finding(self.name, Verdict.OK, says)

    def warn(self, says: str, fix: str) -> Finding:
        """Return a finding that somebody should look at."""
        return Finding(self.name, Verdict.WARN, says, fix)

    def fail(self, says: str, fix: str) -> Finding:
        """Return a finding that something does not work."""
        return Finding(self.name, Verdict.FAIL, says, fix)


def find_checks() -> list[Check]:
    """Walk checks/. Raises BadSetting for a file without CHECK, or two of one name."""
    from app.doctor import checks

    found: dict[str, Check] = {}
    for module in sorted(pkgutil.iter_modules(checks.__path__), key=lambda one: one.name):
        check = getattr(import_module(f"{checks.__name__}.{module.name}"), "CHECK", None)
        if not isinstance(check, Check):
            raise BadSetting(f"app/doctor/checks/{module.name}.py names no CHECK. Every file there is one check.")
        if check.name in found:
            raise BadSetting(f"app/doctor/checks/{module.name}.py brings a second check named {check.name}.")
        found[check.name] = check
    return sorted(found.values(), key=lambda one: one.order)


def examine(bench: "Bench", checks: Sequence[Check]) -> Iterator[Finding]:
    """Yield what every check finds, as it finds it."""
    for check in checks:
        try:
            yield from check.look(bench)
        except BadSetting as wrong:
            # its message ends in what to do
            said, _, fix = str(wrong).partition(". ")
            yield check.fail(said.rstrip(".") + ".", fix)
        except Exception as fault:
            yield check.fail(
                f"It could not be looked at: {type(fault).__name__}.",
                "Run it again; if it stays, its cause stands in the log of `tagwork serve`.",
            )


def worst(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict of all."""
    order = list(Verdict)
    return max((one.verdict for one in findings), key=order.index, default=Verdict.OK)


def as_line(finding: Finding) -> str:
    """Return a finding as a person reads it: one line, and one more where something is to be done."""
    line = f"{finding.verdict.value:<5}{finding.check:<14}{finding.says}"
    return f"{line}\n{'':<19}-> {finding.fix}" if finding.fix else line


def as_json(finding: Finding) -> str:
    """Return a finding as a line of JSON."""
    return json.dumps(asdict(finding), ensure_ascii=False)
