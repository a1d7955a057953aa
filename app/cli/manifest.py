"""`tagwork manifest`: what Slack must know of the app, to paste or as a link."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def manifest(
        link: Annotated[bool, typer.Option("--link", help="Print the address that makes the app in Slack.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of YAML.")] = False,
        url: Annotated[str, typer.Option(help="For signed HTTP: where Slack reaches Tagwork, https://…")] = "",
    ) -> None:
        """Print the app's manifest for Slack, or the link that opens Slack with it filled in."""
        import json

        import yaml

        from app.slack.manifest import link_of, manifest_text, over_http, read_manifest

        tree = over_http(read_manifest(), url) if url else read_manifest()
        if link:
            print(link_of(tree))
        elif as_json:
            print(json.dumps(tree, indent=2, ensure_ascii=False))
        elif url:
            print(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=110), end="")
        else:
            print(manifest_text(), end="")
