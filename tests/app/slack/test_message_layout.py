"""A whole message, whatever is in it, is laid out within Slack's limits, complete in both forms, with nothing live."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.deliveries.parts import Words, parts_of
from agents.messages import Button, Card, Line, Link, Message, Press
from app.rehearsal.blocks.check import read_blocks
from app.slack.inert import LIVE
from app.slack.limits import BLOCKS_JSON, TEXT
from app.slack.markdown import Laid
from app.slack.message_layout import lay_out_message
from app.slack.weight import weight

PAGE = "https://wiki.example/targets"
HOSTILE = st.sampled_from(
    [
        "<!channel>", "<!here|here>", "<@U0ANN000001>", "<#C0SALES0001>", "<!subteam^S1>", "@everyone", "&lt;!here&gt;",
        "https://evil.example/?q=secret", "evil.com", "xn--e1afmkfd.example", "аррӏе.com", "evil．com", "\u202e", "é",
        "[x](https://evil.example)", "mailto:a@b.example", "a@b.example", "javascript:alert(1)", "漢字", "مرحبا",
        "\u200b", PAGE, "**b**", "\n\n| a | b |\n|---|---|\n| <!here> | evil.com |\n\n", "\n", " ", "word", ":tada:",
    ]
)  # fmt: skip
WORDS = st.lists(HOSTILE | st.text(max_size=8), max_size=10).map("".join)
LINES = st.lists(
    st.builds(Line, WORDS, st.sampled_from(["planned", "working", "done", "failed", "dropped"])), max_size=6
)
BUTTONS = st.lists(
    st.builds(Button, st.sampled_from([Press.ANSWER, Press.STOP]), WORDS, st.just("v"), st.booleans()), max_size=6
)
BLOCKS = st.sampled_from(["- item\n", "word " * 40, "`x` ", "\n\n", "> q\n\n"])
SOURCES = st.lists(st.builds(Link, st.just(PAGE) | WORDS, WORDS), max_size=5)


def chart(title: str, label: str) -> dict[str, Any]:
    """Return a chart of one series."""
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {
            "type": "bar",
            "series": [{"name": label, "data": [{"label": "Q1", "value": 1}, {"label": "Q2", "value": 2.5}]}],
            "axis_config": {"categories": ["Q1", "Q2"]},
        },
    }


MESSAGES = st.builds(
    Message,
    markdown=WORDS,
    sources=SOURCES.map(tuple),
    charts=st.lists(st.builds(chart, WORDS, WORDS), max_size=2).map(tuple),
    card=st.none() | st.builds(Card, WORDS, LINES.map(tuple), WORDS),
    buttons=BUTTONS.map(tuple),
    footer=WORDS,
    footer_button=st.none() | st.just(Button(Press.WHY, "why?", "run1")),
    feedback=st.sampled_from(["", "run1"]),
)


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a part of a layout."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from objects(inner)


def kinds(laid: Laid) -> list[str]:
    """Return the kinds of the blocks."""
    return [block["type"] for block in laid.blocks or []]


@pytest.mark.failure_mode(30)
@pytest.mark.failure_mode(67)
@given(MESSAGES)
def test_nothing_in_a_message_is_live_but_what_code_vouches_for(message: Message) -> None:
    # given any message, hostile in every part, when laid out
    laid = lay_out_message(message)
    # then no element notifies or names anybody, and the only links are sources
    # (what stands in words is judged in test_markdown.py)
    vouched = {source.url for source in message.sources}
    for one in objects(laid.blocks or []):
        assert one.get("type") not in {"user", "usergroup", "channel", "broadcast", "mrkdwn", "markdown"}
        assert one.get("url", PAGE) in vouched | {PAGE}
        assert not (one.get("type") == "link" and one["url"] not in vouched)
        # and no line of plain text holds what a client would link
        if one.get("type") == "plain_text":
            assert "<" not in one["text"]
            assert "://" not in one["text"]
    assert "<" not in laid.text
    assert "\u202e" not in json.dumps(laid.blocks, ensure_ascii=False) + laid.text


@pytest.mark.failure_mode(16)
@pytest.mark.failure_mode(28)
@given(MESSAGES)
def test_slack_takes_every_layout(message: Message) -> None:
    # given any message, when laid out, then Rehearsal's strict reading of Slack's limits finds nothing wrong
    laid = lay_out_message(message)
    if laid.blocks is not None:
        read_blocks(laid.blocks)
        assert weight(laid.blocks) <= BLOCKS_JSON
    assert len(laid.text) <= TEXT


def test_an_answer_has_all_its_parts_in_order() -> None:
    # given an answer with everything
    message = Message(
        markdown=f"Net sales fell, see {PAGE}.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        sources=(Link(PAGE, "Targets"), Link("ftp://old.example", "Old list"), Link(PAGE, "Targets")),
        charts=(chart("Gap", "gap"),),
        card=Card("Compare sales", (Line("Read sales.csv", "done"), Line("Gone", "dropped")), "Draws the chart"),
        buttons=(Button(Press.STOP, "Stop", "run1"),),
        footer="#142 · claude-opus-5 · $0.0123",
        footer_button=Button(Press.WHY, "why?", "run1"),
        feedback="run1",
    )
    # when laid out
    laid = lay_out_message(message)
    # then each part is there, in the order of the page
    assert kinds(laid) == [
        *("plan", "context", "rich_text", "table", "data_visualization", "rich_text", "actions", "section"),
        "context_actions",
    ]
    plan, *_ = laid.blocks or []
    assert [(task["title"], task["status"]) for task in plan["tasks"]] == [("Read sales.csv", "complete")]
    # and the text says all of it
    assert laid.text == (
        "Compare sales\n✓ Read sales.csv\nDraws the chart\n\n"
        f"Net sales fell, see `{PAGE}`.\n```\na | b\n--+--\n1 | 2\n```"
        f"\n\n[Gap]\n\nSources: Targets (`{PAGE}`) (`wiki.example`), Old list\n\n#142 · claude-opus-5 · $0.0123"
    )


def test_buttons_have_stable_names_and_choices_stand_in_the_words_too() -> None:
    # given a question with choices, of which one is suggested, and a long one
    buttons = (
        Button(Press.ANSWER, "Q3", "q1:1", main=True),
        Button(Press.ANSWER, "x" * 90, "q1:2"),
        Button(Press.STOP, "Stop", "run1"),
    )
    # when laid out
    laid = lay_out_message(Message(markdown="Which quarter?", buttons=buttons))
    # then each is known by what it does and where it stands
    row = (laid.blocks or [])[-1]["elements"]
    assert [(one["action_id"], one["value"], one.get("style")) for one in row] == [
        ("tagwork:answer:1", "q1:1", "primary"),
        ("tagwork:answer:2", "q1:2", None),
        ("tagwork:stop:3", "run1", "danger"),
    ]
    assert len(row[1]["text"]["text"]) == 75
    assert laid.text.startswith("Which quarter?\n\nReply with one of: “Q3”, “xxx")


def test_the_thumbs_name_the_run() -> None:
    # given an answer that asks for feedback, when laid out, then the values say what was pressed and of which Run
    laid = lay_out_message(Message(markdown="Done.", feedback="run1"))
    thumbs = (laid.blocks or [])[-1]["elements"][0]
    assert thumbs["action_id"] == "tagwork:feedback"
    assert (thumbs["positive_button"]["value"], thumbs["negative_button"]["value"]) == ("good:run1", "bad:run1")


@pytest.mark.failure_mode(16)
def test_words_that_break_a_limit_lose_their_styles_before_buttons_are_lost() -> None:
    # given words of very many styles, and words beyond all blocks
    stop = (Button(Press.STOP, "Stop", "run1"),)
    styled = lay_out_message(Message(markdown="**a** b " * 600, buttons=stop))
    endless = lay_out_message(Message(markdown="word " * 4_000, buttons=stop))
    # when laid out, then the first keeps its button, the second is text, and both are whole
    assert kinds(styled) == ["rich_text", "actions"]
    assert styled.text.count("a b") == 600
    assert endless.blocks is None
    assert endless.text.count("word") == 4_000


@pytest.mark.failure_mode(16)
@given(st.lists(HOSTILE | BLOCKS, max_size=400).map("".join))
def test_every_part_of_an_answer_fits_beside_what_stands_below_it(answer: str) -> None:
    # given any answer in parts, when the last is laid out with sources, footer and thumbs, then in blocks
    for part in parts_of(answer):
        if isinstance(part, Words) and part.markdown.strip():
            message = Message(
                markdown=part.markdown,
                sources=(Link(PAGE, "Targets"),),
                footer="#1",
                footer_button=Button(Press.WHY, "why?", "run1"),
                feedback="run1",
            )
            assert lay_out_message(message).blocks is not None


@pytest.mark.parametrize("form", ["context", "plain"])
def test_live_words_are_never_bare(form: str) -> None:
    # given one line with an address, when it is a footer, then no piece of it is what clients link
    laid = lay_out_message(Message(markdown="x", footer=f"from evil.com, {form}.csv"))
    footer = (laid.blocks or [])[-1]["elements"][0]["text"]
    assert [found.group() for found in LIVE.finditer(footer)] == [f"{form}.csv"]
