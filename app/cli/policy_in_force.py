"""`tagwork policy …` over a journal: what is in force is exported, changed, looked back on, explained and tried out."""

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

WORKSPACE = Annotated[str, typer.Option(help="Team id; needed only where there are several workspaces.")]
OF_ORGANISATION = Annotated[bool, typer.Option("--organisation", help="The organisation's instead of a workspace's.")]
JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]
REASON = Annotated[str, typer.Option(help="Why, for the audit trail and the workspace's admins.")]


def register(app: typer.Typer) -> None:
    """Add the verbs to the noun, which policy.py has added."""
    policy = next(one.typer_instance for one in app.registered_groups if one.name == "policy")
    if policy is None:
        raise RuntimeError("app/cli/policy.py adds the noun, and has not")
    verbs = (("apply", apply), ("explain", explain), ("export", export), ("history", history))
    for name, verb in (*verbs, ("replay", replay), ("rollback", rollback), ("unused", unused)):
        policy.command(name)(verb)


def export(
    version: Annotated[int, typer.Option(help="A version; without it, the one in force.")] = 0,
    organisation: OF_ORGANISATION = False,
    workspace: WORKSPACE = "",
) -> None:
    """Print the policy in force as YAML. `apply` takes it back, changed, while no newer version stands."""
    from agents.journal import policies
    from agents.policy.yaml_text import text_of

    journal, owner, _ = _opened(workspace, organisation)
    if version:
        print(text_of(journal.read(lambda tx: policies.at_version(tx, owner, version))), end="")
    else:
        print(text_of(journal.read(lambda tx: _standing(tx, owner))), end="")


def apply(
    file: Annotated[str, typer.Argument(help="The policy, as YAML; - reads standard input.")],
    reason: REASON = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    workspace: WORKSPACE = "",
    as_json: JSON = False,
) -> None:
    """Put a policy in force, whole or not at all. Exit 1: it is none, or it was made from an older version."""
    from agents.errors import Stale
    from agents.policy.document import Of
    from agents.policy.marked_yaml import NotAPolicy
    from agents.policy.yaml_text import document_of
    from app.cli import BAD

    try:
        document = document_of(_text(file), _tool_names())
    except NotAPolicy as wrong:
        for line in str(wrong).splitlines():
            print(f"{file}: {line}", file=sys.stderr)
        raise typer.Exit(BAD) from None
    journal, owner, _ = _opened(workspace, document.of is Of.ORGANISATION)
    if dry_run:
        _print_effect(journal, owner, document, as_json)
        return
    try:
        _put(journal, owner, document, document.version, reason, as_json)
    except Stale as stale:
        print(f"{file}: {stale} Export it again, and make the change on that.", file=sys.stderr)
        raise typer.Exit(BAD) from None


def history(
    last: Annotated[int, typer.Option(help="How many, newest first.")] = 20,
    organisation: OF_ORGANISATION = False,
    workspace: WORKSPACE = "",
    as_json: JSON = False,
) -> None:
    """List the versions: who wrote each, when and why."""
    from agents.journal import policies

    journal, owner, _ = _opened(workspace, organisation)
    for one in journal.read(lambda tx: policies.history(tx, owner, last)):
        at = datetime.fromtimestamp(one.written_at / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = {"version": one.version, "at": at, "actor": one.actor, "reason": one.reason, "digest": one.digest}
        print(json.dumps(told, ensure_ascii=False) if as_json else f"{one.version:>4}  {at}  {one.actor}: {one.reason}")


def rollback(
    version: Annotated[int, typer.Argument(help="The version whose text is to hold again.")],
    reason: REASON = "",
    organisation: OF_ORGANISATION = False,
    workspace: WORKSPACE = "",
    as_json: JSON = False,
) -> None:
    """Put an earlier version in force again, as a new one."""
    from agents.journal import policies

    journal, owner, _ = _opened(workspace, organisation)
    document = journal.read(lambda tx: policies.at_version(tx, owner, version))
    seen = journal.read(lambda tx: _standing(tx, owner)).version
    _put(journal, owner, document, seen, reason, as_json)


def explain(
    number: Annotated[int, typer.Argument(help="The Run's number that people see, without #.")],
    workspace: WORKSPACE = "",
    as_json: JSON = False,
) -> None:
    """Say of each call of a Run what decided it, what else held, and what nearly did."""
    from agents.errors import NotFound
    from agents.journal import runs, toolcalls

    journal, _, workspace_id = _opened(workspace, False)

    def read(tx: Any) -> list[tuple[Any, dict[str, Any]]]:
        run_id = runs.numbered(tx, workspace_id, number)
        if run_id is None:
            raise NotFound(f"there is no run #{number}")
        return [(one, json.loads(toolcalls.judged_of(tx, one.id) or "{}")) for one in toolcalls.of_run(tx, run_id)]

    for call, judged in journal.read(read):
        judged.pop("facts", None)
        if as_json:
            print(json.dumps({"call": call.id, "tool": call.tool, "status": call.status.value} | judged))
            continue
        print(f"{call.tool}: {call.decision} by {call.rule}: {call.reason}".rstrip(": "))
        for one in judged.get("matches", ()):
            print(f"  holds: {one['verdict']} by {one['rule']} of the {one['scope']}")
        for one in judged.get("gates", ()):
            print(f"  gate: {one['gate']} ({one['verdict']})")
        for one in judged.get("misses", ()):
            print(f"  nearly: {one['rule']} of the {one['scope']}: {' and '.join(one['failed'])}")


def replay(
    file: Annotated[str, typer.Argument(help="The candidate, as YAML; - reads standard input.")],
    days: Annotated[int, typer.Option(help="How far back decisions are judged again.", min=1, max=400)] = 7,
    most: Annotated[int, typer.Option(help="How many at most, the newest first.", min=1)] = 10_000,
    workspace: WORKSPACE = "",
    as_json: JSON = False,
) -> None:
    """Judge what was decided by a candidate, and list each call that would be judged otherwise. Exit 1: any is."""
    from agents.clock import us
    from agents.governing.previewing import decisions
    from agents.in_force import compiled_with
    from agents.journal import policies
    from agents.policy.document import Of
    from agents.policy.replaying import replay as judge_again
    from agents.policy.yaml_text import document_of
    from app.cli import BAD, OK

    candidate = document_of(_text(file), _tool_names())
    journal, _, workspace_id = _opened(workspace, False)
    within = us(days * 86_400)
    lately = journal.read(lambda tx: decisions(tx, workspace_id, within_us=within, most=most))
    over, own = journal.read(lambda tx: policies.in_force(tx, workspace_id))
    if candidate.of is Of.ORGANISATION:
        over = candidate
    else:
        own = candidate
    found = judge_again(compiled_with(over, own, _said()), lately)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for flip in found.flips:
            print(flip)
        told = ", ".join(f"{many} {what}" for what, many in found.counts().items()) or "none otherwise"
        print(f"{found.judged} calls of {days} days judged again: {told}")
    raise typer.Exit(BAD if found.flips else OK)


def unused(
    days: Annotated[int, typer.Option(help="How far back calls are looked at.", min=1, max=400)] = 30,
    most: Annotated[int, typer.Option(help="How many calls at most, the newest first.", min=1)] = 10_000,
    propose: Annotated[bool, typer.Option("--propose", help="Print a tighter policy, for `apply`, instead.")] = False,
    workspace: WORKSPACE = "",
    as_json: JSON = False,
) -> None:
    """Set what each rule grants beside what was used of it. Exit 1: some rule granted nothing."""
    from agents.clock import us
    from agents.governing.previewing import decisions
    from agents.in_force import compiled_with
    from agents.journal import policies
    from agents.policy.using import granting, tighter, uses_of
    from agents.policy.yaml_text import text_of
    from app.cli import BAD, OK

    journal, owner, workspace_id = _opened(workspace, False)
    within = us(days * 86_400)
    lately = journal.read(lambda tx: decisions(tx, workspace_id, within_us=within, most=most))
    over, _ = journal.read(lambda tx: policies.in_force(tx, workspace_id))
    document = journal.read(lambda tx: _standing(tx, owner))
    uses = uses_of(compiled_with(over, document, _said()), lately)
    if propose:
        print(text_of(tighter(document, uses)), end="")
        return
    rules = list(granting(document))
    for rule in rules:
        used = uses.get(rule.id, Counter())
        if as_json:
            print(json.dumps({"rule": rule.id, "granted": list(rule.tools), "used": dict(used)}))
        else:
            told = ", ".join(f"{tool} {many}" for tool, many in sorted(used.items())) or "nothing"
            print(f"{rule.id}: grants {', '.join(rule.tools)}; used: {told}")
    raise typer.Exit(BAD if any(rule.id not in uses for rule in rules) else OK)


def _put(journal: Any, owner: str, document: Any, seen: int, reason: str, as_json: bool) -> None:
    from agents.engine.hand import Hand
    from agents.errors import BadSetting
    from agents.governing.putting import put
    from agents.journal import policies, workspaces
    from agents.runs.operating import Unpoked
    from app.cli import operator

    if not reason.strip():
        raise BadSetting("--reason needs words: they are for the audit trail and for the workspace's admins.")
    actor = operator()
    hand = Hand(actor, Unpoked())
    trails = [one.id for one in journal.read(workspaces.every)] if owner == policies.ORGANISATION else [owner]
    done = journal.write(
        lambda tx: put(hand, tx, owner, document, seen=seen, actor=actor, reason=reason.strip(), trails=trails)
    )
    if as_json:
        print(json.dumps({"version": done.version, "changes": [one.as_json() for one in done.changes]}))
        return
    for one in done.changes:
        print(one)
    print(f"version {done.version} is in force")


def _print_effect(journal: Any, owner: str, document: Any, as_json: bool) -> None:
    from agents.governing import previewing
    from agents.journal import policies
    from agents.policy.comparing import changes
    from agents.toolcalls.catalogue import find_tools

    before = journal.read(lambda tx: _standing(tx, owner))
    if owner == policies.ORGANISATION:
        found = changes(before, document)
        print(json.dumps({"changes": [one.as_json() for one in found]}) if as_json else "\n".join(map(str, found)))
        return
    over = journal.read(lambda tx: policies.newest(tx, policies.ORGANISATION))
    tools = find_tools().tools
    effect = journal.read(lambda tx: previewing.effect_of(tx, _said(), owner, before, document, over, tools))
    lines = previewing.lines_of(effect)
    print(json.dumps(previewing.as_json(effect), ensure_ascii=False) if as_json else "\n".join(lines))


def _standing(tx: Any, owner: str) -> Any:
    from agents.governing.putting import standing
    from agents.journal import policies
    from agents.policy.document import Document, Of

    if owner == policies.ORGANISATION:
        return policies.newest(tx, owner) or Document(of=Of.ORGANISATION)
    return standing(tx, owner)


def _opened(workspace: str, organisation: bool) -> tuple[Any, str, str]:
    """Return the journal, the document's owner, and the workspace; "" where it is the organisation's."""
    from agents.errors import NotFound
    from agents.journal import policies, workspaces
    from app.cli import opened

    _, journal = opened()
    if organisation:
        return journal, policies.ORGANISATION, ""
    found = [one for one in journal.read(workspaces.every) if not workspace or workspace in {one.id, one.team_id}]
    if len(found) != 1:
        raise NotFound(f"name the workspace with --workspace: {', '.join(one.team_id for one in found) or 'none yet'}")
    return journal, found[0].id, found[0].id


def _said() -> Any:
    from app.cli import config_of
    from app.settings import load
    from app.wiring import said_of

    return said_of(load(config=config_of()))


def _text(name: str) -> str:
    from agents.errors import BadSetting

    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadSetting(f"{name} cannot be read: {type(wrong).__name__}") from None


def _tool_names() -> set[str]:
    from agents.toolcalls.catalogue import find_tools

    found = find_tools()
    return {*found.tools, *found.missing}
