"""`tagwork audit …`: read, prove and export a workspace's trail."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer


def register(app: typer.Typer) -> None:
    """Add the noun and its verbs."""
    audit = typer.Typer(help="The audit trail of a workspace.", no_args_is_help=True)
    app.add_typer(audit, name="audit")
    audit.command("show")(show)
    audit.command("verify")(verify)
    audit.command("export")(export)


WORKSPACE = Annotated[str, typer.Option(help="Team id or id of the workspace; needed only where there are several.")]


def show(
    workspace: WORKSPACE = "",
    run: Annotated[int, typer.Option(help="Only events of this run, by the number people see.")] = 0,
    last: Annotated[int, typer.Option(help="Only the last N events; 0: all.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show events in order, a line each."""
    journal, one = _the_one(workspace)
    lines = _lines(journal, one, run)
    lines = lines[-last:] if last else lines
    _note(journal, one, lines, how="show", number=run, newest=last)
    for line in lines:
        print(json.dumps(line, ensure_ascii=False) if as_json else _in_words(line))


def verify(
    workspace: WORKSPACE = "", as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Prove the chain and the Content that is still there. Exit 0: it holds; 1: the first bad event is named."""
    from agents.audit.verify import verify as prove
    from app.cli import BAD, OK

    journal, found = _open(workspace)
    held = True
    for one in found:
        verdict = journal.read(lambda tx, one=one: prove(tx, one.id))
        held = held and verdict.holds
        if verdict.holds:
            # nothing is added to a trail that does not hold: it is evidence
            _note_numbers(journal, one, how="verify", events=verdict.events)
        if as_json:
            print(
                json.dumps(
                    {
                        "workspace": one.team_id,
                        "events": verdict.events,
                        "holds": verdict.holds,
                        "first_bad": verdict.bad_seq,
                        "why": verdict.why,
                    }
                )
            )
        elif verdict.holds:
            print(f"audit: {verdict.events} events, chain verified")
        else:
            print(f"audit: event {verdict.bad_seq} of {one.team_id} is bad: {verdict.why}", file=sys.stderr)
    raise typer.Exit(OK if held else BAD)


def export(workspace: WORKSPACE = "") -> None:
    """Write every event as one JSON object a line (JSONL), and note the export on the trail."""
    from agents.audit.events import Event

    journal, found = _open(workspace)
    for one in found:
        lines = _lines(journal, one, 0)
        # noted first: whoever closes the pipe after a few lines has read them
        _note(journal, one, lines, event=Event.AUDIT_EXPORTED)
        for line in lines:
            print(json.dumps(line, ensure_ascii=False))


def _note(journal: Any, one: Any, lines: list[dict[str, Any]], **said: Any) -> None:
    """Write down which events were read, by their numbers."""
    first, last = (lines[0]["seq"], lines[-1]["seq"]) if lines else (0, 0)
    _note_numbers(journal, one, events=len(lines), first=first, last=last, **said)


def _note_numbers(journal: Any, one: Any, *, event: Any = None, **said: Any) -> None:
    """Write down that the trail was read."""
    from agents.audit.events import Event
    from app.cli import note_reading

    note_reading(journal, one.id, event or Event.AUDIT_READ, **said)


def _open(workspace: str) -> tuple[Any, list[Any]]:
    from agents.errors import NotFound
    from agents.journal import workspaces
    from app.cli import opened

    _, journal = opened()
    every = journal.read(workspaces.every)
    found = [one for one in every if not workspace or workspace in {one.id, one.team_id}]
    if not found:
        known = ", ".join(one.team_id for one in every) or "none yet"
        raise NotFound(f"this journal has no workspace {workspace or '(any)'}; it has: {known}")
    return journal, found


def _the_one(workspace: str) -> tuple[Any, Any]:
    from agents.errors import NotFound

    journal, found = _open(workspace)
    if len(found) > 1:
        raise NotFound(
            f"there are {len(found)} workspaces; name one with --workspace: {', '.join(w.team_id for w in found)}"
        )
    return journal, found[0]


def _lines(journal: Any, one: Any, run: int) -> list[dict[str, Any]]:
    from agents.journal import audit, runs

    def read(tx: Any) -> list[dict[str, Any]]:
        wanted = runs.numbered(tx, one.id, run) if run else None
        return [
            {
                "seq": line.seq,
                "at": datetime.fromtimestamp(line.at / 1_000_000, UTC).isoformat(timespec="microseconds"),
                "workspace": one.team_id,
                "event": line.event,
                "run": line.run_id,
                "actor": line.actor,
                "data": json.loads(line.data),
                "prev_hash": line.prev_hash,
                "hash": line.hash,
            }
            for line in audit.lines(tx.connection, one.id)
            if wanted is None or line.run_id == wanted
        ]

    lines: list[dict[str, Any]] = journal.read(read)
    return lines


def _in_words(line: dict[str, Any]) -> str:
    shown = {
        name: value for name, value in line["data"].items() if name not in {"content", "digest", "arguments", "request"}
    }
    said = " ".join(f"{name}={_short(value)}" for name, value in shown.items())
    return f"{line['seq']:>5}  {line['at'][11:23]}  {line['event']:<22} {_actor(line['actor']):<18} {said}"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_short(one) for one in value) or "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if text.count("|") == 4:
        # a process, as leases and actors name it
        return f"worker:{text.split('|')[3]}"
    # ids begin with the time and end with what tells them apart
    return text[-8:] if len(text) == 32 and text.isalnum() else text[:120]


def _actor(actor: str) -> str:
    kind, _, who = actor.partition(":")
    return f"{kind}:{who.split('|')[3]}" if who.count("|") == 4 else actor
