"""The differences between a table's figures and a page's, in sentences and as a Markdown table."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.rehearsal.claude.offline_model.query_results import Rows

NO_VALUE = ("", "NULL", "None", "null")


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows of (group, what was reached, what was to be reached, difference), as the querying tool gave them."""

    group: str
    measure: str
    aim: str
    rows: Rows

    @property
    def whole(self) -> Sequence[tuple[str, ...]]:
        """The rows that have a figure on both sides."""
        return [row for row in self.rows.rows if len(row) == 4 and row[3] not in NO_VALUE]

    @property
    def labels(self) -> list[str]:
        """The groups of the whole rows."""
        return [row[0] for row in self.whole]

    @property
    def differences(self) -> list[str]:
        """The differences of the whole rows."""
        return [row[3] for row in self.whole]


def answer_gaps(gap: Gap) -> str:
    """Return what missed, what did not, and all figures as a table."""
    if not gap.whole:
        return f"No {gap.group} has both {gap.measure} and {gap.aim}."
    missed = [row for row in gap.whole if row[3].startswith("-")]
    reached = [row for row in gap.whole if row not in missed]
    alone = [row[0] for row in gap.rows.rows if row not in gap.whole]
    said = []
    if missed:
        said.append(_missed(missed, gap.aim))
    if reached:
        said.append(f"{_joined([row[0] for row in reached])} reached the {gap.aim}.")
    if alone:
        said.append(f"The page has no {gap.aim} for {_joined(alone)}.")
    head = f"| {gap.group} | {gap.measure} | {gap.aim} | gap |\n|---|---:|---:|---:|"
    rows = "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in gap.whole)
    return f"{' '.join(said)}\n\n{head}\n{rows}"


def _missed(rows: Sequence[Sequence[str]], aim: str) -> str:
    by = [(row[0], row[3].removeprefix("-")) for row in rows]
    if len(by) == 1:
        return f"**{by[0][0]}** missed the {aim} by {by[0][1]}."
    return _joined([f"**{name}** (by {gap})" for name, gap in by]) + f" missed the {aim}."


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
