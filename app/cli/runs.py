"""`tagwork runs …`: what is delegated, how one Run stands, ending it, and beginning it anew."""

import json
from typing import Annotated, Any

import typer

NUMBER = Annotated[int, typer.Argument(help="The number that people see, without #.")]
WORKSPACE = Annotated[str, typer.Option(help="Team id; needed only where there are several workspaces.")]


def register(app: typer.Typer) -> None:
    """Add the noun and its verbs."""
    runs = typer.Typer(help="Runs: delegated requests.", no_args_is_help=True)
    app.add_typer(runs, name="runs")
    runs.command("list")(list_runs)
    runs.command("show")(show)
    runs.command("stop")(stop)
    runs.command("retry")(retry)


def list_runs(
    last: Annotated[int, typer.Option(help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the newest Runs."""
    from agents.journal import runs
    from agents.runs.account import summary
    from app.account_lines import line

    journal = _open()
    for run in journal.read(lambda tx: runs.listed(tx, most=last)):
        told = summary(run)
        print(json.dumps(told) if as_json else line(told))


def show(
    number: NUMBER,
    workspace: WORKSPACE = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show how a Run stands: who holds it, which workers it lost and who took over, what broke, calls and messages."""
    from agents.errors import NotFound
    from agents.runs.account import account
    from app.account_lines import lines

    journal = _open()
    workspace_id = _workspace(journal, workspace)
    told = journal.read(lambda tx: account(tx, workspace_id, number))
    if told is None:
        raise NotFound(f"there is no run #{number}")
    for one in [json.dumps(told, ensure_ascii=False)] if as_json else lines(told):
        print(one)


def stop(number: NUMBER, workspace: WORKSPACE = "") -> None:
    """End a Run that has not ended, whoever holds it; its thread says so and is free for the next request."""
    from agents.runs.operating import stop as end
    from app.cli import operator

    journal = _open()
    workspace_id, name = _workspace(journal, workspace), operator().removeprefix("operator:")
    journal.write(lambda tx: end(tx, workspace_id, number, operator=name))
    print(f"#{number} is stopped; its thread says so within seconds")


def retry(number: NUMBER, workspace: WORKSPACE = "") -> None:
    """Begin an ended Run anew, from copies of what people said to it. Refused while its Thread has an unended Run."""
    from agents.runs.retry import retry as begin_anew
    from app.cli import operator

    journal = _open()
    workspace_id = _workspace(journal, workspace)
    made = journal.write(lambda tx: begin_anew(tx, workspace_id, number, actor=operator()))
    print(f"#{number} is begun anew as #{made}; a worker takes it up within seconds")


def _workspace(journal: Any, wanted: str) -> str:
    from agents.errors import NotFound
    from agents.journal import workspaces

    found = [one for one in journal.read(workspaces.every) if not wanted or wanted in {one.id, one.team_id}]
    if len(found) != 1:
        raise NotFound(f"name the workspace with --workspace: {', '.join(one.team_id for one in found) or 'none yet'}")
    return str(found[0].id)


def _open() -> Any:
    from app.cli import opened

    return opened()[1]
