"""A plan as Slack's plan block: its lines as task cards, what is going on as a small line below. Pure."""

from collections.abc import Iterator
from typing import Any

from agents.messages import Card
from app.slack.limits import CONTEXT_TEXT, PLAN_TASKS, TASK_TITLE
from app.slack.one_line import one_line

STATUSES = {"planned": "pending", "working": "in_progress", "done": "complete", "failed": "error"}
"""A Step's state (agents/plan/life.py) as the status of a task card; one that was dropped is not shown."""

MARKS = {"pending": "○", "in_progress": "▸", "complete": "✓", "error": "✗"}
"""The same statuses where only text can be shown."""


def card_blocks(card: Card) -> Iterator[dict[str, Any]]:
    """Yield the blocks of a card."""
    tasks = [
        {"type": "task_card", "task_id": str(number), "title": title, "status": status}
        for number, (title, status) in enumerate(_shown(card), 1)
    ]
    yield {"type": "plan", "title": one_line(card.title, TASK_TITLE) or "…", "tasks": tasks[:PLAN_TASKS]}
    progress = one_line(card.progress, CONTEXT_TEXT)
    if progress:
        yield small_line(progress)


def card_text(card: Card) -> str:
    """Return a card as lines of text."""
    lines = [f"{MARKS[status]} {title}" for title, status in _shown(card)]
    shown = [one_line(card.title, TASK_TITLE), *lines, one_line(card.progress, CONTEXT_TEXT)]
    return "\n".join(line for line in shown if line)


def small_line(words: str) -> dict[str, Any]:
    """Return one inert line in small type."""
    return {"type": "context", "elements": [{"type": "plain_text", "text": words, "emoji": False}]}


def _shown(card: Card) -> Iterator[tuple[str, str]]:
    for line in card.lines:
        if line.status in STATUSES:
            yield one_line(line.title, TASK_TITLE) or "…", STATUSES[line.status]
