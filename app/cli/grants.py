"""`tagwork grants …`: credentials that are lent to a workspace, for services that Tagwork may ask."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

NAME = Annotated[str, typer.Argument(help="What the policy calls it: lower case letters, digits, and . _ - between.")]
WORKSPACE = Annotated[str, typer.Option(help="Team id; needed only where there are several workspaces.")]
REASON = Annotated[str, typer.Option(help="Why, for the audit trail.")]
SECRET_FILE = Annotated[
    Path | None, typer.Option(help="A file with the credential; without it, it is read from standard input.")
]


def register(app: typer.Typer) -> None:
    """Add the noun and its verbs."""
    grants = typer.Typer(help="Grants: credentials lent to a workspace.", no_args_is_help=True)
    app.add_typer(grants, name="grants")
    for name, verb in (("add", add), ("list", list_grants), ("test", try_out), ("rotate", rotate), ("revoke", revoke)):
        grants.command(name)(verb)


def add(
    name: NAME,
    host: Annotated[str, typer.Option(help="The service: api.example.com, or with its port.")],
    method: Annotated[list[str], typer.Option(help="A method that it is for; may be given several times.")],
    reason: REASON,
    path: Annotated[list[str] | None, typer.Option(help="How paths begin that it is for: /v1/orders. All: /.")] = None,
    header: Annotated[str, typer.Option(help="The header that carries the credential.")] = "Authorization",
    template: Annotated[str, typer.Option(help="Its value, with {secret} where the credential goes.")] = (
        "Bearer {secret}"
    ),
    key_header: Annotated[
        str,
        typer.Option(help="The header by which the service knows a request it has had, for 24 hours at least."),
    ] = "",
    secret_file: SECRET_FILE = None,
    workspace: WORKSPACE = "",
) -> None:
    """Lend a credential. It is sealed, and shown to nobody again; the policy says which channels may use it."""
    from agents.grants import grant as of
    from agents.grants.sending import about
    from agents.ids import new_id
    from agents.journal import grants

    if not of.NAME.fullmatch(name):
        raise _wrong(f"{name!r} is no name: lower case letters, digits, and . _ - between.")
    origin, paths, methods = of.origin_of(host), of.paths_of(path or []), of.methods_of(method)
    of.check_headers(header, template, key_header)
    _said(reason)
    settings, journal = _open()
    workspace_id, grant_id, by = _workspace(journal, workspace), new_id(), _operator()
    sealed = _keys(settings).seal(_secret(secret_file), about(workspace_id, grant_id))
    made = of.Grant(
        id=grant_id,
        workspace_id=workspace_id,
        name=name,
        kind=of.HTTP,
        origin=origin,
        paths=paths,
        methods=methods,
        header=header,
        template=template,
        key_header=key_header,
        sealed=sealed,
        created_by=by,
        created_at=0,
    )
    _stored(lambda: journal.write(lambda tx: grants.add(tx, made, reason=reason)))
    print(f"{name} is lent: {made.reaches}. Name it under `grants` in the policy of the scopes that may use it.")


def list_grants(
    workspace: WORKSPACE = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what is lent, and what was; never a credential."""
    from agents.journal import grants

    _, journal = _open()
    workspace_id = _workspace(journal, workspace)
    for one in journal.read(lambda tx: grants.every(tx, workspace_id)):
        told = {
            "name": one.name,
            "origin": one.origin,
            "paths": list(one.paths),
            "methods": list(one.methods),
            "header": one.header,
            "key_header": one.key_header,
            "created_by": one.created_by,
            **{
                f"{what}_at": _when(getattr(one, f"{what}_at"))
                for what in ("created", "last_used", "rotated", "revoked")
            },
        }
        if as_json:
            print(json.dumps(told))
        else:
            state = (
                f"revoked {told['revoked_at']}" if one.revoked_at else f"last used {told['last_used_at'] or 'never'}"
            )
            print(f"{one.name}  {one.reaches}  by {one.created_by}, {state}")


def try_out(
    name: NAME,
    path: Annotated[str, typer.Option(help="The path to ask for; without it the first one that it is for.")] = "",
    workspace: WORKSPACE = "",
) -> None:
    """Ask the service once by GET and show how it answered, not what. Exit 1 where it refused or did not answer."""
    from agents.grants.grant import refusal
    from agents.grants.sending import Question, send
    from agents.journal import grants
    from app.cli import BAD
    from app.wiring import conduct_of
    from tools.contract import MayHaveHappened, ToolFailed, Unavailable

    settings, journal = _open()
    workspace_id, by = _workspace(journal, workspace), _operator()
    found = journal.read(lambda tx: grants.named(tx, workspace_id, name))
    url = f"{found.origin}{path or found.paths[0]}"
    why = refusal(found, "GET", url)
    if why:
        raise _wrong(why)
    journal.write(lambda tx: grants.use(tx, found, method="GET", actor=by))
    try:
        reach = conduct_of(settings).reach
        answered = send(found, Question("GET", url), reach.keys, reach)
    except (ToolFailed, Unavailable, MayHaveHappened) as no:
        print(f"{name}: {no}", file=sys.stderr)
        raise typer.Exit(BAD) from None
    print(f"{name}: HTTP {answered.status}, {answered.media_type or 'no kind told'}, {answered.size:,} bytes")
    if answered.status >= 400:
        raise typer.Exit(BAD)


def rotate(name: NAME, reason: REASON, secret_file: SECRET_FILE = None, workspace: WORKSPACE = "") -> None:
    """Put another credential in the place of the one that is lent; what runs uses it from its next request on."""
    from agents.grants.sending import about
    from agents.journal import grants

    _said(reason)
    settings, journal = _open()
    workspace_id, by = _workspace(journal, workspace), _operator()
    found = journal.read(lambda tx: grants.named(tx, workspace_id, name))
    sealed = _keys(settings).seal(_secret(secret_file), about(workspace_id, found.id))
    _stored(lambda: journal.write(lambda tx: grants.rotate(tx, found, sealed, actor=by, reason=reason)))
    print(f"{name} has another credential; end the old one at the service")


def revoke(name: NAME, reason: REASON, workspace: WORKSPACE = "") -> None:
    """End a Grant at once and erase its credential here. End it at the service too."""
    from agents.journal import grants

    _said(reason)
    _, journal = _open()
    workspace_id, by = _workspace(journal, workspace), _operator()
    found = journal.read(lambda tx: grants.named(tx, workspace_id, name))
    _stored(lambda: journal.write(lambda tx: grants.revoke(tx, found, actor=by, reason=reason)))
    print(f"{name} is revoked; end its credential at the service too")


def _secret(file: Path | None) -> Any:
    """Read the credential. Never from the command line: every user of the machine sees that."""
    from getpass import getpass

    from agents.grants.sealing import secret_of

    if file is not None:
        try:
            return secret_of(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeError) as fault:
            raise _wrong(f"{file} cannot be read ({type(fault).__name__})") from None
    if sys.stdin.isatty():
        return secret_of(getpass("Credential (not shown): "))
    return secret_of(sys.stdin.read())


def _said(reason: str) -> None:
    if not reason.strip():
        raise _wrong("--reason needs words: they are for those who read the trail.")


def _stored(store: Any) -> None:
    from agents.errors import Stale

    try:
        store()
    except Stale as fault:
        raise _wrong(str(fault)) from None


def _wrong(sentence: str) -> Exception:
    from agents.errors import BadSetting

    return BadSetting(sentence)


def _keys(settings: Any) -> Any:
    from agents.grants.sealing import FILE, KeyFile

    return KeyFile(settings.folder / FILE)


def _when(moment: int | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _operator() -> str:
    return f"operator:{os.environ.get('USER') or os.getuid()}"


def _workspace(journal: Any, wanted: str) -> str:
    from agents.errors import NotFound
    from agents.journal import workspaces

    found = [one for one in journal.read(workspaces.every) if not wanted or wanted in {one.id, one.team_id}]
    if len(found) != 1:
        raise NotFound(f"name the workspace with --workspace: {', '.join(one.team_id for one in found) or 'none yet'}")
    return str(found[0].id)


def _open() -> tuple[Any, Any]:
    from app.cli import config_of
    from app.logs import configure
    from app.settings import load
    from app.wiring import open_journal

    settings = load(config=config_of())
    configure(settings.log_format)
    return settings, open_journal(settings)
