"""What is wrong with a policy's text, told by the places in it: what stands there, what was expected, what is nearest.

The model (document.py) says what may be where; here its refusals get their line and their words. Pure.
"""

import re
import types
from collections.abc import Collection, Iterator
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agents.policy import written_values
from agents.policy.document import Document
from agents.policy.impossible import impossible
from agents.policy.marked_yaml import Fault, Mark, Node

Path: TypeAlias = tuple[str | int, ...]

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


FORMS: dict[str, str] = {getattr(written_values, name).__metadata__[0].pattern: words for name, words in SHAPES.items()}
"""By pattern."""

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
    "decimal_whole_digits": "an amount below ten million",
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
    errors = wrong.errors()
    # a list whose items are refused one by one is called too short as well
    holders = {one["loc"][:size] for one in errors for size in range(len(one["loc"]))}
    return [
        _fault(one, root)
        for one in errors
        if (one["loc"] or across) and not (one["type"] == "too_short" and one["loc"] in holders)
    ]


def _fault(error: ErrorDetails, root: Node) -> Fault:
    kind, path = error["type"], error["loc"]
    if kind == "extra_forbidden":
        return Fault(root.nearest(*path), f"the key `{path[-1]}`", one_of(_keys_at(path[:-1]), str(path[-1])))
    if kind == "missing":
        holder = root.at(*path[:-1]) or root
        if holder.listed:
            return Fault(holder.mark, f"a list of {len(holder.parts)}", "a list of 2")
        return Fault(holder.mark, f"{_subject(path[:-1], root)} without `{path[-1]}`", f"`{path[-1]}`")
    if path[-1:] == ("[key]",):
        return Fault(root.nearest(*path[:-1]), f"the key `{path[-2]}`", _form(error))
    if kind == "value_error":
        said = error["msg"].removeprefix("Value error, ")
        return Fault(root.nearest(*path), f"{_subject(path, root)}, which {said}", "")
    node = root.at(*path) or root
    return Fault(node.mark, _shown(node), _expected(error, node.value))


def _expected(error: ErrorDetails, given: Any) -> str:
    kind = error["type"]
    if kind in {"enum", "literal_error"}:
        return one_of(re.findall(r"'([^']*)'", str(error["ctx"]["expected"])), given)
    if kind == "string_pattern_mismatch":
        return _form(error)
    if kind in LIMITS:
        words, name = LIMITS[kind]
        return words.format(error["ctx"][name])
    if kind in KINDS:
        return KINDS[kind]
    return re.sub(r"^(Input|String|Decimal input|Value) should (be|have) ", "", error["msg"])


LIMITS = {
    "too_short": ("at least {} of them", "min_length"),
    "too_long": ("at most {} of them", "max_length"),
    "greater_than_equal": ("at least {}", "ge"),
    "less_than_equal": ("at most {}", "le"),
}
"""By pydantic's names of errors: the words, and under which name it tells the number."""


def _form(error: ErrorDetails) -> str:
    pattern = str(error["ctx"]["pattern"])
    return FORMS.get(pattern, f"text like {pattern}")


def one_of(known: Collection[str], given: Any) -> str:
    """Return what there is to choose from, and which of it is nearest to what was given."""
    near = get_close_matches(given, known) if isinstance(given, str) else []
    hint = f" (`{near[0]}` is nearest)" if near else ""
    many = sorted(known)
    shown = ", ".join(many[:MOST_CHOICES]) + (f" and {len(many) - MOST_CHOICES} more" if many[MOST_CHOICES:] else "")
    return f"one of {shown}{hint}" if shown else "none: there is none here"


MOST_CHOICES = 25


def _shown(node: Node) -> str:
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
        kind = str(path[-2]).removesuffix("s")
        return f"the {kind} `{node.value}`" if node is not None and node.value else f"a {kind}"
    return f"`{path[-1]}`"


def _keys_at(path: Path) -> Collection[str]:
    """Return the keys that may stand at a path of the document where keys of its format stand."""
    wanted: Any = Document
    for step in path:
        wanted = _bare(wanted)
        holder = get_origin(wanted)
        if holder is None:
            wanted = wanted.model_fields[str(step)].annotation
        else:
            wanted = get_args(wanted)[1 if holder is dict else 0]
    return tuple(_bare(wanted).model_fields)


def _bare(annotation: Any) -> Any:
    """Return a type without what constrains it, and without the `| None` behind it."""
    while get_origin(annotation) in {Annotated, Union, types.UnionType}:
        annotation = get_args(annotation)[0]
    return annotation


def faults_across(root: Node) -> list[Fault]:
    """Return what is wrong between places that are far apart: ids that stand twice, bundles that are not there."""
    told: list[Fault] = []
    seen: dict[str, Mark] = {}
    for path in _rules(root):
        node = root.at(*path, "id")
        if node is None or not isinstance(node.value, str):
            continue
        first = seen.setdefault(node.value, node.mark)
        if first != node.mark:
            again = f"the rule `{node.value}` again, which stands in line {first.line} already"
            told.append(Fault(node.mark, again, "each id once: a decision says by it which rule made it"))
    bundles = root.at("bundles")
    known = list(bundles.keys) if bundles is not None else []
    for path in _parts(root):
        attached = root.at(*path, "bundles")
        for node in attached.parts.values() if attached is not None else ():
            if isinstance(node.value, str) and node.value not in known:
                told.append(Fault(node.mark, f"the bundle `{node.value}`", one_of(known, node.value)))
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
