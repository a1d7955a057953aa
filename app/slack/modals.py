"""The views that we show: why an answer was bad, what to do with a message, a call whole. Plain values."""

import json
from collections.abc import Sequence
from typing import Any

from agents.intake import Click
from app.slack.action_ids import PAGES
from app.slack.approval_blocks import preformatted
from app.slack.inline_text import Words, elements_of, inert_words
from app.slack.interactions import Pointed

BAD_ANSWER = "tagwork:bad_answer"
"""callback_id of the modal that asks what was wrong; its private_metadata is the Run's id."""

ABOUT_MESSAGE = "tagwork:about_message"
"""callback_id of the modal that asks what to do with a message; its private_metadata is that message."""

WHOLE = "tagwork:whole"
"""callback_id of the modal that shows a call whole; its private_metadata is the press on its card."""

PAGES_SHOWN = 20
"""Pages that the modal shows at once: with headings a fifth of the 250 kB that a view may have."""

GONE = "This is not there any more: it was erased, or the button is not one of mine."

BLOCK, FIELD = "words", "typed"
"""Where both modals' one input stands in what is submitted."""

MOST_TYPED = 3_000
"""Characters of an input; docs.slack.dev, block-kit, plain_text_input, max_length."""


def bad_answer(run_id: str) -> dict[str, Any]:
    """Return the modal that asks what was wrong with an answer."""
    return _modal(
        BAD_ANSWER, run_id, title="What was wrong?", label="What should the answer have been, or what was wrong in it?"
    )


def about_message(pointed: Pointed) -> dict[str, Any]:
    """Return the modal that asks what to do with a message."""
    return _modal(ABOUT_MESSAGE, pointed.kept(), title="Ask Tagwork", label="What should I do with this message?")


def whole(pages: Sequence[tuple[str, str]], click: Click, at: int) -> dict[str, Any]:
    """Return the modal that shows all values of a call, from page `at` on.

    In: the pages, each with its heading; the press that asked for them, which the modal carries to turn pages.
    """
    shown = pages[at : at + PAGES_SHOWN]
    carried = {"channel": click.channel, "root": click.root, "at": click.at, "value": click.value}
    blocks: list[dict[str, Any]] = []
    for heading, text in shown:
        words = elements_of(inert_words([Words(heading, bold=True)]))
        parts = [{"type": "rich_text_section", "elements": words}, preformatted(text)]
        blocks.append({"type": "rich_text", "elements": parts})
    turns = [
        {"type": "button", "action_id": f"{PAGES}{name}", "text": _plain(label), "value": str(to)}
        for name, label, to in (("back", "Back", at - PAGES_SHOWN), ("on", "Next page", at + PAGES_SHOWN))
        if 0 <= to < len(pages)
    ]
    if turns:
        blocks.append({"type": "actions", "elements": turns})
    return {
        "type": "modal",
        "callback_id": WHOLE,
        "private_metadata": json.dumps(carried),
        "title": _plain("The whole call"),
        "close": _plain("Close"),
        "blocks": blocks or [{"type": "section", "text": _plain(GONE)}],
    }


def not_in_channel() -> dict[str, Any]:
    """Return the modal that is shown where we cannot read or answer."""
    words = "I'm not in this conversation, so I can neither read it nor answer here. Invite me first: /invite @Tagwork"
    return {
        "type": "modal",
        "title": _plain("Ask Tagwork"),
        "close": _plain("Close"),
        "blocks": [{"type": "section", "text": _plain(words)}],
    }


def _modal(callback_id: str, carried: str, *, title: str, label: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": carried,
        "title": _plain(title),
        "submit": _plain("Send"),
        "close": _plain("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": BLOCK,
                "label": _plain(label),
                "element": {
                    "type": "plain_text_input",
                    "action_id": FIELD,
                    "multiline": True,
                    "max_length": MOST_TYPED,
                },
            }
        ],
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
