"""A card in Slack's blocks: values where Slack reads no markup, within Slack's limits whatever they are."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.approvals.card import message
from app.rehearsal.blocks.check import wrong_blocks
from app.slack.limits import BLOCKS_JSON, BLOCKS_PER_MESSAGE
from app.slack.message_layout import lay_out_message
from app.slack.weight import weight
from tests.agents.approvals.given import ANN, approval, line
from tests.agents.approvals.test_showing import TRICKS


def blocks_of(*arguments: dict[str, Any], said: str = "") -> list[dict[str, Any]]:
    lines = [line(approval=approval(number), arguments=one) for number, one in enumerate(arguments, 1)]
    laid = lay_out_message(message(lines, number=7, requester=ANN, names={}, said=said))
    assert laid.blocks is not None
    return laid.blocks


def texts(part: object, within: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every text element, with the type of what it stands in."""
    if isinstance(part, list):
        return [found for one in part for found in texts(one, within)]
    if not isinstance(part, dict):
        return []
    if part.get("type") in {"text", "mrkdwn", "plain_text", "link", "user", "broadcast", "channel", "usergroup"}:
        return [(within, part)]
    return [found for one in part.values() for found in texts(one, str(part.get("type", within)))]


@pytest.mark.parametrize(
    "value", ["<!channel>", "<@U0ANN000001>", "https://evil.example/x", "*bold*", *TRICKS.values()]
)
@pytest.mark.requirement("AUTHZ-21")
def test_a_value_stands_only_where_slack_reads_no_markup(value: str) -> None:
    # given a value that Slack would act on, when it is laid out
    blocks = blocks_of({"what": value}, said=value)

    # then nothing of it is live: no mention, no link, no mrkdwn; and the value stands in preformatted text
    found = texts(blocks)
    assert {element["type"] for _, element in found} <= {"text", "plain_text"}
    assert [within for within, element in found if element["text"].startswith(value[:9])].count(
        "rich_text_preformatted"
    ) >= (1 if value[:9].isascii() and value[:9].isprintable() else 0)
    laid = lay_out_message(
        message([line(approval=approval(1), arguments={"what": value})], number=7, requester=ANN, names={}, said="")
    )
    assert "<!channel>" not in laid.text
    assert "<@" not in laid.text


@settings(max_examples=60)
@given(
    st.lists(
        st.dictionaries(st.text(min_size=1, max_size=70), st.text(max_size=3_000), max_size=12), min_size=1, max_size=3
    )
)
def test_a_card_of_three_always_fits_and_keeps_its_buttons(arguments: list[dict[str, Any]]) -> None:
    # given the most that stands on one card, with values of any kind and size, when it is laid out
    blocks = blocks_of(*arguments, said="x" * 5_000)

    # then Slack takes it, and each call has its buttons
    assert len(blocks) <= BLOCKS_PER_MESSAGE
    assert weight(blocks) <= BLOCKS_JSON
    assert json.dumps(blocks).count('"tagwork:approve:') == len(arguments)
    assert wrong_blocks(blocks) == []


def test_every_button_of_a_card_has_a_name_of_its_own() -> None:
    # given three calls on one card, when it is laid out, then no two elements are named alike
    names = [
        element["action_id"]
        for block in blocks_of({}, {}, {})
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    assert len(names) == len(set(names)) == 10
