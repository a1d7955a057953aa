"""`tagwork db …`: the journal's database."""

import typer


def register(app: typer.Typer) -> None:
    """Add the noun and its verbs."""
    db = typer.Typer(help="The journal's database.", no_args_is_help=True)
    app.add_typer(db, name="db")

    @db.command()
    def upgrade() -> None:
        """Bring the tables to what this version needs. `serve` does so by itself."""
        from agents.journal import migrate
        from app.cli import config_of
        from app.settings import load
        from app.wiring import open_journal

        open_journal(load(config=config_of()))
        typer.echo(f"the journal is at revision {migrate.newest()}")
