"""`tagwork serve`: Tagwork itself, on one machine or as a part of many."""

import sys
import time
from enum import StrEnum
from typing import Annotated

import typer

AWAY = 5.0
"""Seconds between two tries to start while Slack does not answer."""


class Part(StrEnum):
    """What `--only` starts, for many machines."""

    APP = "app"
    WORKER = "worker"
    SWEEPER = "sweeper"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(
        only: Annotated[Part | None, typer.Option(help="Start only this part, for many machines.")] = None,
        parent: Annotated[int, typer.Option(hidden=True, help="Process to end with.")] = 0,
        refusals: Annotated[int, typer.Option(hidden=True, help="Where to say that a setting is refused.")] = -1,
        deaths: Annotated[int, typer.Option(hidden=True, help="Where the parent notes that a process died.")] = -1,
    ) -> None:
        """Serve Slack: one app and its workers, restarted when they die.

        Needs SLACK_BOT_TOKEN, ANTHROPIC_API_KEY, and SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).
        """
        import os

        from agents.errors import BadSetting
        from app.cli import WRONG_CALL, config_of
        from app.logs import configure
        from app.parentage import follow
        from app.settings import load, secrets_of

        follow(parent)
        settings = load(config=config_of())
        configure(settings.log_format, secrets_of(settings))
        if only is None:
            from app.copies import can_copy, import_all
            from app.parent import Parent, children_of
            from app.serveable import check_serveable

            check_serveable(settings)
            environ = dict(os.environ)
            if can_copy():
                import_all(settings.provider)
            named = config_of()
            children = children_of(settings, ["--config", str(named)] if named else [])
            raise typer.Exit(Parent(settings, children, environ).run())
        try:
            code = _part(only, settings, deaths)
        except BadSetting as wrong:
            if refusals < 0:
                raise
            os.write(refusals, f"{wrong}\n".encode())
            raise typer.Exit(WRONG_CALL) from None
        raise typer.Exit(code)


def _part(only: Part, settings: object, deaths: int) -> int:
    from agents.errors import BadSetting
    from agents.surface import CallFailed
    from app.settings import Settings

    assert isinstance(settings, Settings)  # noqa: S101
    if not settings.broker_url:
        raise BadSetting(
            "TAGWORK_BROKER_URL is not set. `serve --only …` needs a Redis or Valkey that all parts share."
        )
    while True:
        try:
            if only is Part.WORKER:
                from app.worker.process import work

                return work(settings, settings.broker_url)
            from app.front import Front

            front = Front(settings, settings.broker_url, sweeps=True, listens=only is Part.APP, deaths=deaths)
            return front.run()
        except CallFailed as fault:
            # no setting is wrong: Slack is away, and will be back
            print(f"tagwork: Slack did not answer ({fault.cause}); trying again in {AWAY:.0f} s", file=sys.stderr)
            time.sleep(AWAY)
