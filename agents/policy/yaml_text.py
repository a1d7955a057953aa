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
    node = _mapping(document, _said(document))
    written: str = yaml.serialize(node, Dumper=_Dumper, width=WIDTH, allow_unicode=True)
    return FIRST + written


class _Dumper(yaml.SafeDumper):
    """Writes nodes; lists stand two columns within their key, so that what belongs to a rule is seen."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _said(model: BaseModel) -> dict[str, Any]:
    """Return what a part of the document says, by key, in the model's order."""
    fields = type(model).model_fields
    said = {name: value for name, value in model if value is not None}
    if isinstance(model, Test):
        # a test says something by being there, even where it says what holds anyway
        return {name: value for name, value in said.items() if name in model.model_fields_set}
    always = {"tagwork"} if isinstance(model, Document) else set()
    return {
        name: value
        for name, value in said.items()
        if name in always or fields[name].is_required() or value != fields[name].get_default(call_default_factory=True)
    }


def _node(value: Any) -> yaml.Node:
    if isinstance(value, BaseModel):
        return _mapping(value, _said(value))
    if isinstance(value, Mapping):
        return _mapping(value, value)
    if isinstance(value, tuple):
        nodes = [_node(one) for one in value]
        flow = all(isinstance(one, yaml.ScalarNode) for one in nodes)
        return yaml.SequenceNode(f"{TAG}seq", nodes, flow_style=flow)
    return _scalar(value)


def _mapping(owner: Any, said: Mapping[str, Any]) -> yaml.MappingNode:
    pairs = [(_scalar(key), _node(value)) for key, value in said.items()]
    flow = not pairs or isinstance(owner, Test)
    return yaml.MappingNode(f"{TAG}map", pairs, flow_style=flow)


def _scalar(value: Any) -> yaml.ScalarNode:
    if isinstance(value, StrEnum):
        value = value.value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return yaml.ScalarNode(f"{TAG}bool", "true" if value else "false")
    if isinstance(value, date):
        return yaml.ScalarNode(f"{TAG}timestamp", value.isoformat())
    if isinstance(value, float) and value.is_integer() and abs(value) < MOST_WHOLE:
        return yaml.ScalarNode(f"{TAG}int", str(int(value)))
    if isinstance(value, float):
        return yaml.ScalarNode(f"{TAG}float", _decimal_form(value))
    if isinstance(value, Decimal):
        cents = abs(value) if value == 0 else value
        whole = cents == cents.to_integral_value()
        return (
            yaml.ScalarNode(f"{TAG}int", f"{int(cents)}") if whole else yaml.ScalarNode(f"{TAG}float", f"{cents:.2f}")
        )
    return yaml.ScalarNode(f"{TAG}int", str(value))


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
    """Whether text can stand as it is: every line printable, and no space at an end that nobody would see."""
    lines = value.split("\n")
    return all(line.isprintable() and line == line.rstrip() for line in lines) and not value[0].isspace()
