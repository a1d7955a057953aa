"""Buttons, the footer with its button, and the thumbs below an answer, as Slack's blocks. Pure."""

from typing import Any

from agents.messages import Button, Message, Press
from app.slack.action_ids import ACTIONS, FEEDBACK, action_id
from app.slack.card_block import small_line
from app.slack.limits import BUTTON_TEXT, BUTTONS_PER_ROW, SECTION_TEXT
from app.slack.one_line import one_line
from app.slack.wording import HELPFUL, NOT_HELPFUL, choices


def button_row(buttons: tuple[Button, ...]) -> dict[str, Any]:
    """Return buttons as one row."""
    shown = [button(one, number) for number, one in enumerate(buttons[:BUTTONS_PER_ROW], 1)]
    return {"type": "actions", "block_id": f"{ACTIONS}buttons", "elements": shown}


def buttons_text(buttons: tuple[Button, ...]) -> str:
    """Return the choices in words, for those whose client shows no buttons; "" where there is nothing to choose."""
    labels = [one_line(one.label, BUTTON_TEXT) for one in buttons if one.press is Press.ANSWER]
    return choices(labels) if labels else ""


def footer_block(message: Message) -> dict[str, Any]:
    """Return the footer, with its button beside it where it has one."""
    words = one_line(message.footer, SECTION_TEXT) or "…"
    if message.footer_button is None:
        return small_line(words)
    return {
        "type": "section",
        "block_id": f"{ACTIONS}footer",
        "text": {"type": "plain_text", "text": words, "emoji": False},
        "accessory": button(message.footer_button, 1),
    }


def feedback_block(run_id: str) -> dict[str, Any]:
    """Return the two thumbs."""
    return {
        "type": "context_actions",
        "block_id": FEEDBACK,
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": FEEDBACK,
                "positive_button": _thumb(HELPFUL, Press.GOOD, run_id),
                "negative_button": _thumb(NOT_HELPFUL, Press.BAD, run_id),
            }
        ],
    }


DANGER = frozenset({Press.STOP, Press.REFUSE})
"""What a button in red does."""


def button(shown: Button, number: int) -> dict[str, Any]:
    """Return one button, which stands as number `number` in its row."""
    style = "danger" if shown.press in DANGER else "primary" if shown.main else None
    return {
        "type": "button",
        "action_id": action_id(shown.press, number),
        "text": {"type": "plain_text", "text": one_line(shown.label, BUTTON_TEXT) or "…", "emoji": False},
        "value": shown.value,
        **({"style": style} if style else {}),
    }


def _thumb(label: str, press: Press, run_id: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": label}, "value": f"{press.value}:{run_id}"}
