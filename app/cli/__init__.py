"""The command `tagwork`. Every file here is one noun, or more verbs of one, found by walking.

Heavy imports stand inside the commands.
"""

import gc
import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agents.errors import BadSetting, JournalBusy, NotFound

if TYPE_CHECKING:
    from agents.audit.events import Event
    from agents.journal.transaction import Journal, Transaction
    from app.settings import Settings

OK, BAD, WRONG_CALL = 0, 1, 2
"""Exit codes: it holds, it does not, the call or a setting was wrong."""

NEW_OBJECTS = 50_000
"""New objects after which Python looks for garbage; 700 by default. A start makes a million that all stay (libraries'
classes), and looking through them again and again was a quarter of its time: a worker's imports 3.0 -> 2.3 s CPU."""


def build() -> typer.Typer:
    """Return the command with everything in this folder registered. Raises BadSetting for a file without `register`."""
    app = typer.Typer(
        name="tagwork",
        help="A self-hosted teammate for Slack.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def everywhere(
        config: Annotated[
            Path | None, typer.Option(help="Configuration file; else tagwork.toml in TAGWORK_HOME.")
        ] = None,
        version: Annotated[
            bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
        ] = False,
    ) -> None:
        if config is not None:
            CONFIG.append(config)

    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        if module.name == "__main__":
            continue
        register = getattr(import_module(f"{__name__}.{module.name}"), "register", None)
        if register is None:
            raise BadSetting(f"app/cli/{module.name}.py has no register(app). Every file there is one noun.")
        register(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("tagwork"))
        raise typer.Exit


CONFIG: list[Path] = []
"""What --config named."""


def config_of() -> Path | None:
    """Return the file that --config named, or None."""
    return CONFIG[-1] if CONFIG else None


def operator() -> str:
    """Return how the trail names whoever runs this command: `operator:` and the account's name on this machine."""
    return f"operator:{os.environ.get('USER') or os.getuid()}"


def opened() -> "tuple[Settings, Journal]":
    """Return the settings in force and the journal, open, with logs as the settings say."""
    from app.logs import configure
    from app.settings import load
    from app.wiring import open_journal

    settings = load(config=config_of())
    configure(settings.log_format)
    return settings, open_journal(settings)


def the_workspace(journal: "Journal", named: str) -> str:
    """Return the id of the workspace that was named by team id or id, or of the only one. Raises NotFound."""
    from agents.journal import workspaces

    every = journal.read(workspaces.every)
    found = [one.id for one in every if not named or named in {one.id, one.team_id}]
    if len(found) != 1:
        raise NotFound(f"name the workspace with --workspace: {', '.join(one.team_id for one in every) or 'none yet'}")
    return found[0]


def note_reading(journal: "Journal", workspace_id: str, event: "Event", **said: Any) -> None:
    """Write down that something was read, after it was. A journal that takes nothing in is still shown, and says so."""

    def record(tx: "Transaction") -> None:
        tx.record(workspace_id, event, actor=operator(), **said)

    try:
        journal.write(record)
    except Exception as fault:
        # a journal that is held, full or read-only, or a trail that does not hold: it can be looked at all the same
        why = f"{type(fault).__name__}: {str(fault)[:200]}"
        print(f"audit: this reading could NOT be written on the trail ({why})", file=sys.stderr)


def main() -> None:
    """Run the command; what an operator did wrong is one clear message and exit code 2."""
    gc.set_threshold(NEW_OBJECTS)
    try:
        build()()
    except BadSetting as wrong:
        print(f"tagwork: {wrong}", file=sys.stderr)
        sys.exit(WRONG_CALL)
    except NotFound as wrong:
        print(f"tagwork: {wrong}", file=sys.stderr)
        sys.exit(WRONG_CALL)
    except JournalBusy as fault:
        print(f"tagwork: the journal does not answer: {fault}", file=sys.stderr)
        sys.exit(BAD)
    except BrokenPipeError:
        # the reader of our output left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)
    finally:
        # the process ends, and its memory with it: looking through all of it once more took 0.7 s CPU of a worker
        gc.freeze()
