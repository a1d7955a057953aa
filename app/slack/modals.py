"""The views that we show: why an answer was bad, what to do with a message, and the App Home. Plain values."""

from collections.abc import Sequence
from typing import Any

from app.slack.inert import plain
from app.slack.interactions import Pointed

BAD_ANSWER = "tagwork:bad_answer"
"""callback_id of the modal that asks what was wrong; its private_metadata is the Run's id."""

ABOUT_MESSAGE = "tagwork:about_message"
"""callback_id of the modal that asks what to do with a message; its private_metadata is that message."""

BLOCK, FIELD = "words", "typed"
"""Where both modals' one input stands in what is submitted."""

MOST_TYPED = 3_000
"""Characters of an input; docs.slack.dev, block-kit, plain_text_input, max_length."""

HOME_LINES = 20
"""Runs that the App Home lists: a view takes 100 blocks, and nobody waits for more."""


def bad_answer(run_id: str) -> dict[str, Any]:
    """Return the modal that asks what was wrong with an answer."""
    return _modal(
        BAD_ANSWER, run_id, title="What was wrong?", label="What should the answer have been, or what was wrong in it?"
    )


def about_message(pointed: Pointed) -> dict[str, Any]:
    """Return the modal that asks what to do with a message."""
    return _modal(ABOUT_MESSAGE, pointed.kept(), title="Ask Tagwork", label="What should I do with this message?")


def not_in_channel() -> dict[str, Any]:
    """Return the modal that is shown where we cannot read or answer."""
    words = "I'm not in this conversation, so I can neither read it nor answer here. Invite me first: /invite @Tagwork"
    return {
        "type": "modal",
        "title": _plain("Ask Tagwork"),
        "close": _plain("Close"),
        "blocks": [{"type": "section", "text": _plain(words)}],
    }


def home(help_words: str, lines: Sequence[str]) -> dict[str, Any]:
    """Return someone's App Home: what this is, and what they asked for that has not ended."""
    shown = list(lines[:HOME_LINES]) or ["Nothing of yours is under way."]
    if len(lines) > HOME_LINES:
        shown.append(f"… and {len(lines) - HOME_LINES} more.")
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": _plain("Tagwork")},
            _words(help_words),
            {"type": "divider"},
            {"type": "header", "text": _plain("What you asked for")},
            *(_words(line) for line in shown),
        ],
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


def _words(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": plain(text)[:3_000], "verbatim": True}}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
