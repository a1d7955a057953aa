"""`tagwork doctor`: what works, what does not, and what to do about it."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def doctor(
        deep: Annotated[
            bool, typer.Option("--deep", help="Also connect, post, and ask the model for a token.")
        ] = False,
        channel: Annotated[str, typer.Option(help="With --deep: the id of the channel to post in.")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    ) -> None:
        """Look at everything that Tagwork needs, and say what to do where something is wrong.

        Exit code 0 when nothing fails, 1 when something does, 2 when the settings cannot be read. Warnings do not fail.
        """
        import logging

        from app.cli import BAD, OK, config_of
        from app.doctor.bench import Bench
        from app.doctor.examining import Verdict, as_line, examine, find_checks, worst
        from app.doctor.examining import as_json as json_line
        from app.logs import configure, without_secrets
        from app.settings import load, secrets_of

        settings = load(config=config_of())
        secrets = secrets_of(settings)
        configure(settings.log_format, secrets, level=logging.CRITICAL)
        bench = Bench(settings, config_of(), deep, channel)
        shown = without_secrets(secrets)
        findings = []
        for finding in examine(bench, find_checks()):
            findings.append(finding)
            print(shown(json_line(finding) if as_json else as_line(finding)), flush=True)
        bench.close()
        raise typer.Exit(BAD if worst(findings) is Verdict.FAIL else OK)
