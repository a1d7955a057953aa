"""How Markdown is read: CommonMark with tables and strikethrough, as models write it. HTML is text. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
"""Shared by whoever cuts a text and whoever lays it out, so that both see the same blocks."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block at the top of a text. `source` is its own lines and the blank ones behind it."""

    node: SyntaxTreeNode
    source: str


def tree_of(markdown: str) -> SyntaxTreeNode:
    """Return the parser's tree."""
    return SyntaxTreeNode(PARSER.parse(markdown))


def blocks_of(markdown: str) -> Iterator[Block]:
    """Yield the top blocks in order. Their sources joined are the text; what is no block belongs to the one before."""
    lines = markdown.split("\n")
    nodes = [node for node in tree_of(markdown).children if node.map]
    starts = [0, *(node.map[0] for node in nodes[1:] if node.map), len(lines)]
    for node, start, end in zip(nodes, starts, starts[1:], strict=False):
        yield Block(node, "\n".join(lines[start:end]))


def text_of(node: SyntaxTreeNode) -> str:
    """Return the words of a node without their marks, in one line; a link's address stands behind its words."""
    match node.type:
        case "text" | "text_special" | "code_inline" | "html_inline":
            return node.content
        case "softbreak" | "hardbreak":
            return " "
        case "link" if node.markup != "autolink":
            return f"{_inside(node)} ({node.attrs.get('href', '')})"
        case "image":
            return f"{_inside(node)} ({node.attrs.get('src', '')})"
        case _:
            return _inside(node)


def _inside(node: SyntaxTreeNode) -> str:
    return "".join(text_of(child) for child in node.children)
