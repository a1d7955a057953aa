"""`tagwork runs …`: what is delegated, and beginning a failed Run anew."""

import json
from typing import Annotated, Any

import typer


def register(app: typer.Typer) -> None:
    """Add the noun and its verbs."""
    runs = typer.Typer(help="Runs: delegated requests.", no_args_is_help=True)
    app.add_typer(runs, name="runs")
    runs.command("list")(list_runs)
    runs.command("retry")(retry)


def list_runs(
    last: Annotated[int, typer.Option(help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the newest Runs."""
    from agents.journal import runs

    journal, _ = _open()
    for run in journal.read(lambda tx: runs.listed(tx, most=last)):
        if as_json:
            print(
                json.dumps(
                    {
                        "number": run.number,
                        "id": run.id,
                        "status": run.status.value,
                        "requester": run.requester,
                        "turns": run.turns,
                        "tokens": run.tokens,
                        "cost_usd": f"{run.cost_micro_usd / 1e6:.6f}",
                        "cause": run.cause,
                    }
                )
            )
        else:
            cause = f"  {run.cause}" if run.cause else ""
            print(
                f"#{run.number:<6} {run.status.value:<8} {run.requester:<12} {run.turns:>3} turns  "
                f"US$ {run.cost_micro_usd / 1e6:.4f}{cause}"
            )


def retry(
    number: Annotated[int, typer.Argument(help="The number that people see, without #.")],
    workspace: Annotated[str, typer.Option(help="Team id; needed only where there are several workspaces.")] = "",
) -> None:
    """Begin an ended Run anew, from copies of what people said to it. Refused while its Thread has an unended Run."""
    import os

    from agents.errors import NotFound
    from agents.journal import workspaces
    from agents.runs.retry import retry as begin_anew

    journal, _ = _open()
    found = [one for one in journal.read(workspaces.every) if not workspace or workspace in {one.id, one.team_id}]
    if len(found) != 1:
        raise NotFound(f"name the workspace with --workspace: {', '.join(one.team_id for one in found) or 'none yet'}")
    actor = f"operator:{os.environ.get('USER') or os.getuid()}"
    made = journal.write(lambda tx: begin_anew(tx, found[0].id, number, actor=actor))
    print(f"#{number} is begun anew as #{made}; a worker takes it up within seconds")


def _open() -> tuple[Any, Any]:
    from app.cli import config_of
    from app.logs import configure
    from app.settings import load
    from app.wiring import open_journal

    settings = load(config=config_of())
    configure(settings.log_format)
    return open_journal(settings), settings
