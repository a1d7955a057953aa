"""Which blocks a message may have."""

from typing import Any

import pytest

from app.rehearsal.blocks.check import read_blocks, wrong_blocks
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
    rich(
        {"type": "team", "team_id": "T1"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1_790_000_000, "format": "{date}", "fallback": "then"},
        {"type": "color", "value": "#1f2937"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "channel", "channel_id": "C1"},
    ),
    table(100, 20),
    {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Allow"}, "value": "1"}],
    },
    {"type": "image", "alt_text": "chart", "image_url": "https://example.com/a.png"},
    {"type": "plan", "title": "Plan", "tasks": [task("1")]},
    {"type": "image", "alt_text": "chart", "slack_file": {"id": "F1"}, "title": {"type": "plain_text", "text": "Q3"}},
    {
        "type": "section",
        "text": {"type": "plain_text", "text": "Region"},
        "accessory": {
            "type": "multi_static_select",
            "options": [{"text": {"type": "plain_text", "text": "North"}, "value": "n"}],
            "max_selected_items": 2,
        },
    },
    {
        "type": "actions",
        "elements": [
            {"type": "users_select", "action_id": "who", "placeholder": {"type": "plain_text", "text": "Who?"}},
            {"type": "datepicker", "action_id": "when", "initial_date": "2026-11-24"},
            button(action_id="go", style="primary", url="https://example.com"),
        ],
    },
    {
        "type": "input",
        "label": {"type": "plain_text", "text": "Why"},
        "element": {"type": "plain_text_input", "multiline": True, "max_length": 200},
        "optional": True,
    },
    {
        "type": "video",
        "alt_text": "a film",
        "video_url": "https://example.com/v",
        "thumbnail_url": "https://example.com/t.png",
        "title": {"type": "plain_text", "text": "Film"},
    },
    {"type": "file", "external_id": "1", "source": "remote"},
    {"type": "alert", "text": {"type": "mrkdwn", "text": "Careful"}, "level": "warning"},
    {
        "type": "context_actions",
        "elements": [
            {"type": "feedback_buttons", "positive_button": FEEDBACK, "negative_button": FEEDBACK},
            {"type": "icon_button", "icon": "trash", "text": {"type": "plain_text", "text": "Delete"}},
        ],
    },
    task("1")
    | {
        "details": rich({"type": "text", "text": "x"}),
        "sources": [{"type": "url", "url": "https://example.com", "text": "Example"}],
    },
    {"type": "card", "title": {"type": "plain_text", "text": "North"}, "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "body": {"type": "mrkdwn", "text": "x" * 200}}] * 10},
    {
        "type": "container",
        "title": {"type": "plain_text", "text": "Details"},
        "child_blocks": [section("x"), {"type": "divider"}],
        "is_collapsible": True,
    },
    pie(*[1.0] * 12),
    chart("line", points=20),
    chart("bar", names=tuple("abcdefghijkl")),
    chart("area"),
    data_table([raw("region"), raw("sum")], [raw("North"), {"type": "raw_number", "value": 1.5, "text": "1.5"}]),
    data_table(*[[raw("x")] * 20] * 201, page_size=100, row_header_column_index=19),
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
    "image of nowhere": {"type": "image", "alt_text": "x"},
    "image of two places": {
        "type": "image",
        "alt_text": "x",
        "image_url": "https://example.com/a.png",
        "slack_file": {"id": "F1"},
    },
    "one action_id twice": {"type": "actions", "elements": [button(action_id="go"), button(action_id="go")]},
    "button value too long": {"type": "actions", "elements": [button(value="x" * 2_001)]},
    "options and groups": {
        "type": "section",
        "text": {"type": "plain_text", "text": "x"},
        "accessory": {"type": "static_select", "options": [], "option_groups": []},
    },
    "alert of another level": {"type": "alert", "text": {"type": "mrkdwn", "text": "x"}, "level": "bad"},
    "six context actions": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": {"type": "plain_text", "text": "x"}}] * 6,
    },
    "plan of 51 tasks": {"type": "plan", "title": "Plan", "tasks": [task(str(number)) for number in range(51)]},
    "task of another status": {**task("1"), "status": "done"},
    "empty card": {"type": "card", "subtitle": {"type": "plain_text", "text": "x"}},
    "card of too many words": {"type": "card", "body": {"type": "mrkdwn", "text": "x" * 201}},
    "carousel of eleven cards": {
        "type": "carousel",
        "elements": [{"type": "card", "body": {"type": "mrkdwn", "text": "x"}}] * 11,
    },
    "container of eleven blocks": {
        "type": "container",
        "title": {"type": "plain_text", "text": "x"},
        "child_blocks": [{"type": "divider"}] * 11,
    },
    "container without a title": {"type": "container", "child_blocks": [{"type": "divider"}]},
    "container in a container": {
        "type": "container",
        "title": {"type": "plain_text", "text": "x"},
        "child_blocks": [
            {"type": "container", "title": {"type": "plain_text", "text": "x"}, "child_blocks": [{"type": "divider"}]}
        ],
    },
    "pie of 13 segments": pie(*[1.0] * 13),
    "pie of nothing": pie(0.0),
    "chart of 21 points": chart("line", points=21),
    "chart of 13 series": chart("line", names=tuple("abcdefghijklm")),
    "chart with a name twice": chart("line", names=("a", "a")),
    "chart with a long label": chart("line", label="x" * 20),
    "chart of another kind": chart("scatter"),
    "chart without a number": pie(float("nan")),
    "chart with a long title": {**pie(1.0), "title": "x" * 51},
    "data table of one row": data_table([raw("x")]),
    "data table of 202 rows": data_table(*[[raw("x")]] * 202),
    "data table of 21 columns": data_table(*[[raw("x")] * 21] * 2),
    "data table of uneven rows": data_table([raw("x")], [raw("x")] * 2),
    "data table with rich text in its header": data_table([rich({"type": "text", "text": "x"})], [raw("x")]),
    "data table of too many characters": data_table(*[[raw("x" * 101)]] * 200),
    "data table without caption": {"type": "data_table", "rows": [[raw("x")]] * 2},
    "data table with an unknown column": data_table([raw("x")], [raw("x")], row_header_column_index=1),
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
    assert len(read_blocks([pie(1.0)] * 2)) == 2
    assert refusal([pie(1.0)] * 3).code == "invalid_blocks"
    assert refusal([{"type": "divider", "block_id": "a"}] * 2).code == "invalid_blocks"


@pytest.mark.failure_mode(27)
def test_markdown_is_counted_over_the_whole_message() -> None:
    # given / when / then
    half = {"type": "markdown", "text": "x" * 6_000}
    assert len(read_blocks([half, half])) == 2
    assert refusal([half, half, {"type": "markdown", "text": "x"}]).code == "msg_too_long"
    assert refusal([half, half, section("x" * 1_201)]).code == "msg_blocks_too_long"


@pytest.mark.failure_mode(28)
def test_all_blocks_together_hold_13_200_characters_besides_tables() -> None:
    # given / when / then
    assert read_blocks([section("x" * 3_000)] * 4 + [section("x" * 1_200), table(50, 20, "x" * 10)])
    assert refusal([section("x" * 3_000)] * 4 + [section("x" * 1_201)]).code == "msg_blocks_too_long"


@pytest.mark.parametrize("block", [task("1"), table(1, 1), {"type": "markdown", "text": "x"}, pie(1.0)])
def test_a_view_holds_a_hundred_blocks_and_none_that_are_for_messages(block: Json) -> None:
    # given / when / then
    assert wrong_blocks([{"type": "divider"}] * 100, view=True) == []
    assert wrong_blocks([{"type": "divider"}] * 101, view=True)
    assert "json-pointer:/blocks/0/type" in wrong_blocks([block], view=True)[0]


@pytest.mark.parametrize("given", ["[", "{}", 5, {"type": "divider"}])
def test_blocks_that_are_no_list_are_a_wrong_format(given: object) -> None:
    # given / when / then
    assert refusal(given).code == "invalid_blocks_format"


def test_blocks_may_come_as_json_text() -> None:
    # given / when / then
    assert read_blocks('[{"type": "divider", "block_id": "d"}]') == [{"type": "divider", "block_id": "d"}]
