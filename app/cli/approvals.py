"""`tagwork approvals …`: how people approve, person by person, for whoever decides what is asked, and of whom."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from agents.approvals.fatigue import Approver
    from agents.governing.asking_less import Easing
    from agents.journal.transaction import Transaction

MOST = 1_000
"""People of one report, those who voted most often: more than a workspace has approvers, and no more than one reads."""


def register(app: typer.Typer) -> None:
    """Add the noun and its verb."""
    approvals = typer.Typer(help="Approvals: what people say yes and no to.", no_args_is_help=True)
    app.add_typer(approvals, name="approvals")
    approvals.command("report")(report)
    approvals.command("suggest")(suggest)


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


def suggest(
    days: Annotated[int, typer.Option(min=1, max=3_650, help="How many days back.")] = 30,
    workspace: Annotated[str, typer.Option(help="Team id; needed only where there are several workspaces.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say what people always say yes to, and by which command of an admin it would run unasked.

    Nothing is changed. That it was read stands on the trail.
    """
    from agents.audit.events import Event
    from agents.governing.asking_less import ENOUGH, easings
    from agents.governing.naming import named
    from app.cli import note_reading, opened, the_workspace
    from app.wiring import said_of

    settings, journal = opened()
    workspace_id = the_workspace(journal, workspace)

    def read(tx: "Transaction") -> "list[tuple[Easing, str]]":
        found = easings(tx, said_of(settings), workspace_id, days=days)
        return [(one, named(tx, workspace_id, str(one))) for one in found]

    found = journal.read(read)
    note_reading(journal, workspace_id, Event.APPROVAL_SUGGESTED, days=days, easings=len(found))
    if not found and not as_json:
        within = "1 day" if days == 1 else f"{days} days"
        print(f"nothing was asked {ENOUGH} times and always answered with yes within {within}")
    for one, says in found:
        print(json.dumps(_easing_as_json(one)) if as_json else _inert(says))


def _easing_as_json(one: "Easing") -> dict[str, Any]:
    return {
        "tool": one.always.tool,
        "channel": one.always.channel,
        "asked": one.always.times,
        "people": one.always.people,
        "command": f"/tagwork {one.command}",
        "unasked": one.unasked,
        "looked_at": one.looked_at,
    }


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
    return f"{_inert(one.name)} ({one.person})"


def _inert(text: str) -> str:
    from agents.approvals.showing import visible

    # people choose names, and could write a line of a report into them
    return visible(" ".join(text.split()))


def _seconds(one: "Approver") -> float:
    return one.median_us / 1e6
