"""The shape of the blocks that were made for agents: markdown, task cards and plans, context actions, alerts."""

from app.rehearsal.blocks.elements import CONTEXT_ACTIONS, URL
from app.rehearsal.blocks.rich_text import RICH_TEXT
from app.rehearsal.blocks.shape import Check, any_text, by_type, list_of, mapping, one_of, string

MARKDOWN_TOTAL = 12_000  # slack.md 2
PLAN_TASKS = 50
_block_id = {"block_id": string(255)}

TASK_STATUS = one_of("pending", "in_progress", "complete", "error")
URL_SOURCE = by_type({"url": mapping({"url": URL, "text": string(256)})})
_rich = by_type({"rich_text": RICH_TEXT})
_task = mapping(
    {"task_id": string(255), "title": string(256), "status": TASK_STATUS},
    {**_block_id, "details": _rich, "output": _rich, "sources": list_of(URL_SOURCE, 50)},
)

AGENT_BLOCKS: dict[str, Check] = {
    "markdown": mapping({"text": string(MARKDOWN_TOTAL)}, _block_id),
    "task_card": _task,
    "plan": mapping(
        {"title": string(256)}, {**_block_id, "tasks": list_of(by_type({"task_card": _task}), PLAN_TASKS, least=0)}
    ),
    "context_actions": mapping({"elements": list_of(by_type(CONTEXT_ACTIONS), 5)}, _block_id),
    "alert": mapping(
        # "guess" for the length: a section's
        {"text": any_text(3_000)},
        {**_block_id, "level": one_of("default", "info", "warning", "error", "success")},
    ),
}
