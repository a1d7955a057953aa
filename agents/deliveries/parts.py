"""An answer in the pieces that people get: posts of whole blocks, and files for the tables that no post can show. Pure.

How an answer uses it: `parts = parts_of(text)`; each Words is one post, each Sheet one file, in their order, the files
before the last post. Where `too_long(parts)`, people get the first post, and `whole(text)` as a file for the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.deliveries.commonmark import Block, blocks_of, text_of
from agents.deliveries.cutting import cut
from agents.deliveries.tables import csv_of, fits, is_small, rows_of

PART_COST = 9_200
"""What one post may cost, in characters of its layout: of Slack's 12,000, what sources and buttons leave."""

STYLE_COST = 60
"""Characters of layout around each stretch of text in a style of its own."""

MOST_POSTS = 3
"""Posts of one answer; a longer one is a file, because nobody scrolls through it."""

ADDRESS = re.compile(r"[^\s.]\.[^\W\d]|://")
"""About where the layout makes code of an address, which takes two changes of style."""

NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class Words:
    """One post: Markdown, never empty but for an empty answer."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: a table as CSV. `alt` says in words what it holds."""

    name: str
    body: bytes
    alt: str
    media_type: str = "text/csv"


Part = Words | Sheet


def parts_of(markdown: str, limit: int = PART_COST) -> Sequence[Part]:
    """Return an answer in its parts, in order; at least one Words. No part costs more than `limit`.

    Tables are never cut. One that a message cannot show becomes a Sheet, and a sentence stands in its place. A post has
    one table that is more than a few lines; where that would make too many posts, the further ones become Sheets too.
    """
    generous = _Parting(limit, one_a_post=True).parts(markdown)
    return generous if not too_long(generous) else _Parting(limit, one_a_post=False).parts(markdown)


def too_long(parts: Sequence[Part]) -> bool:
    """Return whether an answer is too long for posts, so that it is given as a file."""
    return sum(isinstance(part, Words) for part in parts) > MOST_POSTS


def whole(markdown: str) -> tuple[str, bytes]:
    """Return the name and the bytes of the file that holds a long answer."""
    return "answer.md", markdown.encode()


class _Parting:
    """Packs blocks into posts. `one_a_post`: a further large table begins a post of its own, else it is a Sheet."""

    def __init__(self, limit: int, *, one_a_post: bool) -> None:
        self._limit = limit
        self._one_a_post = one_a_post
        self._parts: list[Part] = []
        self._post: list[Block] = []
        self._sheets: list[Part] = []
        self._size = 0
        self._table = False

    def parts(self, markdown: str) -> Sequence[Part]:
        heading = ""
        for block in blocks_of(markdown):
            if block.node.type == "heading":
                heading = text_of(block.node)
            if block.node.type == "table":
                self._add_table(block, heading)
            elif cost(block) > self._limit:
                self._add_cut(block)
            else:
                self._add(block)
        self._end(last=True)
        if not any(isinstance(part, Words) for part in self._parts):
            self._parts.append(Words(markdown))
        return self._parts

    def _add(self, block: Block) -> None:
        size = cost(block)
        if self._size + size > self._limit:
            self._end()
        self._post.append(block)
        self._size += size

    def _add_table(self, block: Block, heading: str) -> None:
        rows = rows_of(block.node)
        shown = fits(rows) and cost(block) <= self._limit
        if shown and is_small(rows):
            self._add(block)
        elif shown and (self._one_a_post or not self._table):
            if self._table:
                self._end()
            self._add(block)
            self._table = True
        else:
            sheet, sentence = self._sheet(rows, heading)
            self._add(Block(next(blocks_of(sentence)).node, f"{sentence}\n"))
            self._sheets.append(sheet)

    def _sheet(self, rows: Sequence[Sequence[str]], heading: str) -> tuple[Sheet, str]:
        size = f"{len(rows[0])} columns and {len(rows) - 1} rows"
        stem = "-".join(re.findall(r"\w+", heading.lower()))[:NAME_CHARS].strip("-_") or "table"
        taken = len(self._sheets) + sum(isinstance(part, Sheet) for part in self._parts)
        name = f"{stem}-{taken + 1}.csv" if taken else f"{stem}.csv"
        return Sheet(name, csv_of(rows), f"A table of {size}"), f"The table of {size} is attached as `{name}`."

    def _add_cut(self, block: Block) -> None:
        # each character's share of the cost, so that every piece stays within the limit
        room = max(self._limit * len(block.source) // cost(block), self._limit // 4)
        self._end()
        heading = "".join(f"{held.source}\n" for held in self._post)
        self._post, self._size = [], 0
        *pieces, last = cut(heading + block.source.rstrip("\n"), room)
        self._parts.extend(Words(piece) for piece in pieces)
        for rest in blocks_of(last):
            self._add(Block(rest.node, f"{rest.source}\n"))

    def _end(self, *, last: bool = False) -> None:
        """Close the post. A heading at its end goes on to the next one."""
        headed = not last and len(self._post) > 1 and self._post[-1].node.type == "heading"
        held = [self._post.pop()] if headed else []
        text = "".join(f"{block.source}\n" for block in self._post).strip("\n")
        if text:
            self._parts.append(Words(text))
        self._parts += self._sheets
        self._sheets = []
        self._post, self._table = held, False
        self._size = sum(cost(block) for block in held)


def cost(block: Block) -> int:
    """Return about how many characters a block's layout takes."""
    if block.node.type == "table":
        return len(block.source)
    return len(block.source) + STYLE_COST * (sum(_stretches(block)) + 2 * len(ADDRESS.findall(block.source)))


def _stretches(block: Block) -> Iterator[int]:
    for node in block.node.walk():
        if node.type == "inline":
            yield sum(child.type not in {"text", "softbreak"} for child in node.children) * 2
        elif node.type in {"list_item", "fence", "code_block", "blockquote"}:
            yield 2
