"""The model's Markdown becomes rich text: faithful, within Slack's limits, and inert whatever it says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.inert import visible
from app.slack.limits import BLOCKS_JSON, BLOCKS_PER_MESSAGE, TEXT
from app.slack.markdown import Laid, lay_out

SNIPPETS = st.sampled_from(
    [
        "<!channel>", "<@U123>", "[label](https://evil.example/?q=1)", "![x](http://e.example/i.png)", "**bold**",
        "<https://e.example>", "&lt;!here&gt;", "&#60;@U1&#62;", "_it_", "`code <!here>`", "# Head\n", "- item\n",
        "  - nested\n", "1. one\n", "> quote\n", "```\nfence <!channel>\n```\n", "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "\n\n", "\\<!channel>", "@here", "[a][b]\n\n[b]: https://e.example", "<a href='x'>y</a>", "~~s~~", "***",
        "<!subteam^S1>", "javascript:alert(1)", "\u202e",
    ]
)  # fmt: skip
MARKDOWN = st.lists(SNIPPETS | st.text(max_size=12), max_size=25).map("".join)


def parts(laid: Laid) -> Iterator[dict[str, Any]]:
    """Yield every object in the blocks."""
    waiting: list[Any] = list(laid.blocks or [])
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, dict):
            yield part
            waiting[:0] = [value for value in part.values() if isinstance(value, dict | list)]
        elif isinstance(part, list):
            waiting[:0] = part


def words(laid: Laid) -> str:
    """Return all text of the blocks."""
    return "".join(part["text"] for part in parts(laid) if part.get("type") == "text")


def kinds(laid: Laid) -> list[str]:
    """Return the kinds of the top elements."""
    return [element["type"] for block in laid.blocks or [] for element in block.get("elements", [])]


@pytest.mark.failure_mode(30)
@pytest.mark.failure_mode(67)
@given(MARKDOWN)
def test_no_text_of_the_model_is_ever_live(markdown: str) -> None:
    # given any Markdown, hostile or not, when laid out
    laid = lay_out(markdown)
    # then there is only text, lists, quotes and code, and the plain form has no markup of Slack's
    allowed = {
        "rich_text", "rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted", "text",
        "table", "raw_text",
    }  # fmt: skip
    assert {part["type"] for part in parts(laid) if "type" in part} <= allowed
    assert not re.search(r"[<>]", laid.text)
    assert "\u202e" not in words(laid) + laid.text
    elements = [element for block in laid.blocks or [] for element in block.get("elements", [block])]
    for element in elements:
        for part in parts(Laid([element], "")):
            if part.get("type") == "text" and "://" in part["text"]:
                assert part.get("style", {}).get("code") or element["type"] == "rich_text_preformatted"


@pytest.mark.failure_mode(28)
@given(MARKDOWN)
def test_blocks_keep_within_what_slack_takes(markdown: str) -> None:
    # given any Markdown, when laid out
    laid = lay_out(markdown)
    # then no limit is passed, and no element is empty
    assert len(laid.blocks or []) <= BLOCKS_PER_MESSAGE
    assert len(json.dumps(laid.blocks or [], ensure_ascii=False)) <= BLOCKS_JSON
    for part in parts(laid):
        if part.get("type") == "text":
            assert part["text"]
        elif part.get("type", "").startswith("rich_text"):
            assert part["elements"]
    assert laid.blocks is not None or not laid.text or len(markdown) > 100


PLAIN = st.text(st.sampled_from("abcXYZ äöü 漢字かな한국 שלום مرحبا 👍🎉0123456789,;?%=§€\n"), min_size=1, max_size=200)


@pytest.mark.failure_mode(27)
@given(PLAIN)
def test_every_visible_character_of_plain_words_survives(text: str) -> None:
    # given words without any markup, when laid out
    laid = lay_out(text)
    # then all of them are there, in order, in both forms
    wanted = re.sub(r"\s|=", "", visible(text))
    assert re.sub(r"\s|=", "", words(laid)) == wanted
    assert re.sub(r"\s|`|=", "", laid.text) == wanted


@pytest.mark.failure_mode(27)
@given(st.text(st.characters(codec="ascii", exclude_characters="`\r", exclude_categories=["Cc"]) | st.just("\n")))
def test_fences_keep_their_bytes(code: str) -> None:
    # given code of any bytes in a fence, when laid out
    laid = lay_out(f"```python\n{code}\n```")
    # then it is the same, character for character
    (element,) = (laid.blocks or [{}])[0]["elements"]
    assert element["type"] == "rich_text_preformatted"
    assert element["elements"] == [{"type": "text", "text": code or " "}]


@pytest.mark.failure_mode(27)
@pytest.mark.parametrize("text", ["**太字**です", "これは**強調**。", "مرحبا **بك**", "👩‍👩‍👧‍👦 **ok** ❤️‍🔥"])
def test_bold_works_beside_any_script(text: str) -> None:
    # given bold in other scripts, when laid out
    laid = lay_out(text)
    # then the words are whole, and a part is bold
    assert words(laid) == text.replace("**", "")
    assert [part for part in parts(laid) if part.get("style") == {"bold": True}]


def test_a_link_is_its_label_and_its_address_as_code() -> None:
    # given a link whose label says something else, when laid out
    laid = lay_out("See [our docs](https://evil.example/?d=1).")
    # then people see both, and neither is live
    assert words(laid) == "See our docs (https://evil.example/?d=1)."
    assert [part["text"] for part in parts(laid) if part.get("style")] == ["https://evil.example/?d=1"]
    assert laid.text == "See our docs (`https://evil.example/?d=1`)."


def test_an_address_alone_is_shown_once() -> None:
    # given addresses without labels, when laid out, then each stands once, as code
    assert (
        lay_out("<https://a.example> and https://b.example/x.").text == "`https://a.example` and `https://b.example/x`."
    )


def test_lists_keep_their_nesting_and_their_numbers() -> None:
    # given a numbered list with a nested one and code inside
    laid = lay_out("3. three\n4. four\n   - deep\n\n     ```\n     x = 1\n     ```\n5. five")
    # when laid out, then numbers go on after the interruption
    assert kinds(laid) == ["rich_text_list", "rich_text_list", "rich_text_preformatted", "rich_text_list"]
    lists = [part for part in parts(laid) if part.get("type") == "rich_text_list"]
    assert [(one["style"], one["indent"], one.get("offset", 0)) for one in lists] == [
        ("ordered", 0, 2),
        ("bullet", 1, 0),
        ("ordered", 0, 4),
    ]
    assert laid.text == "3. three\n4. four\n    • deep\n```\nx = 1\n```\n5. five"


@pytest.mark.failure_mode(27)
def test_a_table_is_a_table() -> None:
    # given a table with wide characters, a style, an empty cell and an address, between words
    laid = lay_out("Before\n\n| region | 数 |\n|:--|--:|\n| **North** | evil.com |\n| 北 | |\n\nAfter")
    # when laid out, then it is a table of Slack's whose cells are inert, and lines in columns in the text
    assert [block["type"] for block in laid.blocks or []] == ["rich_text", "table", "rich_text"]
    table = (laid.blocks or [])[1]
    assert [[cell["type"] for cell in row] for row in table["rows"]] == [
        ["raw_text", "raw_text"],
        ["rich_text", "rich_text"],
        ["raw_text", "raw_text"],
    ]
    assert table["rows"][1][1]["elements"][0]["elements"] == [
        {"type": "text", "text": "evil.com", "style": {"code": True}}
    ]
    assert [column["align"] for column in table["column_settings"]] == ["left", "right"]
    assert laid.text == ("Before\n```\nregion | 数\n-------+---------\nNorth  | evil.com\n北     |\n```\nAfter")


@pytest.mark.failure_mode(28)
def test_one_table_is_shown_and_the_others_are_lines() -> None:
    # given a small table, a large one and another large one, when laid out
    small, large = "| a |\n|---|\n| 1 |", "| a | b | c | d |\n|---|---|---|---|\n| 1 | 2 | 3 | 4 |"
    laid = lay_out(f"{small}\n\nx\n\n{large}\n\ny\n\n{large}")
    # then the first large one is the table that Slack allows, and the others stand in columns
    blocks = laid.blocks or []
    assert [block["type"] for block in blocks] == ["rich_text", "table", "rich_text"]
    assert blocks[0]["elements"][0]["elements"][0]["text"] == "a\n-\n1"
    assert blocks[2]["elements"][1]["elements"][0]["text"] == "a | b | c | d\n--+---+---+--\n1 | 2 | 3 | 4"


def test_a_table_in_a_quote_or_beyond_slacks_limits_stands_in_columns() -> None:
    # given such tables, when laid out, then no table block is made
    wide = "|" + " a |" * 21 + "\n|" + "---|" * 21
    for markdown in ("> | a | b |\n> |---|---|\n> | 1 | 2 |", wide):
        assert "table" not in [block["type"] for block in lay_out(markdown).blocks or []]


def test_only_an_address_that_is_vouched_for_is_live() -> None:
    # given words with the same address in three manners, one that begins like it, and code
    url = "https://wiki.example/targets?x=1"
    markdown = f"See {url}, [targets]({url}) and <{url}>. Not {url}2, not `{url}`."
    # when laid out with it vouched for
    laid = lay_out(markdown, {url})
    # then it is a link where it stands for itself, and nothing else is
    links = [part["url"] for part in parts(laid) if part.get("type") == "link"]
    assert links == [url, url, url]
    assert [part["text"] for part in parts(laid) if part.get("style") == {"code": True}] == [f"{url}2", url]
    assert laid.text.count(f"`{url}`") == 4


def test_what_follows_a_nested_list_stays_behind_it() -> None:
    # given an item with words before and after a nested list, when laid out, then in that order
    laid = lay_out("- before\n  - inner\n\n  after\n- next")
    assert words(laid) == "beforeinnerafternext"


def test_headings_are_bold_and_paragraphs_stand_apart() -> None:
    # given a heading and two paragraphs, when laid out, then they share one section
    laid = lay_out("# Result\n\nFirst.\n\nSecond\nline.")
    assert kinds(laid) == ["rich_text_section"]
    assert words(laid) == "Result\n\nFirst.\n\nSecond\nline."


def test_quotes_hold_words_only() -> None:
    # given a quote with a list and code in it, when laid out, then it is one quote
    laid = lay_out("> said **so**\n> - one\n> - two\n>\n> ```\n> code\n> ```")
    assert kinds(laid) == ["rich_text_quote"]
    assert words(laid) == "said so\n• one\n• two\ncode"
    assert laid.text.splitlines()[0] == "&gt; said so"


@pytest.mark.failure_mode(16)
@pytest.mark.failure_mode(28)
def test_what_is_too_long_for_blocks_goes_as_text() -> None:
    # given a message with very many styles, and one beyond Slack's longest text
    styled, long = lay_out("**a** b " * 600), lay_out("word " * 20_000)
    # when laid out, then there are no blocks, and the text is whole as far as Slack takes it
    assert styled.blocks is None
    assert styled.text.count("a b") == 600
    assert long.blocks is None
    assert len(long.text) <= TEXT


def test_markup_and_html_are_words() -> None:
    # given HTML and Slack's own markup, when laid out, then people see them as written
    laid = lay_out("<b>x</b> <!channel> <@U1> &lt;!here&gt;")
    assert words(laid) == "<b>x</b> <!channel> <@U1> <!here>"
    assert laid.text == "&lt;b&gt;x&lt;/b&gt; &lt;!channel&gt; &lt;@U1&gt; &lt;!here&gt;"
