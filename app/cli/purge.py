"""`tagwork purge`: erase at once what is kept longer than the policy says, or count it."""

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("purge")(purge)


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Erase what people wrote, and cut the trail, where its days are over. The sweeper does the same by itself."""
    from agents.expiring import Expired, expire, would_expire
    from agents.journal import workspaces
    from app.cli import opened, operator
    from app.wiring import said_of

    settings, journal = opened()
    said = said_of(settings)
    total = Expired()
    if dry_run:
        for workspace in journal.read(workspaces.every):
            total += journal.read(lambda tx, of=workspace.id: would_expire(tx, of, said))  # type: ignore[misc]
    else:
        while (gone := expire(journal, said, actor=operator())) != Expired():
            total += gone
    if as_json:
        told = {
            "dry_run": dry_run,
            "runs": total.runs,
            "items": total.items,
            "bytes": total.bytes,
            "lines": total.lines,
        }
        print(json.dumps(told))
        return
    verb = "would be" if dry_run else "were"
    print(
        f"purge: {total.runs} runs with {total.items} items ({total.bytes:,} bytes) {verb} erased, "
        f"{total.lines} lines of the audit trail {verb} cut"
    )
