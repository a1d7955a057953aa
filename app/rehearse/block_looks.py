"""Blocks as lines of text: what stands in a message, one kind of block after the other. Pure."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.rehearse.element_looks import element_text
from app.rehearse.inline_looks import rich_text, text_object
from app.rehearse.names import Names
from app.rehearse.table_looks import chart_lines, table_lines

Block = Mapping[str, Any]
COLUMNS = 96
"""Width of running text; tables and code keep theirs."""
STATUS_MARKS = {"pending": "○", "in_progress": "◐", "complete": "✓", "error": "✗"}
ALERT_MARKS = {"error": "✗ ", "warning": "! ", "success": "✓ "}


def block_lines(blocks: Sequence[Block], names: Names) -> list[str]:
    """Return the lines of a message's blocks. A kind that nobody drew shows its name, never nothing."""
    return [line for block in blocks for line in LOOKS.get(block["type"], _unknown)(block, names)]


def wrapped(text: str) -> list[str]:
    """Return running text in lines of at most COLUMNS; code between ``` marks, and table rows, stay as they are."""
    lines: list[str] = []
    in_code = False
    for line in text.split("\n"):
        fence = line.strip().startswith("```")
        if in_code or fence or line.lstrip().startswith("|"):
            lines.append(line)
        else:
            indent = " " * (len(line) - len(line.lstrip()))
            lines += textwrap.wrap(line, COLUMNS, subsequent_indent=indent, break_long_words=False) or [""]
        in_code = in_code != fence
    return lines


def _section(block: Block, names: Names) -> list[str]:
    lines = wrapped(text_object(block["text"], names)) if "text" in block else []
    lines += [line for field in block.get("fields", ()) for line in wrapped(text_object(field, names))]
    return [*lines, element_text(block["accessory"])] if "accessory" in block else lines


def _header(block: Block, names: Names) -> list[str]:
    text = text_object(block["text"], names)
    return [text, "═" * len(text)]


def _divider(block: Block, names: Names) -> list[str]:
    return ["─" * 24]


def _context(block: Block, names: Names) -> list[str]:
    said = [
        element_text(one) if one["type"] == "image" else text_object(one, names) for one in block.get("elements", ())
    ]
    return wrapped(" · ".join(said))


def _actions(block: Block, names: Names) -> list[str]:
    return [" ".join(element_text(one) for one in block["elements"])]


def _image(block: Block, names: Names) -> list[str]:
    title = [text_object(block["title"], names)] if "title" in block else []
    return [*title, f"[image: {block['alt_text']}]"]


def _markdown(block: Block, names: Names) -> list[str]:
    return wrapped(str(block["text"]))


def _rich_text(block: Block, names: Names) -> list[str]:
    return wrapped(rich_text(block, names))


def _chart(block: Block, names: Names) -> list[str]:
    return chart_lines(block)


def _task_card(block: Block, names: Names) -> list[str]:
    lines = [f"{STATUS_MARKS.get(block.get('status', ''), '·')} {block['title']}"]
    for name in ("details", "output"):
        if name in block:
            lines += [f"    {line}" for line in wrapped(rich_text(block[name], names))]
    sources = [f"{one.get('text', one['url'])} ({one['url']})" for one in block.get("sources", ())]
    return [*lines, *(f"    {one}" for one in sources)]


def _plan(block: Block, names: Names) -> list[str]:
    return [block["title"], *(f"  {line}" for task in block.get("tasks", ()) for line in _task_card(task, names))]


def _alert(block: Block, names: Names) -> list[str]:
    return wrapped(ALERT_MARKS.get(block.get("level", ""), "") + text_object(block["text"], names))


def _input(block: Block, names: Names) -> list[str]:
    return [f"{text_object(block['label'], names)}: {element_text(block['element'])}"]


def _video(block: Block, names: Names) -> list[str]:
    return [f"[video: {text_object(block['title'], names)}]"]


def _unknown(block: Block, names: Names) -> list[str]:
    return [f"[{block['type']}]"]


LOOKS: Mapping[str, Callable[[Block, Names], list[str]]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "image": _image,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": table_lines,
    "data_table": table_lines,
    "data_visualization": _chart,
    "task_card": _task_card,
    "plan": _plan,
    "alert": _alert,
    "input": _input,
    "video": _video,
}
