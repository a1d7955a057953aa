"""Interactive elements as a reader sees them: [Yes] for a button, [Region ▾ North | South] for a menu. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Pressable:
    """Something to press: the label that people read, and what the press control needs for it."""

    label: str
    action_id: str
    block_id: str
    value: str | None = None


def element_text(element: Mapping[str, Any]) -> str:
    """Return how an element looks."""
    labels = " | ".join(one.label for one in _pressables(element, ""))
    match element["type"]:
        case "button" | "icon_button" | "workflow_button":
            return f"[{labels}]"
        case "feedback_buttons":
            return " ".join(f"[{one.label}]" for one in _pressables(element, ""))
        case "image":
            return f"[image: {element['alt_text']}]"
        case "radio_buttons" | "checkboxes":
            return " ".join(f"( ) {one.label}" for one in _pressables(element, ""))
    hint = element.get("placeholder", {}).get("text", "")
    return f"[{hint or 'choose'} ▾{' ' + labels if labels else ''}]"


def pressables(blocks: Sequence[Mapping[str, Any]]) -> list[Pressable]:
    """Return everything in these blocks that a label can name, in reading order."""
    return [one for block in blocks for one in _inside(block, str(block.get("block_id", "")))]


def _inside(part: Any, block_id: str) -> Iterator[Pressable]:
    if isinstance(part, Mapping):
        if "action_id" in part:
            yield from _pressables(part, block_id)
        for one in part.values():
            yield from _inside(one, block_id)
    elif isinstance(part, list):
        for one in part:
            yield from _inside(one, block_id)


def _pressables(element: Mapping[str, Any], block_id: str) -> Iterator[Pressable]:
    action_id = str(element.get("action_id", ""))
    if element["type"] == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            yield Pressable(element[side]["text"]["text"], action_id, block_id, element[side]["value"])
    elif element["type"] in ("button", "icon_button", "workflow_button"):
        yield Pressable(element["text"]["text"], action_id, block_id)
    else:
        grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
        for option in (*element.get("options", ()), *grouped):
            yield Pressable(option["text"]["text"], action_id, block_id, option["value"])
