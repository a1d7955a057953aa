"""`tagwork rehearse`: Rehearsal to type into. Needs nothing from outside and ignores SLACK_*."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def rehearse(
        who: Annotated[str, typer.Option("--as", help="Who you are at first; /as changes it.")] = "ann",
        channel: Annotated[str, typer.Option(help="Where you are at first; /channel changes it.")] = "sales",
        replay: Annotated[Path | None, typer.Option(help="Play this transcript and print its threads.")] = None,
        record: Annotated[bool, typer.Option(help="With --replay: keep what is seen in the transcript.")] = False,
    ) -> None:
        """Talk to Tagwork in a rehearsed workspace, as any of its people. /help lists what can be typed.

        Exit code 1 when a replay does not come about as written.
        """
        from app.cli import BAD, OK
        from app.rehearse.beginning import begin
        from app.rehearse.steps import NotDone

        try:
            done = begin(who, channel, replay, record)
        except NotDone as wrong:
            from agents.errors import BadSetting

            raise BadSetting(str(wrong)) from None
        raise typer.Exit(OK if done else BAD)
