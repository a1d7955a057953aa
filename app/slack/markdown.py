"""The model's Markdown to Slack's rich text, by a parser, and inert whatever it says. Pure.

No link, user, channel or broadcast element is ever made: a link becomes its label and its address as code.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from app.slack.inert import escaped, visible
from app.slack.inline_text import PLAIN, Element, Words, elements_of, inert_words, plain_of, words_of
from app.slack.limits import BLOCKS_JSON, LIST_INDENT, TEXT
from app.slack.text_table import aligned

PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
"""CommonMark with tables and strikethrough, as models write it. HTML is text."""

RULE = "———"
"""How a thematic break is shown: rich text has none."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A message laid out: `blocks` (None where they would break a limit of Slack's) and the whole of it as `text`."""

    blocks: list[dict[str, Any]] | None
    text: str


def lay_out(markdown: str) -> Laid:
    """Return `markdown` as one message of Slack's. Nothing in it is live, and both forms hold the whole content.

    The caller keeps messages short (parts of 3,500 characters). One that is too long for blocks has only `text`, and
    one beyond Slack's longest text is cut there.
    """
    page = _Page()
    page.blocks_of(SyntaxTreeNode(PARSER.parse(visible(markdown))).children)
    text = "\n".join(_plain(element) for element in page.elements).strip("\n")[:TEXT]
    blocks = [{"type": "rich_text", "elements": page.elements}]
    if not page.elements or len(json.dumps(blocks, ensure_ascii=False)) > BLOCKS_JSON:
        return Laid(None, text)
    return Laid(blocks, text)


class _Page:
    """Gathers rich text elements from the parser's tree."""

    def __init__(self) -> None:
        self.elements: list[Element] = []

    def blocks_of(self, nodes: Iterable[SyntaxTreeNode], indent: int = 0) -> None:
        for node in nodes:
            self._block(node, indent)

    def _block(self, node: SyntaxTreeNode, indent: int) -> None:
        match node.type:
            case "bullet_list" | "ordered_list":
                self._list(node, indent)
            case "fence" | "code_block":
                self._preformatted(node.content.removesuffix("\n"))
            case "table":
                self._preformatted(aligned(_rows(node)))
            case "blockquote":
                self._add("rich_text_quote", inert_words(_flat(node.children)))
            case _:
                self._paragraph(inert_words(_flat([node])))

    def _paragraph(self, words: list[Words]) -> None:
        last = self.elements[-1] if self.elements else None
        if last is not None and last["type"] == "rich_text_section" and words:
            last["elements"] += elements_of([Words("\n\n"), *words])
            return
        self._add("rich_text_section", words)

    def _preformatted(self, text: str) -> None:
        self._add("rich_text_preformatted", [Words(text or " ")])

    def _add(self, kind: str, words: list[Words]) -> None:
        if words:
            self.elements.append({"type": kind, "elements": elements_of(words)})

    def _list(self, node: SyntaxTreeNode, indent: int) -> None:
        number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        current: Element | None = None
        for item in node.children:
            said = list(takewhile(lambda child: child.type in {"paragraph", "heading"}, item.children))
            rest = item.children[len(said) :]
            if current is None:
                current = _new_list(node, indent, number)
                self.elements.append(current)
            words = inert_words(_flat(said)) or [Words(" ")]
            current["elements"].append({"type": "rich_text_section", "elements": elements_of(words)})
            number += 1
            if rest:
                self.blocks_of(rest, indent + 1)
                current = None


def _new_list(node: SyntaxTreeNode, indent: int, number: int) -> Element:
    ordered = node.type == "ordered_list"
    made: Element = {
        "type": "rich_text_list",
        "style": "ordered" if ordered else "bullet",
        "indent": min(indent, LIST_INDENT),
        "elements": [],
    }
    return {**made, "offset": number - 1} if ordered and number > 1 else made


def _flat(nodes: Iterable[SyntaxTreeNode], style: Words = PLAIN) -> list[Words]:
    """Return blocks as words alone, a line each: what stands in quotes and list items, where nothing else may."""
    lines: list[Words] = []
    for node in nodes:
        line = _line(node, style)
        if line and lines:
            lines.append(Words("\n"))
        lines.extend(line)
    return lines


def _line(node: SyntaxTreeNode, style: Words) -> list[Words]:
    match node.type:
        case "inline":
            return [words for child in node.children for words in words_of(child, style)]
        case "heading":
            return _flat(node.children, replace(style, bold=True))
        case "fence" | "code_block":
            return [replace(style, text=node.content.removesuffix("\n"), code=True)]
        case "hr":
            return [replace(style, text=RULE)]
        case "table":
            return [replace(style, text=aligned(_rows(node)), code=True)]
        case "bullet_list" | "ordered_list":
            return _flat_list(node, style)
        case _:
            return _flat(node.children, style)


def _flat_list(node: SyntaxTreeNode, style: Words) -> list[Words]:
    first = int(node.attrs.get("start", 1))
    lines: list[Words] = []
    for number, item in enumerate(node.children, start=first):
        mark = f"{number}. " if node.type == "ordered_list" else "• "
        lines += [*([Words("\n")] if lines else []), replace(style, text=mark), *_flat(item.children, style)]
    return lines


def _rows(table: SyntaxTreeNode) -> list[list[str]]:
    rows = [row for part in table.children for row in part.children]
    return [["".join(words.text for words in _flat(cell.children)) for cell in row.children] for row in rows]


def _plain(element: Element) -> str:
    """Return a rich text element as plain text, escaped."""
    match element["type"]:
        case "rich_text_preformatted":
            return "```\n" + escaped(element["elements"][0]["text"]) + "\n```"
        case "rich_text_quote":
            return "\n".join(f"&gt; {line}" for line in plain_of(element["elements"]).split("\n"))
        case "rich_text_list":
            return "\n".join(_plain_items(element))
        case _:
            return plain_of(element["elements"])


def _plain_items(element: Element) -> Iterable[str]:
    first = int(element.get("offset", 0)) + 1
    for number, item in enumerate(element["elements"], start=first):
        mark = f"{number}." if element["style"] == "ordered" else "•"
        yield f"{'    ' * element['indent']}{mark} {plain_of(item['elements'])}"
