"""`tagwork policy …`: policies as files: checked, compared, tried out. None of these verbs needs a journal."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

FILE = Annotated[str, typer.Argument(help="The policy, as YAML; - reads standard input.")]
OVER = Annotated[str, typer.Option("--organisation", help="The organisation's policy, which stands over this one.")]
JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the noun and its verbs."""
    policy = typer.Typer(help="Policies: who may do what where.", no_args_is_help=True)
    app.add_typer(policy, name="policy")
    for name, verb in (
        ("cedar", cedar),
        ("check", check),
        ("diff", diff),
        ("lint", lint),
        ("preset", preset),
        ("schema", schema),
        ("simulate", simulate),
    ):
        policy.command(name)(verb)


def check(file: FILE, as_json: JSON = False) -> None:
    """Say whether a file is a policy. Exit 1: it is not, and each fault is named with its line and column."""
    from agents.policy.marked_yaml import NotAPolicy
    from agents.policy.yaml_text import document_of
    from app.cli import BAD

    try:
        document = document_of(_text(file), _tool_names())
    except NotAPolicy as wrong:
        if as_json:
            faults = [
                {"line": one.mark.line, "column": one.mark.column, "found": one.found, "expected": one.expected}
                for one in wrong.faults
            ]
            print(json.dumps({"file": file, "holds": False, "faults": faults}, ensure_ascii=False))
        else:
            _print_faults(file, wrong)
        raise typer.Exit(BAD) from None
    every = [one.rules for one in (document.default, *document.channels.values())]
    rules = sum(map(len, [*every, *(one.rules for one in document.bundles.values())]))
    told = {"file": file, "holds": True, "of": document.of.value, "version": document.version, "rules": rules}
    print(json.dumps(told) if as_json else f"{file}: a policy of the {document.of.value}, {rules} rules")


def diff(before: FILE, after: FILE, organisation: OVER = "", as_json: JSON = False) -> None:
    """Say what the second file changes, and whether rights widen by it. Exit 1: something is otherwise."""
    from agents.policy.change import Direction
    from agents.policy.comparing import changes
    from app.cli import BAD, OK

    found = changes(_document(before), _document(after), _over(organisation))
    if as_json:
        widens = any(one.direction is Direction.WIDENS for one in found)
        print(json.dumps({"widens": widens, "changes": [one.as_json() for one in found]}, ensure_ascii=False))
    else:
        for one in found:
            print(one)
        if not found:
            print("no change")
    raise typer.Exit(BAD if found else OK)


def lint(
    file: FILE,
    organisation: OVER = "",
    day: Annotated[
        str, typer.Option(help="The day, in UTC, on which rules may have ended: 2027-01-31. Without it: today.")
    ] = "",
    as_json: JSON = False,
) -> None:
    """Say what looks right and does nothing, or does more than it looks like. Exit 1: there is something."""
    from agents.policy.linting import lints
    from agents.toolcalls.catalogue import find_tools
    from app.cli import BAD, OK

    found = lints(_document(file), find_tools().tools, organisation=_over(organisation), today=_at(day, "--day").date())
    if as_json:
        told = [{"kind": one.kind.value, "rule": one.rule, "place": one.place, "says": one.says} for one in found]
        print(json.dumps({"file": file, "lints": told}, ensure_ascii=False))
    else:
        for one in found:
            print(one)
        if not found:
            print(f"{file}: nothing to tell")
    raise typer.Exit(BAD if found else OK)


def schema() -> None:
    """Print the JSON Schema of policies: put it beside the file as policy.schema.json, and editors complete it."""
    from agents.policy.json_schema import schema_text

    print(schema_text(), end="")


def preset(
    name: Annotated[str, typer.Argument(help="careful, standard or open; without it, what each means.")] = "",
) -> None:
    """Print a policy to start with."""
    from agents.policy.presets import PRESETS, SAYS
    from agents.policy.yaml_text import text_of

    if not name:
        for one, says in SAYS.items():
            print(f"{one:<10} {says}")
        return
    if name not in PRESETS:
        raise _wrong(f"there is no preset {name!r}; there is: {', '.join(PRESETS)}")
    print(text_of(PRESETS[name]), end="")


def cedar(file: FILE, organisation: OVER = "") -> None:
    """Print what rules and ceilings decide as Cedar text. What Cedar cannot say is told apart, and stricter there."""
    from agents.policy.cedar import cedar_of

    exported = cedar_of(_over(organisation), _document(file))
    print(exported.text, end="")
    for what, why in exported.left_out:
        print(f"left out: {what}: {why}", file=sys.stderr)


def simulate(
    file: FILE,
    tool: Annotated[str, typer.Option(help="The tool that would be called.")],
    arguments: Annotated[str, typer.Option(help="Its arguments, as a JSON object.")] = "{}",
    here: Annotated[str, typer.Option(help="The channel in which it is asked for, by id.")] = "C0",
    who: Annotated[str, typer.Option(help="Who asks, by id.")] = "U0",
    kind: Annotated[str, typer.Option(help="What they are: admin, member, guest, stranger, bot, gone.")] = "member",
    group: Annotated[list[str] | None, typer.Option(help="A user group of theirs; may be given several times.")] = None,
    member: Annotated[bool, typer.Option(help="Whether they are in the channel.")] = True,
    trigger: Annotated[
        str, typer.Option(help="How it came about: mention, reply, direct, shortcut, routine.")
    ] = "mention",
    external: Annotated[bool, typer.Option(help="The channel is shared with another organisation.")] = False,
    untrusted: Annotated[bool, typer.Option(help="The request has read what anyone could have written.")] = False,
    written: Annotated[list[str] | None, typer.Option(help="An address that they wrote in the thread.")] = None,
    effect: Annotated[str, typer.Option(help="Of a tool that is not installed here: read, write, act.")] = "",
    reach: Annotated[str, typer.Option(help="Of such a tool: run, thread, inside, outside, destructive.")] = "",
    at: Annotated[str, typer.Option(help="When, in UTC: 2027-01-31T12:00. Without it: now.")] = "",
    organisation: OVER = "",
    as_json: JSON = False,
) -> None:
    """Say what a policy would decide about a call, and why. Nothing happens. Exit 1: it would not be allowed."""
    from agents.policy.compiling import compiled_of
    from agents.policy.explaining import as_json as judgement_json
    from agents.policy.explaining import explained
    from agents.policy.judging import judge
    from agents.policy.simulating import Supposed, facts_of
    from agents.policy.verdicts import Verdict
    from agents.toolcalls.catalogue import find_tools
    from app.cli import BAD, OK

    policies = compiled_of(_over(organisation), _document(file))
    supposed = Supposed(
        tool=tool,
        arguments=_arguments(arguments),
        here=here,
        who=who,
        kind=kind,
        groups=frozenset(group or ()),
        member=member,
        trigger=trigger,
        external=external,
        untrusted=untrusted,
        written=frozenset(written or ()),
        effect=effect,
        reach=reach,
        at=_at(at, "--at"),
    )
    try:
        facts = facts_of(supposed, find_tools().tools, policies.windows)
    except ValueError as wrong:
        raise _wrong(str(wrong)) from None
    judgement = judge(policies, facts)
    if as_json:
        print(json.dumps(judgement_json(judgement), ensure_ascii=False))
    else:
        for line in explained(judgement, facts.reach, policies.holding(here)):
            print(line)
    raise typer.Exit(OK if judgement.verdict is Verdict.ALLOW else BAD)


def _document(name: str) -> Any:
    """Return the policy of a file. A file that is none ends the command: this verb needs one."""
    from agents.policy.marked_yaml import NotAPolicy
    from agents.policy.yaml_text import document_of
    from app.cli import WRONG_CALL

    try:
        return document_of(_text(name))
    except NotAPolicy as wrong:
        _print_faults(name, wrong)
        raise typer.Exit(WRONG_CALL) from None


def _over(name: str) -> Any:
    from agents.policy.document import Of

    if not name:
        return None
    document = _document(name)
    if document.of is not Of.ORGANISATION:
        raise _wrong(f"{name} is a workspace's policy; --organisation wants one that says `of: organisation`")
    return document


def _text(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as wrong:
        raise _wrong(f"{name} cannot be read: {wrong.strerror}") from None
    except UnicodeDecodeError as wrong:
        raise _wrong(f"{name} is not UTF-8 at byte {wrong.start}") from None


def _print_faults(name: str, wrong: Any) -> None:
    for line in str(wrong).splitlines():
        print(f"{name}: {line}", file=sys.stderr)


def _tool_names() -> set[str]:
    from agents.toolcalls.catalogue import find_tools

    found = find_tools()
    return {*found.tools, *found.missing}


def _arguments(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except ValueError as wrong:
        raise _wrong(f"--arguments is no JSON: {wrong}") from None
    if not isinstance(given, dict):
        raise _wrong("--arguments is not a JSON object, such as {}")
    return given


def _at(text: str, option: str) -> datetime:
    """Return a day or a time that was written, in UTC; empty: now."""
    from datetime import UTC

    if not text:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise _wrong(f"{option} is no time: {text!r}. Write 2027-01-31 or 2027-01-31T12:00") from None


def _wrong(says: str) -> Exception:
    from agents.errors import BadSetting

    return BadSetting(says)
