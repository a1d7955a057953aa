"""How messages and threads look in a terminal."""

from typing import Any

import pytest

from app.rehearse.block_looks import block_lines
from app.rehearse.inline_looks import seen_text
from app.rehearse.looks import message_lines, thread_lines
from app.rehearse.names import Names

Json = dict[str, Any]
NAMES = Names({"U1": "Ann", "U2": "Ben", "U9": "Tagwork"}, {"C1": "sales", "D1": ""})


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def said(text: str = "", **more: Any) -> Json:
    return {"type": "message", "user": "U9", "bot_id": "B9", "ts": "2.000000", "text": text, **more}


@pytest.mark.parametrize(
    ("wire", "seen"),
    [
        ("<@U1> asked in <#C1>", "@Ann asked in #sales"),
        ("<@U7|carla> in <#C7|ops>, <!here> &amp; <!subteam^S1|@ops>", "@carla in #ops, @here & @ops"),
        ("<https://a.example/b|the wiki> and <https://a.example/b>", "the wiki (https://a.example/b) and "
         "https://a.example/b"),
        ("1 &lt; 2, *bold* `code`", "1 < 2, *bold* `code`"),
    ],
)  # fmt: skip
def test_text_reads_as_in_slack(wire: str, seen: str) -> None:
    assert seen_text(wire, NAMES) == seen


def test_rich_text_keeps_lists_quotes_code_and_marks() -> None:
    # given
    block = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Sum "},
                    {"type": "text", "text": "rose", "style": {"bold": True}},
                    {"type": "emoji", "name": "tada"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "ordered",
                "offset": 1,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U2"}]}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a\nb"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1\n"}]},
        ],
    }
    # then
    assert block_lines([block], NAMES) == ["Sum *rose*:tada:", "2. @Ben", "> a", "> b", "```", "x = 1", "```"]


def test_tables_stand_in_columns_with_figures_to_the_right() -> None:
    # given a table with wide characters and another whose column says how it is aligned
    data = {
        "type": "data_table",
        "caption": "Sales",
        "rows": [
            [{"type": "raw_text", "text": "Region"}, {"type": "raw_text", "text": "Sum"}],
            [{"type": "raw_text", "text": "東京"}, {"type": "raw_number", "value": 7, "text": "7"}],
            [{"type": "raw_text", "text": "North"}, {"type": "raw_number", "value": 1200, "text": "1,200"}],
        ],
    }
    table = {
        "type": "table",
        "column_settings": [{"align": "right"}],
        "rows": [[{"type": "raw_text", "text": "n"}], [rich({"type": "text", "text": "12"})]],
    }
    # then
    assert block_lines([data], NAMES) == [
        "Sales",
        "Region │   Sum",
        "───────┼──────",
        "東京   │     7",
        "North  │ 1,200",
    ]
    assert block_lines([table], NAMES) == [" n", "──", "12"]


def test_a_chart_shows_a_bar_for_every_value() -> None:
    # given
    series = [{"name": "Gap", "data": [{"label": "North", "value": -20}, {"label": "South", "value": 10}]}]
    chart = {"type": "bar", "series": series, "axis_config": {"categories": ["North", "South"], "y_label": "kEUR"}}
    # then
    assert block_lines([{"type": "data_visualization", "title": "Gap to target", "chart": chart}], NAMES) == [
        "Gap to target (bar chart)",
        "kEUR",
        "Gap",
        f"  North {'█' * 24} -20",
        f"  South {'█' * 12} 10",
    ]


def test_a_plan_ticks_and_buttons_are_in_brackets() -> None:
    # given
    blocks: list[Json] = [
        {
            "type": "plan",
            "title": "Compare sales with targets",
            "tasks": [
                {"type": "task_card", "task_id": "1", "title": "Read the file", "status": "complete"},
                {
                    "type": "task_card",
                    "task_id": "2",
                    "title": "Read the wiki page",
                    "status": "in_progress",
                    "details": rich({"type": "text", "text": "2 of 3 pages"}),
                    "sources": [{"type": "url", "url": "https://wiki.example/t", "text": "Targets"}],
                },
                {"type": "task_card", "task_id": "3", "title": "Chart the gap", "status": "pending"},
            ],
        },
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "stop", "text": plain("Stop")},
                {
                    "type": "static_select",
                    "action_id": "region",
                    "placeholder": plain("Region"),
                    "options": [{"text": plain("North"), "value": "n"}, {"text": plain("South"), "value": "s"}],
                },
            ],
        },
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "feedback",
                    "positive_button": {"text": plain("Good"), "value": "up"},
                    "negative_button": {"text": plain("Bad"), "value": "down"},
                }
            ],
        },
    ]
    # then
    assert block_lines(blocks, NAMES) == [
        "Compare sales with targets",
        "  ✓ Read the file",
        "  ◐ Read the wiki page",
        "      2 of 3 pages",
        "      Targets (https://wiki.example/t)",
        "  ○ Chart the gap",
        "[Stop] [Region ▾ North | South]",
        "[Good] [Bad]",
    ]


def test_long_prose_is_wrapped_and_code_is_not() -> None:
    # given
    code = "x" * 150
    # when
    lines = block_lines([{"type": "markdown", "text": f"{'word ' * 30}\n```\n{code}\n```"}], NAMES)
    # then
    assert max(map(len, lines[:2])) <= 96
    assert lines[2:] == ["```", code, "```"]


def test_a_message_has_author_files_reactions_and_marks() -> None:
    # given
    message = {
        "user": "U1",
        "ts": "1.000000",
        "text": "<@U9> count this",
        "edited": {"user": "U1", "ts": "1.5"},
        "files": [{"id": "F1", "name": "sales.csv", "title": "sales.csv", "size": 1234}],
        "reactions": [{"name": "eyes", "users": ["U9"], "count": 1}],
    }
    # then
    assert message_lines(message, NAMES) == [
        "Ann       @Tagwork count this (edited)",
        "          [file: sales.csv, 1.2 kB]",
        "          :eyes: Tagwork",
    ]
    assert message_lines(said("Counting", streaming=True), NAMES) == ["Tagwork   Counting …"]


def test_a_thread_shows_what_one_person_sees_in_its_place() -> None:
    # given a root that was deleted, a reply that was deleted, an answer, and an ephemeral that was replaced
    messages = [
        {"user": "U1", "ts": "1.000000", "thread_ts": "1.000000", "text": "hello", "deleted": True},
        {"user": "U2", "ts": "1.500000", "thread_ts": "1.000000", "text": "gone", "deleted": True},
        said("Done.", thread_ts="1.000000"),
    ]
    entries: list[Json] = [
        {"what": "ephemeral", "ts": "1.700000", "user": "U9", "shown_to": "U2", "text": "Sure?", "blocks": []},
        {"what": "ephemeral_updated", "ts": "1.700000", "user": "U9", "shown_to": "U2", "text": "Ok.", "blocks": []},
        {"what": "ephemeral", "ts": "1.800000", "user": "U9", "shown_to": "U2", "text": "Old", "blocks": []},
        {"what": "ephemeral_deleted", "ts": "1.800000", "user": "U9", "shown_to": "U2", "text": "", "blocks": []},
        {"what": "posted", "ts": "2.000000", "user": "U9", "text": "Done."},
    ]
    # then
    assert thread_lines(messages, entries, NAMES) == [
        "Ann       (this message was deleted)",
        "Tagwork   (only Ben sees this)",
        "          Ok.",
        "Tagwork   Done.",
    ]
