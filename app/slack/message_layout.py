"""Everything that one message of ours says, as Slack's blocks and as the text beside them. Pure.

From top to bottom: the card or the calls that are asked about, the words with their table, charts, sources, buttons,
the footer, the thumbs. Where the words break a limit they lose their styles; where that is not enough, the message is
its text.
"""

from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from agents.messages import Message
from app.slack.approval_blocks import proposal_blocks, proposals_text
from app.slack.button_blocks import button_row, buttons_text, feedback_block, footer_block
from app.slack.card_block import card_blocks, card_text
from app.slack.chart_block import chart_block, chart_text
from app.slack.inert import escaped, plain
from app.slack.inline_text import Words, elements_of, inert_words
from app.slack.limits import BLOCKS_JSON, BLOCKS_PER_MESSAGE, CHARTS_PER_MESSAGE, SECTION_TEXT, TEXT
from app.slack.markdown import Laid, lay_out
from app.slack.one_line import one_line
from app.slack.source_links import sources_block, sources_text, vouched
from app.slack.weight import weight

Blocks = list[dict[str, Any]]


def lay_out_message(message: Message) -> Laid:
    """Return `message` laid out. Nothing in it is live but what code vouches for, and both forms hold all its words."""
    words = lay_out(message.markdown, vouched(message.sources))
    text = "\n\n".join(part for part in _texts(message, words.text) if part)[:TEXT]
    above, below = _above(message), list(_below(message))
    for shown in (words.blocks, _unstyled(words.text)):
        blocks = [*above, *(shown or []), *below]
        if (shown or not words.text) and blocks and _fits(blocks):
            return Laid(blocks, text)
    return Laid(None, text)


def _above(message: Message) -> Blocks:
    if message.proposals:
        return list(proposal_blocks(message))
    return list(card_blocks(message.card)) if message.card else []


def _below(message: Message) -> Iterator[dict[str, Any]]:
    charts = [made for chart in message.charts if (made := chart_block(chart)) is not None]
    yield from charts[:CHARTS_PER_MESSAGE]
    if message.sources:
        yield sources_block(message.sources)
    if message.buttons:
        yield button_row(message.buttons)
    if message.footer or message.footer_button:
        yield footer_block(message)
    if message.feedback:
        yield feedback_block(message.feedback)


def _texts(message: Message, words: str) -> Iterator[str]:
    if message.card:
        yield escaped(card_text(message.card))
    if message.proposals:
        yield plain(proposals_text(message))
    yield words
    yield from (escaped(chart_text(chart)) for chart in message.charts)
    if message.sources:
        yield sources_text(message.sources)
    yield escaped(buttons_text(message.buttons))
    yield escaped(one_line(message.footer, SECTION_TEXT))


def _unstyled(text: str) -> Blocks:
    words = elements_of(inert_words([Words(unescape(text))]))
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": words}]}] if words else []


def _fits(blocks: Sequence[dict[str, Any]]) -> bool:
    return len(blocks) <= BLOCKS_PER_MESSAGE and weight(blocks) <= BLOCKS_JSON
