"""`tagwork usage`: what model calls cost, by person, channel, tool or model."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

NOBODY = "(read along)"
"""Where a person stands, for what nobody asked for."""


class By(StrEnum):
    """How it is summed."""

    PERSON = "person"
    CHANNEL = "channel"
    TOOL = "tool"
    MODEL = "model"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("usage")(show)


def show(
    by: Annotated[
        By, typer.Option(help="Whose it is. A Turn that used several tools counts in equal parts.")
    ] = By.PERSON,
    since: Annotated[
        str, typer.Option(help="From when: a day as 2026-11-01 (UTC), or a span as 7d. Else this month.")
    ] = "",
    workspace: Annotated[str, typer.Option(help="Team id; needed only where there are several workspaces.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say what model calls cost. The sum is that of the Turns' own rows, to the cent."""
    from app.cli import opened, the_workspace

    _, journal = opened()
    workspace_id = the_workspace(journal, workspace)
    lines = journal.read(lambda tx: _lines(tx, workspace_id, by, _since(tx.now(), since)))
    lines.sort(key=lambda one: (-one["micro_usd"], one[by.value]))
    if as_json:
        for one in lines:
            print(json.dumps({**one, "usd": f"{one['micro_usd'] / 1e6:.6f}"}, ensure_ascii=False))
        return
    for one in lines:
        print(f"{_usd(one['micro_usd'])}  {one['runs']:>6} runs  {one['turns']:>6} turns  {one[by.value]}")
    print(f"{_usd(sum(one['micro_usd'] for one in lines))}  in all")


def _lines(tx: Any, workspace_id: str, by: By, since: int) -> list[dict[str, Any]]:
    from agents.budgets.using import by_tool
    from agents.journal import people, usage

    if by is By.TOOL:
        return [
            {"tool": tool, "micro_usd": used.micro_usd, "turns": len(used.turns), "runs": len(used.runs)}
            for tool, used in by_tool(usage.with_tools(tx, workspace_id, since)).items()
        ]
    found = [
        {by.value: row["of"], **{name: int(row[name]) for name in ("micro_usd", "turns", "runs")}}
        for row in usage.summed(tx, workspace_id, by.value, since)
    ]
    if by is By.PERSON:
        for one in found:
            one["name"] = people.name_of(tx, workspace_id, one["person"]) if one["person"] else NOBODY
    return found


def _since(at: int, wanted: str) -> int:
    """Return the journal time of a day, of a span before `at`, or of the month's begin."""
    from agents.errors import BadSetting

    now = datetime.fromtimestamp(at / 1_000_000, UTC)
    begin = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    try:
        if wanted.endswith("d"):
            begin = now - timedelta(days=int(wanted[:-1]))
        elif wanted.endswith("h"):
            begin = now - timedelta(hours=int(wanted[:-1]))
        elif wanted:
            begin = datetime.strptime(wanted, "%Y-%m-%d").replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadSetting(f"--since {wanted}: write a day as 2026-11-01, or a span as 7d or 24h.") from None
    return round(begin.timestamp() * 1_000_000)


def _usd(micro_usd: int) -> str:
    return f"US$ {micro_usd / 1e6:>10.2f}"
