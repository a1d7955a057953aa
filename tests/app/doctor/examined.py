"""A doctor's Bench over settings that the test chooses, and what was found."""

from collections.abc import Mapping
from pathlib import Path

from app.doctor.bench import Bench
from app.doctor.examining import Finding, Verdict, examine, find_checks
from app.settings import load
from tests.given.rehearsal import RehearsalProcess


def examined(
    environ: Mapping[str, str], *names: str, deep: bool = False, channel: str = ""
) -> dict[str, list[Finding]]:
    """Return the findings of the named checks, or of all, by their checks' names."""
    bench = Bench(load(environ), None, deep, channel)
    wanted = [one for one in find_checks() if not names or one.name in names]
    found: dict[str, list[Finding]] = {one.name: [] for one in wanted}
    for finding in examine(bench, wanted):
        found[finding.check].append(finding)
    bench.close()
    return found


def only(findings: list[Finding], verdict: Verdict) -> Finding:
    """Return the one finding, which has this verdict."""
    assert [one.verdict for one in findings] == [verdict], findings
    return findings[0]


def settings_for(rehearsal: RehearsalProcess, home: Path, **changes: str) -> dict[str, str]:
    """Return an environment that points at this Rehearsal, with changes."""
    home.mkdir(mode=0o700, exist_ok=True)
    return {**rehearsal.environment(), "TAGWORK_HOME": str(home), **changes}
