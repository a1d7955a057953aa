"""What people are asked to say yes to, as Slack's blocks: each call with its values, its digest and its buttons. Pure.

Values stand in preformatted rich text, in which Slack reads no markup, no mention and no address. They come with
everything in them to be seen (agents/approvals/showing.py), and nothing is taken out of them here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from agents.messages import Button, Message, Proposal, Value
from app.slack.action_ids import ACTIONS
from app.slack.button_blocks import button
from app.slack.card_block import small_line
from app.slack.inline_text import Words, elements_of, inert_words
from app.slack.limits import CONTEXT_TEXT, HEADER_TEXT
from app.slack.one_line import one_line

QUOTED = "What the model says of it, in its own words:"
"""Before words of the model on a card whose other words are all ours."""

BUTTONS_PER_CALL = 9

DIGEST = "Exactly this runs: sha256"
"""Before the digest that an Approval binds."""


def proposal_blocks(message: Message) -> Iterator[dict[str, Any]]:
    """Yield the blocks of the calls that a message asks about, under its title."""
    yield {
        "type": "header",
        "block_id": f"{ACTIONS}asks",
        "text": {"type": "plain_text", "text": one_line(message.title, HEADER_TEXT) or "…", "emoji": False},
    }
    for number, proposal in enumerate(message.proposals, 1):
        yield from _proposal(proposal, number)
    if message.quoted:
        yield _quoted(message.quoted)


def proposals_text(message: Message) -> str:
    """Return the same in words, for notifications and for those whose client shows no blocks."""
    lines = [message.title]
    for proposal in message.proposals:
        lines += [one_line(proposal.warning, CONTEXT_TEXT), one_line(proposal.status, CONTEXT_TEXT)]
        lines += [f"{value.name}: {value.text} {value.more}".rstrip() for value in proposal.values]
        if proposal.digest:
            lines.append(f"{DIGEST} {proposal.digest}")
    if message.quoted:
        lines += [QUOTED, f"“{message.quoted}”"]
    return "\n".join(line for line in lines if line)


def _proposal(proposal: Proposal, number: int) -> Iterator[dict[str, Any]]:
    if proposal.warning:
        yield small_line(f"⚠ {one_line(proposal.warning, CONTEXT_TEXT)}")
    if proposal.values:
        yield {"type": "rich_text", "elements": [part for value in proposal.values for part in _value(value)]}
    said = " ".join(
        part for part in (proposal.status, f"{DIGEST} {proposal.digest}" if proposal.values else "") if part
    )
    if said:
        yield small_line(one_line(said, CONTEXT_TEXT))
    if proposal.buttons:
        yield _row(proposal.buttons, number)


def _row(buttons: Sequence[Button], number: int) -> dict[str, Any]:
    """The buttons of the call that stands as number `number`: each named differently from those of the others."""
    shown = [button(one, 10 * number + at) for at, one in enumerate(buttons[:BUTTONS_PER_CALL])]
    return {"type": "actions", "block_id": f"{ACTIONS}proposal:{number}", "elements": shown}


def _value(value: Value) -> Iterator[dict[str, Any]]:
    heading = [Words(value.name, bold=True), *([Words(f" {value.more}")] if value.more else [])]
    yield {"type": "rich_text_section", "elements": elements_of(inert_words(heading))}
    yield preformatted(value.text)


def preformatted(text: str) -> dict[str, Any]:
    """Return text exactly as it is, in which nothing is read as markup. Slack takes no empty text."""
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text or " "}]}


def _quoted(words: str) -> dict[str, Any]:
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": QUOTED, "style": {"italic": True}}]},
            {"type": "rich_text_quote", "elements": elements_of(inert_words([Words(words)]))},
        ],
    }
