"""A policy as YAML: read with the place of every fault, written so that equal policies have equal text. Pure."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from yaml.emitter import Emitter

from agents.policy.conditions import Test
from agents.policy.document import Document
from agents.policy.document_faults import faults_across, faults_of_conditions, faults_of_model, faults_of_tools
from agents.policy.marked_yaml import Fault, NotAPolicy, needs_quotes, read

FIRST = "# yaml-language-server: $schema=policy.schema.json\n"
"""Editors that know YAML complete and check by the schema beside the file: `tagwork policy schema` prints it."""

WIDTH = 110
"""Columns after which a list of values goes on in the next line."""

TAG = "tag:yaml.org,2002:"


def document_of(text: str, tools: Collection[str] | None = None) -> Document:
    """Return the policy that a text says.

    `tools`: names of all tools there are; a rule that names another is refused. None: names are not looked up.

    Raises:
        NotAPolicy: with every fault, each at its line and column.
    """
    root = read(text)
    if root.scalar or root.listed:
        raise NotAPolicy([Fault(root.mark, "no keys", "a policy, which begins with `tagwork: policy/1`")])
    told = faults_across(root)
    if tools is not None:
        told += faults_of_tools(root, tools)
    try:
        document = Document.model_validate(root.plain())
    except ValidationError as wrong:
        told += faults_of_model(wrong, root, across=not told)
    else:
        told += faults_of_conditions(document, root)
        if not told:
            return document
    raise NotAPolicy(told)


def text_of(document: Document) -> str:
    """Return a policy as YAML. What is not said is left out, and all stands in the order in which the document has it.

    Reading it gives an equal document, and writing that one the same bytes.
    """
    node = _mapping(_said(document))
    written: str = yaml.serialize(node, Dumper=_Dumper, width=WIDTH, allow_unicode=True)
    return FIRST + written


class _Dumper(yaml.SafeDumper):
    """Writes nodes; lists stand two columns within their key, so that what belongs to a rule is seen."""

    def increase_indent(self, *_args: Any, **_flow_and_indentless: Any) -> None:
        # how it flows matters to what begins a text, and that is a mapping with lines of its own
        super().increase_indent()

    def write_double_quoted(self, text: str, *_split: Any, **_or_not: Any) -> None:
        # what nobody sees, or what turns the line around it, stands as its number: an admin reads this
        self.allow_unicode = _seen(text)
        # a long one may go on in the next line: no key is long
        super().write_double_quoted(text)
        self.allow_unicode = True


def _said(model: BaseModel) -> dict[str, Any]:
    """Return what a part of the document says, by key, in the model's order."""
    fields = type(model).model_fields
    said = {name: value for name, value in model if value is not None}
    if isinstance(model, Test):
        # a test says something by being there, even where it says what holds anyway
        return {name: value for name, value in said.items() if name in model.model_fields_set}
    # what is required has no default that it could equal; the document alone has a format
    return {name: value for name, value in said.items() if name == "tagwork" or value != fields[name].default}


def _node(value: Any) -> yaml.Node:
    if isinstance(value, BaseModel):
        return _mapping(_said(value), in_one_line=isinstance(value, Test))
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, tuple):
        # all that a list holds is of one kind
        words = not value or not isinstance(value[0], BaseModel)
        return yaml.SequenceNode(f"{TAG}seq", [_node(one) for one in value], flow_style=words)
    return _scalar(value)


def _mapping(said: Mapping[str, Any], *, in_one_line: bool = False) -> yaml.MappingNode:
    pairs = [(_scalar(key), _node(value)) for key, value in said.items()]
    return yaml.MappingNode(f"{TAG}map", pairs, flow_style=in_one_line)


def _scalar(value: Any) -> yaml.ScalarNode:
    if isinstance(value, StrEnum):
        value = value.value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return yaml.ScalarNode(f"{TAG}bool", "true" if value else "false")
    if isinstance(value, date):
        return yaml.ScalarNode(f"{TAG}timestamp", value.isoformat())
    if isinstance(value, float) and not (value.is_integer() and abs(value) < MOST_WHOLE):
        return yaml.ScalarNode(f"{TAG}float", _decimal_form(value))
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return yaml.ScalarNode(f"{TAG}float", f"{value:.2f}")
    return yaml.ScalarNode(f"{TAG}int", str(int(value)))


MOST_WHOLE = 1e15
"""Below it a float that is a whole number is told as one without loss."""


def _decimal_form(value: float) -> str:
    shown = repr(value)
    # YAML 1.1 takes an exponent only behind a point
    return shown if "." in shown else shown.replace("e", ".0e")


def _text(value: str) -> yaml.ScalarNode:
    if "\n" in value and _blockable(value):
        return yaml.ScalarNode(f"{TAG}str", value, style="|")
    plain = EMITTER.analyze_scalar(value).allow_flow_plain and not needs_quotes(value)
    return yaml.ScalarNode(f"{TAG}str", value, style=None if plain else '"')


EMITTER: Any = Emitter(StringIO())
"""Knows which text may stand without quotes."""


def _blockable(value: str) -> bool:
    """Whether text can stand as it is: all of it is seen, also its beginning. YAML takes no spaces at a line's end."""
    return _seen(value) and not value[0].isspace()


def _seen(value: str) -> bool:
    return value.replace("\n", "").isprintable()
