"""How elements that people press are named, so that a press is known again (agents/messages.py says what each does).

`tagwork:<press>:<number>` is a button, and its value the Button's own. FEEDBACK is the two thumbs of an answer, whose
values are `good:<run id>` and `bad:<run id>`.
"""

from agents.messages import Press

ACTIONS = "tagwork:"
"""What the action_id of every element of ours begins with; after it the press, or FEEDBACK."""

FEEDBACK = f"{ACTIONS}feedback"
"""The thumbs: their press stands in the value, before the Run's id."""


PAGES = "tagwork_pages:"
"""Buttons in a modal that shows a call whole, which are of no message: after it the direction, their value the page."""


def action_id(press: Press, number: int) -> str:
    """Return the name of the button that stands as number `number`, from 1, in its row."""
    return f"{ACTIONS}{press.value}:{number}"
