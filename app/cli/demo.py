"""`tagwork demo`: the main job on Rehearsal. Needs nothing from outside and ignores SLACK_*."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def demo(csv: Annotated[Path | None, typer.Option(help="A CSV file of your own to ask about.")] = None) -> None:
        """Show the main job: a mention becomes an answer, and the trail proves it."""
        from app.demo.story import tell

        raise typer.Exit(tell(csv))
