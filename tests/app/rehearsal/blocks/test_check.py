"""Which blocks a message may have."""

from typing import Any

import pytest

from app.rehearsal.blocks.check import read_blocks
from app.rehearsal.slack_error import SlackError

Json = dict[str, Any]


def section(text: str) -> Json:
    """A section of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def rich(*elements: Json) -> Json:
    """A rich text of one section."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*elements]}]}


def table(rows: int, columns: int, cell: str = "x") -> Json:
    """A table of plain cells."""
    return {"type": "table", "rows": [[{"type": "raw_text", "text": cell}] * columns] * rows}


def task(task_id: str) -> Json:
    """A task card."""
    return {"type": "task_card", "task_id": task_id, "title": "Read", "status": "complete"}


def button(text: str = "Allow", **more: object) -> Json:
    """A button."""
    return {"type": "button", "text": {"type": "plain_text", "text": text}, **more}


def chart(kind: str, names: tuple[str, ...] = ("Plan",), points: int = 2, label: str = "Q") -> Json:
    """A chart over categories, with a series for each name."""
    categories = [f"{label}{number}" for number in range(points)]
    series = [{"name": name, "data": [{"label": one, "value": -1.5} for one in categories]} for name in names]
    inside = {"type": kind, "series": series, "axis_config": {"categories": categories, "x_label": "Quarter"}}
    return {"type": "data_visualization", "title": "Sales", "chart": inside}


def pie(*values: float) -> Json:
    """A pie chart."""
    segments = [{"label": f"part {number}", "value": value} for number, value in enumerate(values)]
    return {"type": "data_visualization", "title": "Shares", "chart": {"type": "pie", "segments": segments}}


def data_table(*rows: list[Json], **more: object) -> Json:
    """A data table."""
    return {"type": "data_table", "caption": "Sales by region", "rows": [*rows], **more}


def raw(text: str) -> Json:
    """A cell of text."""
    return {"type": "raw_text", "text": text}


FEEDBACK = {"text": {"type": "plain_text", "text": "Good"}, "value": "up"}


def refusal(blocks: object) -> SlackError:
    """The error that these blocks earn."""
    with pytest.raises(SlackError) as refused:
        read_blocks(blocks)
    return refused.value


GOOD = [
    section("*hello*"),
    {"type": "header", "text": {"type": "plain_text", "text": "Plan"}},
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
    {"type": "markdown", "text": "| a | b |\n| - | - |"},
    rich({"type": "text", "text": "x", "style": {"code": True}}, {"type": "user", "user_id": "U1"}),
    rich({"type": "link", "url": "https://example.com", "text": "there"}, {"type": "emoji", "name": "eyes"}),
    table(100, 20),
    {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Allow"}, "value": "1"}],
    },
    {"type": "image", "alt_text": "chart", "image_url": "https://example.com/a.png"},
    {"type": "plan", "title": "Plan", "tasks": [task("1")]},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [rich({"type": "text", "text": "a"})["elements"][0]],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        ],
    },
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: str(block["type"]))
def test_a_block_of_a_known_shape_passes_and_gets_an_id(block: Json) -> None:
    # given a good block / when
    (read,) = read_blocks([block])
    # then
    assert read["block_id"]
    assert {name: value for name, value in read.items() if name != "block_id"} == block


BAD = {
    "unknown type": {"type": "marquee"},
    "section without text": {"type": "section"},
    "section too long": section("x" * 3_001),
    "empty text": section(""),
    "header too long": {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
    "header of mrkdwn": {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    "eleven fields": {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11},
    "eleven context elements": {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
    "twenty-six buttons": {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}}] * 26,
    },
    "button text too long": {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}],
    },
    "additional property": {"type": "divider", "colour": "red"},
    "markdown too long": {"type": "markdown", "text": "x" * 12_001},
    "empty rich text element": rich({"type": "text", "text": ""}),
    "rich text style of a wrong type": rich({"type": "text", "text": "x", "style": {"bold": "yes"}}),
    "link without url": rich({"type": "link", "text": "x"}),
    "inline element in the wrong place": {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
    "mention in preformatted": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]}],
    },
    "table of 101 rows": table(101, 1),
    "table of 21 columns": table(1, 21),
    "table of too many characters": table(100, 20, "x" * 6),
    "not an object": "text",
}


@pytest.mark.failure_mode(28)
@pytest.mark.parametrize("block", BAD.values(), ids=BAD.keys())
def test_a_block_outside_slacks_limits_is_refused_with_its_place(block: Json) -> None:
    # given / when
    error = refusal([block])
    # then
    assert error.code == "invalid_blocks"
    assert "json-pointer:/blocks/0" in str(error.answer()["errors"])


@pytest.mark.failure_mode(28)
def test_a_message_holds_fifty_blocks_one_table_and_each_id_once() -> None:
    # given / when / then
    assert len(read_blocks([{"type": "divider"}] * 50)) == 50
    assert refusal([{"type": "divider"}] * 51).code == "invalid_blocks"
    assert refusal([table(1, 1), table(1, 1)]).code == "invalid_blocks"
    assert refusal([{"type": "divider", "block_id": "a"}] * 2).code == "invalid_blocks"


@pytest.mark.failure_mode(27)
def test_markdown_is_counted_over_the_whole_message() -> None:
    # given / when / then
    half = {"type": "markdown", "text": "x" * 6_000}
    assert len(read_blocks([half, half])) == 2
    assert refusal([half, half, {"type": "markdown", "text": "x"}]).code == "msg_too_long"
    assert refusal([half, half, section("x" * 1_201)]).code == "msg_blocks_too_long"


@pytest.mark.parametrize("given", ["[", "{}", 5, {"type": "divider"}])
def test_blocks_that_are_no_list_are_a_wrong_format(given: object) -> None:
    # given / when / then
    assert refusal(given).code == "invalid_blocks_format"


def test_blocks_may_come_as_json_text() -> None:
    # given / when / then
    assert read_blocks('[{"type": "divider", "block_id": "d"}]') == [{"type": "divider", "block_id": "d"}]
