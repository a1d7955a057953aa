"""The model's Markdown to Slack's rich text, by a parser, and inert whatever it says. Pure.

No user, channel or broadcast element is ever made, and no link but to an address that code vouches for: every other
link becomes its label and its address as code.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from agents.deliveries.commonmark import tree_of
from agents.deliveries.tables import is_small, rows_of
from app.slack.inert import escaped, visible
from app.slack.inline_text import PLAIN, Element, Words, elements_of, inert_words, plain_of, words_of
from app.slack.limits import BLOCKS_JSON, LIST_INDENT, TEXT
from app.slack.table_block import table_block, texts_of
from app.slack.text_table import aligned
from app.slack.weight import weight

RULE = "———"
"""How a thematic break is shown: rich text has none."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A message laid out: `blocks` (None where they would break a limit of Slack's) and the whole of it as `text`."""

    blocks: list[dict[str, Any]] | None
    text: str


def lay_out(markdown: str, vouched: Collection[str] = ()) -> Laid:
    """Return `markdown` as one message of Slack's. Both forms hold all of it; only `vouched` addresses are live.

    The caller keeps messages short (agents/deliveries/parts.py). One that is too long for blocks has only `text`, and
    one beyond Slack's longest text is cut there.
    """
    tree = tree_of(visible(markdown))
    page = _Page(vouched, _shown_as_table(tree))
    page.blocks_of(tree.children)
    text = "\n".join(_plain(element) for element in page.elements).strip("\n")[:TEXT]
    blocks = list(_blocks(page.elements))
    if not blocks or weight(blocks) > BLOCKS_JSON:
        return Laid(None, text)
    return Laid(blocks, text)


def _shown_as_table(tree: SyntaxTreeNode) -> SyntaxTreeNode | None:
    """Return the one table that a message may show as a table: the first that is large, else the first."""
    tables = [node for node in tree.children if node.type == "table"]
    return next((table for table in tables if not is_small(rows_of(table))), tables[0] if tables else None)


def _blocks(elements: list[Element]) -> Iterable[dict[str, Any]]:
    words: list[Element] = []
    for element in [*elements, None]:
        if element is not None and element["type"] != "table":
            words.append(element)
            continue
        if words:
            yield {"type": "rich_text", "elements": words}
        words = []
        if element is not None:
            yield element


class _Page:
    """Gathers rich text elements from the parser's tree, and one table."""

    def __init__(self, vouched: Collection[str], table: SyntaxTreeNode | None) -> None:
        self.elements: list[Element] = []
        self._vouched = vouched
        self._table = table

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
                self._add_table(node)
            case "blockquote":
                self._add("rich_text_quote", self._inert(_flat(node.children)))
            case _:
                self._paragraph(self._inert(_flat([node])))

    def _inert(self, words: Iterable[Words]) -> list[Words]:
        return inert_words(words, self._vouched)

    def _add_table(self, node: SyntaxTreeNode) -> None:
        cells = [[self._inert(_flat(cell.children)) for cell in row.children] for row in _rows(node)]
        made = table_block(cells, _alignment(node)) if node is self._table else None
        if made is not None:
            self.elements.append(made)
        else:
            self._preformatted(aligned([["".join(words.text for words in cell) for cell in row] for row in cells]))

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
            words = self._inert(_flat(said)) or [Words(" ")]
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
            return [replace(style, text=aligned(_cells(node)), code=True)]
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


def _rows(table: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [row for part in table.children for row in part.children]


def _cells(table: SyntaxTreeNode) -> list[list[str]]:
    return [["".join(words.text for words in _flat(cell.children)) for cell in row.children] for row in _rows(table)]


def _alignment(table: SyntaxTreeNode) -> list[str]:
    head = _rows(table)[0].children if _rows(table) else []
    return [str(cell.attrs.get("style", "")).removeprefix("text-align:") or "left" for cell in head]


def _plain(element: Element) -> str:
    """Return a rich text element as plain text, escaped."""
    match element["type"]:
        case "table":
            return "```\n" + escaped(aligned(texts_of(element))) + "\n```"
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
