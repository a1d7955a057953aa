"""Reads the content of a streaming call and puts it into the stream, all of it or nothing."""

import json
from collections.abc import Iterator
from typing import Any

from app.rehearsal.blocks.agents import TASK_STATUS, URL_SOURCE
from app.rehearsal.blocks.check import read_blocks
from app.rehearsal.blocks.shape import Check, anything, list_of, mapping, string
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.web_api.arguments import Arguments, wrong_argument
from app.rehearsal.web_api.content import MARKDOWN_TEXT
from app.rehearsal.world.stream import Stream
from app.rehearsal.world.world import TEXT_CUT

# slack.md 1.1: plan_update and task_update hold 256 characters ("guess": each of their texts), a plan 50 cards
UPDATE_TEXT = 256
CARDS = 50
BLOCKS_BY_CHUNKS = 50

_text = string(UPDATE_TEXT, least=0)
CHUNKS: dict[str, Check] = {
    "markdown_text": mapping({"text": string(10**9, least=0)}),
    "plan_update": mapping({"title": string(UPDATE_TEXT)}),
    "task_update": mapping(
        {"id": string(255), "title": string(UPDATE_TEXT), "status": TASK_STATUS},
        {"details": _text, "output": _text, "sources": list_of(URL_SOURCE, 50, least=0)},
    ),
    "blocks": mapping({"blocks": list_of(anything, BLOCKS_BY_CHUNKS)}),
}


def add_content(stream: Stream, args: Arguments, required: bool) -> None:
    """Append what `markdown_text` or `chunks` hold. Raises SlackError, and the stream is then as it was.

    Measured against Slack: both at once are cannot_provide_both_markdown_text_and_chunks, and the form that the first
    content had stays the stream's form for good, else streaming_mode_mismatch. A start without content leaves it open
    ("guess").
    """
    chunks = _chunks(args)
    if chunks and "markdown_text" in args:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    form = "chunks" if chunks else "text" if "markdown_text" in args else None
    if form is None:
        if required:
            raise SlackError("no_text")
        return
    if stream.form not in (None, form):
        raise SlackError("streaming_mode_mismatch")
    if form == "text":
        chunks = [{"type": "markdown_text", "text": args.text("markdown_text")}]
    _check(stream, chunks)
    stream.form = form
    for chunk in chunks:
        _add(stream, chunk)


def _chunks(args: Arguments) -> list[Any]:
    given = args.given.get("chunks") or []
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    if not isinstance(given, list):
        raise wrong_argument("must be an array [json-pointer:/chunks]")
    return given


def _check(stream: Stream, chunks: list[Any]) -> None:
    wrong = [*_wrong(chunks)]
    if wrong:
        raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {one}" for one in wrong]})
    texts = [chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text"]
    # slack.md 2: 12,000 characters a chunk; "guess": a stream holds what a message holds
    if any(len(text) > MARKDOWN_TEXT for text in texts) or len(stream.text) + sum(map(len, texts)) > TEXT_CUT:
        raise SlackError("msg_too_long")
    ids = {chunk["id"] for chunk in chunks if chunk["type"] == "task_update"}
    if len(ids | set(stream.cards)) > CARDS:
        raise wrong_argument(f"a stream holds at most {CARDS} tasks [json-pointer:/chunks]")
    blocks = [chunk["blocks"] for chunk in chunks if chunk["type"] == "blocks"]
    for given in blocks:
        read_stream_blocks(given)
    if stream.blocks_added() + sum(map(len, blocks)) > BLOCKS_BY_CHUNKS:
        raise SlackError("invalid_blocks")


def _wrong(chunks: list[Any]) -> Iterator[str]:
    for number, chunk in enumerate(chunks):
        kind = chunk.get("type") if isinstance(chunk, dict) else None
        if kind in CHUNKS:
            yield from CHUNKS[kind](chunk, f"/chunks/{number}")
        else:
            yield f"unsupported type: {kind} [json-pointer:/chunks/{number}/type]"


def read_stream_blocks(given: Any) -> list[Json]:
    """Blocks for a stream. Measured against Slack: a file block makes a streaming method fail with internal_error."""
    blocks = read_blocks(given)
    if any(block["type"] == "file" for block in blocks):
        raise SlackError("internal_error")
    return blocks


def _add(stream: Stream, chunk: Json) -> None:
    match chunk["type"]:
        case "markdown_text":
            stream.add_text(chunk["text"])
        case "plan_update":
            stream.plan_title = chunk["title"]
        case "task_update":
            stream.set_card(chunk)
        case "blocks":
            for block in chunk["blocks"]:
                stream.add_block(block)
