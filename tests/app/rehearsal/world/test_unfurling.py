"""Which addresses Slack would fetch, taken too widely on purpose."""

from typing import Any

import pytest
from slack_sdk import WebClient

from app.rehearsal.world.unfurling import addresses
from tests.given.rehearsal import RehearsalProcess

SALES = "C0SALES0001"
Json = dict[str, Any]
SEEN = {
    "a URL": "see https://evil.example/?q=1.",
    "capital letters": "HTTPS://EVIL.EXAMPLE",
    "a labelled link": "<http://evil.example|harmless>",
    "a Markdown link": "[harmless](https://evil.example/x)",
    "an image": "![x](https://evil.example/x.png)",
    "code": "`https://evil.example`",
    "a bare domain": "go to evil.com now",
    "a bare domain with a path": "evil.com/?secret=1",
    "a domain of a country": "evil.io",
    "a zero-width space inside": "https://ev\u200bil.example",
    "a zero-width joiner in a bare domain": "evil\u200d.com",
    "a soft hyphen": "ht\u00adtps://evil.example",
    "a word joiner": "evil.c\u2060om",
    "a Hangul filler": "evil\u3164.com",
    "fullwidth letters": "ｅｖｉｌ．ｃｏｍ",
    "an ideographic full stop": "evil。com",
    "letters of another script": "пример.рф",
    "an encoded domain": "xn--e1afmkfd.xn--p1ai",
    "an HTML escape": "evil&#46;com",
    "a Markdown escape": "evil\\.com",
    "a scheme inside another": "slack://open?x=https://evil.example",
}


@pytest.mark.parametrize("text", SEEN.values(), ids=SEEN.keys())
def test_an_address_is_seen_however_it_is_written(text: str) -> None:
    # given / when / then
    assert addresses([text], [])


@pytest.mark.parametrize(
    "text",
    ["", "no address here", "3.14 and 1.000.000", "ann@example.com", "hxxps://evil[.]example", "e.g. this", "a...b",
     "sales.csv and report.xlsx", "v1.2.3", "12:30"],
)  # fmt: skip
def test_what_is_no_address_is_not_seen(text: str) -> None:
    # given / when / then
    assert addresses([text], []) == []


def rich(*texts: str) -> Json:
    """A line of rich text in these pieces."""
    pieces = [{"type": "text", "text": text} for text in texts]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": "https://evil.example"}},
        {"type": "section", "fields": [{"type": "plain_text", "text": "evil.com"}]},
        {"type": "header", "text": {"type": "plain_text", "text": "evil.com"}},
        {"type": "markdown", "text": "evil.com"},
        {"type": "image", "alt_text": "x", "image_url": "https://evil.example/x.png"},
        {"type": "video", "video_url": "https://evil.example", "title": {"type": "plain_text", "text": "x"}},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "evil.com"}]]},
        {"type": "data_table", "caption": "evil.com", "rows": []},
        {"type": "data_visualization", "title": "evil.com", "chart": {"type": "pie", "segments": []}},
        {"type": "actions", "elements": [{"type": "button", "text": {"text": "x"}, "url": "https://evil.example"}]},
        {"type": "plan", "title": "x", "tasks": [{"type": "task_card", "title": "evil.com"}]},
        {"type": "task_card", "title": "x", "sources": [{"type": "url", "url": "https://evil.example", "text": "x"}]},
        {"type": "data_visualization", "chart": {"axis_config": {"categories": ["evil.com"]}}},
        rich("https://evil.example"),
        rich("ev", "il.c", "om"),
    ],
)
def test_an_address_is_seen_in_every_kind_of_block(block: Json) -> None:
    # given / when / then
    assert addresses([], [block])


def test_what_nobody_sees_of_a_block_is_not_searched() -> None:
    # given
    button = {"type": "button", "action_id": "evil.com", "value": "evil.com", "text": {"text": "Go"}}
    # when / then
    assert addresses([], [{"type": "actions", "block_id": "evil.com", "elements": [button]}]) == []


LINK = "https://evil.example/x"
QUIET: Json = {"unfurl_links": False, "unfurl_media": False}


def unfurled(rehearsal: RehearsalProcess) -> list[tuple[str, list[str]]]:
    """What became visible in #sales, and what Slack would fetch for it."""
    return [(one["what"], one["unfurled"]) for one in rehearsal.visible("sales") if one["bot_id"]]


def test_posts_and_updates_are_quiet_only_with_both_flags_false(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    ts = client.chat_postMessage(channel=SALES, text=LINK, **QUIET)["ts"]
    # when
    client.chat_update(channel=SALES, ts=ts, text=LINK)
    client.api_call("chat.update", json={"channel": SALES, "ts": ts, "text": LINK, **QUIET})
    client.chat_postMessage(channel=SALES, text=LINK, unfurl_links=False)
    client.chat_postMessage(channel=SALES, text="nothing")
    client.chat_postEphemeral(channel=SALES, user="U0ANN000001", text=LINK)
    # then
    assert unfurled(rehearsal) == [
        ("posted", []),
        ("updated", [LINK]),
        ("updated", []),
        ("posted", [LINK]),
        ("posted", []),
        ("ephemeral", [LINK]),
    ]


def test_a_stream_has_no_flags_and_is_read_as_a_whole(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    root = rehearsal.post("ann", "sales", "root").ts
    stream = client.chat_stream(
        channel=SALES, thread_ts=root, recipient_user_id="U0ANN000001", recipient_team_id=rehearsal.team_id,
        buffer_size=1,
    )  # fmt: skip
    # when
    stream.append(markdown_text="htt")
    stream.append(markdown_text="ps://evil.example/x")
    stream.stop()
    # then
    assert unfurled(rehearsal) == [("stream_started", []), ("stream_appended", [LINK]), ("stream_ended", [LINK])]


@pytest.mark.parametrize("where", ["title", "initial_comment"])
def test_an_upload_has_no_flags(rehearsal: RehearsalProcess, client: WebClient, where: str) -> None:
    # given / when
    said: Json = {where: LINK}
    client.files_upload_v2(channel=SALES, content="x", filename="x.txt", **said)
    # then
    assert unfurled(rehearsal) == [("posted", [LINK])]
