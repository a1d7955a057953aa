"""Every user group that a policy names, wherever it stands: of these it has to be known who is in them."""

from typing import Any

import pytest

from agents.policy.document import Document
from agents.policy.groups import groups_named

WHERES = [
    {"groups": {"any_of": ["S1", "S2"]}},
    {"groups": {"all_of": ["S1"], "none_of": ["S2"]}},
]
"""Conditions that name S1 and S2."""

LINE: dict[str, Any] = {"tools": ["send"]}
RULE: dict[str, Any] = {"id": "a", "verdict": "allow", **LINE}
SETTINGS = [
    {"asking": {"groups": ["S1", "S2"]}},
    {"approvers": {"groups": ["S1", "S2"]}},
    {"editors": {"groups": ["S1", "S2"]}},
]
PARTS: list[dict[str, Any]] = [
    *({"rules": [{**RULE, "where": where}]} for where in WHERES),
    *({"ceilings": [{**LINE, "where": where}]} for where in WHERES),
    *({"settings": settings} for settings in SETTINGS),
    {"rules": [{**RULE, "verdict": "ask", "approvers": {"groups": ["S1", "S2"]}}]},
]
"""Each part of a policy in which S1 and S2 can stand."""


@pytest.mark.parametrize("part", PARTS)
def test_a_group_is_found_in_whatever_part_it_stands(part: dict[str, Any]) -> None:
    # given a part that names two groups, when it is the whole workspace's, or one of two channels', then both are found
    for document in ({"default": part}, {"channels": {"C1": {}, "C2": part}}, {"channels": {"C1": part, "C2": {}}}):
        assert groups_named([Document.model_validate(document)]) == {"S1", "S2"}


@pytest.mark.parametrize("rule", [one["rules"] for one in PARTS if "rules" in one])
def test_a_group_is_found_in_a_bundle_that_is_attached_nowhere_yet(rule: Any) -> None:
    # given a bundle whose rule names two groups, when nobody attached it, then both are found
    assert groups_named([Document.model_validate({"bundles": {"b": {"rules": rule}}})]) == {"S1", "S2"}


def test_groups_of_all_documents_are_found_and_where_none_is_named_none() -> None:
    # given the organisation's document and the workspace's, then the groups of both are found; of others, none
    named = [Document.model_validate({"default": {"settings": {"editors": {"groups": [one]}}}}) for one in ("S1", "S2")]
    plain = {**RULE, "verdict": "ask", "where": {"who": {"any_of": ["U1"]}}, "approvers": {"people": ["U2"]}}
    assert groups_named(named) == {"S1", "S2"}
    assert groups_named([Document.model_validate({"default": {"rules": [plain]}})]) == frozenset()
