"""`tagwork approvals …`: how people approve, person by person, for whoever decides what is asked, and of whom."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from agents.approvals.fatigue import Approver
    from agents.journal.transaction import Transaction

MOST = 1_000
"""People of one report, those who voted most often: more than a workspace has approvers, and no more than one reads."""


def register(app: typer.Typer) -> None:
    """Add the noun and its verb."""
    approvals = typer.Typer(help="Approvals: what people say yes and no to.", no_args_is_help=True)
    app.add_typer(approvals, name="approvals")
    approvals.command("report")(report)


def report(
    days: Annotated[int, typer.Option(min=1, max=3_650, help="How many days back.")] = 30,
    workspace: Annotated[str, typer.Option(help="Team id; needed only where there are several workspaces.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say how often each person approves, how much of it is yes and how fast, and mark who may not read any more.

    That it was read stands on the trail.
    """
    from agents.audit.events import Event
    from agents.clock import us
    from agents.journal import approvers
    from app.cli import note_reading, opened, the_workspace

    _, journal = opened()
    workspace_id = the_workspace(journal, workspace)

    def read(tx: "Transaction") -> "list[Approver]":
        return list(approvers.since(tx, workspace_id, tx.now() - us(days * 86_400), MOST))

    found = journal.read(read)
    note_reading(journal, workspace_id, Event.APPROVAL_REPORTED, days=days, people=len(found))
    if as_json:
        for one in found:
            print(json.dumps(_as_json(one), ensure_ascii=False))
        return
    if not found:
        print(f"nobody said yes or no within {days} days")
        return
    print(f"{'asked':>6}  {'yes':>6}  {'no':>6}  {'% yes':>6}  {'median':>10}  who")
    for one in found:
        print(
            f"{one.asked:>6}  {one.yes:>6}  {one.no:>6}  {one.yes_percent:>6.1f}  {_seconds(one):>8.1f} s  {_who(one)}"
        )
    for one in found:
        for words in _marks(one):
            print(f"! {_who(one)}: {words}")


def _marks(one: "Approver") -> list[str]:
    from agents.approvals.fatigue import FROM_VOTES, MOST_YES, READING, Mark

    said = {
        Mark.YES_TO_ALL: f"{one.yes_percent:.1f} % of {one.votes} say yes, above {MOST_YES} % of at least {FROM_VOTES}",
        Mark.IN_HASTE: f"half within {_seconds(one):.1f} s of the card, below {READING / 1e6:g} s",
    }
    return [said[mark] for mark in one.marks]


def _as_json(one: "Approver") -> dict[str, Any]:
    return {
        "person": one.person,
        "name": one.name,
        "asked": one.asked,
        "yes": one.yes,
        "no": one.no,
        "yes_percent": round(one.yes_percent, 1),
        "median_seconds": round(_seconds(one), 3),
        "marks": [mark.value for mark in one.marks],
    }


def _who(one: "Approver") -> str:
    from agents.approvals.showing import visible

    # people choose their names, and could write a line of this report into them
    return f"{visible(' '.join(one.name.split()))} ({one.person})"


def _seconds(one: "Approver") -> float:
    return one.median_us / 1e6
