"""What is wrong with a policy's text, told by the places in it: what stands there, what was expected, what is nearest.

The model (document.py) says what may be where; here its refusals get their line and their words. Pure.
"""

import re
import types
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints, ValidationError

from agents.policy import written_values
from agents.policy.document import Document
from agents.policy.impossible import impossible
from agents.policy.marked_yaml import Fault, Mark, Node

Path = tuple[str | int, ...]

SHAPES = {
    "Id": "an id of Slack, such as C0123ABCD, U0123ABCD or S0123ABCD",
    "Name": "a name of small letters, digits, `.`, `_` and `-`",
    "ToolName": "a tool's name, the beginning of names and `*`, or `*`",
    "Host": "a host in small letters, without scheme, port or path, such as docs.example.com or *.example.com",
    "PathPrefix": "the beginning of a path, such as /api",
    "Network": "a network, such as 10.0.0.0/8",
    "TimeOfDay": "a time of day, such as 08:30 or 24:00",
    "Span": "a span of time, such as 30m, 24h or 7d",
}
"""What each form of agents/policy/written_values.py is, in words."""


def _pattern(name: str) -> str:
    constraints = next(
        one for one in getattr(written_values, name).__metadata__ if isinstance(one, StringConstraints) and one.pattern
    )
    return str(constraints.pattern)


FORMS = {_pattern(name): words for name, words in SHAPES.items()}

KINDS = {
    "string_type": "text (a number or a date that is meant as text stands in quotes)",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "decimal_type": "an amount of US dollars, such as 5 or 12.50",
    "decimal_parsing": "an amount of US dollars, such as 5 or 12.50",
    "decimal_max_places": "an amount of US dollars, to the cent",
    "decimal_max_digits": "an amount below ten million",
    "date_type": "a day, such as 2027-01-31",
    "date_parsing": "a day, such as 2027-01-31",
    "date_from_datetime_parsing": "a day, such as 2027-01-31",
    "date_from_datetime_inexact": "a day, such as 2027-01-31",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
}
"""By pydantic's names of errors."""


def faults_of_model(wrong: ValidationError, root: Node, *, across: bool = True) -> list[Fault]:
    """Return what pydantic refused, each at its place in the text that `root` was read from.

    `across`: also what it refuses of the document as a whole, which `faults_across` tells with its places.
    """
    errors = wrong.errors(include_url=False)
    paths = [tuple(one["loc"]) for one in errors]
    # a list whose items are refused one by one is called too short as well
    holders = {path[:size] for path in paths for size in range(len(path))}
    return [
        _fault(error["type"], path, error["msg"], error.get("ctx", {}), root)
        for error, path in zip(errors, paths, strict=True)
        if (path or across) and not (error["type"] == "too_short" and path in holders)
    ]


def _fault(kind: str, path: Path, message: str, context: Mapping[str, Any], root: Node) -> Fault:
    node = root.at(*path)
    if kind == "extra_forbidden":
        return Fault(root.nearest(*path), f"the key `{path[-1]}`", one_of(_keys_at(path[:-1]), str(path[-1])))
    if kind == "missing":
        holder = root.at(*path[:-1]) or root
        if holder.listed:
            return Fault(holder.mark, f"a list of {len(holder.parts)}", "a list of 2")
        return Fault(holder.mark, f"{_subject(path[:-1], root)} without `{path[-1]}`", f"`{path[-1]}`")
    if path and path[-1] == "[key]":
        return Fault(root.nearest(*path[:-1]), f"the key `{path[-2]}`", _expected(kind, message, context, ""))
    if kind == "value_error":
        said = message.removeprefix("Value error, ")
        return Fault(root.nearest(*path), f"{_subject(path, root)}, which {said}", "")
    given = node.value if node is not None else None
    mark = node.mark if node is not None else root.nearest(*path)
    return Fault(mark, _shown(node), _expected(kind, message, context, given))


def _expected(kind: str, message: str, context: Mapping[str, Any], given: Any) -> str:
    if kind in {"enum", "literal_error"}:
        return one_of(re.findall(r"'([^']*)'", str(context["expected"])), given)
    if kind == "string_pattern_mismatch":
        return FORMS.get(str(context["pattern"]), f"text like {context['pattern']}")
    if kind in {"too_short", "too_long"}:
        size, word = (
            (context.get("min_length"), "least") if kind == "too_short" else (context.get("max_length"), "most")
        )
        return f"at {word} {size} of them"
    if kind in {"greater_than_equal", "less_than_equal"}:
        return f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
    if kind in KINDS:
        return KINDS[kind]
    return re.sub(r"^(Input|String|Decimal input|Value) should (be|have) ", "", message)


def one_of(known: Collection[str], given: Any) -> str:
    """Return what there is to choose from, and which of it is nearest to what was given."""
    near = get_close_matches(given, known, n=1) if isinstance(given, str) else []
    hint = f" (`{near[0]}` is nearest)" if near else ""
    many = sorted(known)
    shown = ", ".join(many[:MOST_CHOICES]) + (f" and {len(many) - MOST_CHOICES} more" if many[MOST_CHOICES:] else "")
    return f"one of {shown}{hint}" if shown else "none: there is none here"


MOST_CHOICES = 25


def _shown(node: Node | None) -> str:
    if node is None:
        return "nothing"
    if not node.scalar:
        return f"a list of {len(node.parts)}" if node.listed else "keys and values"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, str):
        return f"`{node.value}`" if len(node.value) <= MOST_SHOWN else f"a text of {len(node.value)} characters"
    if isinstance(node.value, bool):
        return str(node.value).lower()
    return f"the day {node.value}" if isinstance(node.value, date) else f"the number {node.value}"


MOST_SHOWN = 60


def _subject(path: Path, root: Node) -> str:
    """Return what stands at a path, by the name that it has there."""
    if not path:
        return "a document"
    if isinstance(path[-1], int):
        node = root.at(*path, "id")
        kind = str(path[-2]).removesuffix("s") if len(path) > 1 else "one"
        return f"the {kind} `{node.value}`" if node is not None and node.value else f"a {kind}"
    return f"`{path[-1]}`"


def _keys_at(path: Path) -> Collection[str]:
    """Return the keys that may stand at a path of the document."""
    wanted: Any = Document
    for step in path:
        wanted = _bare(wanted)
        if isinstance(wanted, type) and issubclass(wanted, BaseModel):
            wanted = wanted.model_fields[str(step)].annotation
        else:
            wanted = get_args(wanted)[1 if get_origin(wanted) is dict else 0]
    wanted = _bare(wanted)
    return tuple(wanted.model_fields) if isinstance(wanted, type) and issubclass(wanted, BaseModel) else ()


def _bare(annotation: Any) -> Any:
    """Return a type without what constrains it, and without `| None`."""
    while get_origin(annotation) in {Annotated, Union, types.UnionType}:
        annotation = next(one for one in get_args(annotation) if one is not type(None))
    return annotation


def faults_across(root: Node) -> list[Fault]:
    """Return what is wrong between places that are far apart: ids that stand twice, bundles that are not there."""
    told: list[Fault] = []
    seen: dict[Any, Mark] = {}
    for path in _rules(root):
        node = root.at(*path, "id")
        if node is None or not isinstance(node.value, str):
            continue
        if node.value in seen:
            first = seen[node.value]
            again = f"the rule `{node.value}` again, which stands in line {first.line} already"
            told.append(Fault(node.mark, again, "each id once: a decision says by it which rule made it"))
        seen.setdefault(node.value, node.mark)
    bundles = root.at("bundles")
    for path in _parts(root):
        attached = root.at(*path, "bundles")
        for node in attached.parts.values() if attached is not None else ():
            if isinstance(node.value, str) and (bundles is None or node.value not in bundles.parts):
                told.append(
                    Fault(
                        node.mark,
                        f"the bundle `{node.value}`",
                        one_of(list(bundles.keys) if bundles else [], node.value),
                    )
                )
    whose, channels = root.at("of"), root.at("channels")
    if whose is not None and whose.value == "organisation" and channels is not None and channels.parts:
        told.append(
            Fault(root.keys["channels"], "`channels` in the organisation's policy", "them in the workspace's policy")
        )
    return told


def faults_of_tools(root: Node, tools: Collection[str]) -> list[Fault]:
    """Return where a tool is named that there is none of. Beginnings of names (`*`) are not looked up."""
    told: list[Fault] = []

    def look(name: Any, mark: Mark) -> None:
        if isinstance(name, str) and not name.endswith("*") and name not in tools:
            told.append(Fault(mark, f"the tool `{name}`, which there is not here", one_of(tools, name)))

    authority = root.at("authority")
    for name, mark in authority.keys.items() if authority is not None else ():
        look(name, mark)
    for path in [*_rules(root), *_ceilings(root)]:
        listed = root.at(*path, "tools")
        for node in listed.parts.values() if listed is not None else ():
            look(node.value, node.mark)
    return told


def faults_of_conditions(document: Document, root: Node) -> list[Fault]:
    """Return the tests that can never hold, of a document that was read from `root`."""
    told = []
    for path in [*_rules(root), *_ceilings(root)]:
        owner: Any = document
        for step in path:
            owner = getattr(owner, str(step)) if isinstance(owner, BaseModel) else owner[step]
        for attribute, why in impossible(owner.where):
            mark = root.nearest(*path, "where", attribute)
            told.append(Fault(mark, f"`{attribute}`, which can never hold: {why}", "a test that some call meets"))
    return told


def _parts(root: Node) -> Iterator[Path]:
    yield ("default",)
    channels = root.at("channels")
    yield from (("channels", name) for name in (channels.keys if channels is not None else ()))


def _rules(root: Node) -> Iterator[Path]:
    bundles = root.at("bundles")
    holders = [*_parts(root), *(("bundles", name) for name in (bundles.keys if bundles is not None else ()))]
    for holder in holders:
        listed = root.at(*holder, "rules")
        yield from ((*holder, "rules", at) for at in (listed.parts if listed is not None else ()))


def _ceilings(root: Node) -> Iterator[Path]:
    for holder in _parts(root):
        listed = root.at(*holder, "ceilings")
        yield from ((*holder, "ceilings", at) for at in (listed.parts if listed is not None else ()))
