"""Words with their styles: from the parser's inline nodes, to rich text elements and to plain text. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from app.slack.inert import escaped, pieces, visible

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text in one style. `address`: it is what a link points to; `live`: code vouches for that."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    address: bool = False
    live: bool = False


PLAIN = Words("")


def words_of(node: SyntaxTreeNode, style: Words = PLAIN) -> Iterator[Words]:
    """Yield the words of an inline node. A link is its label and its address as code; an image its description."""
    match node.type:
        case "text" | "text_special" | "html_inline":
            yield replace(style, text=visible(node.content))
        case "softbreak" | "hardbreak":
            yield replace(style, text="\n")
        case "code_inline":
            yield replace(style, text=visible(node.content), code=True)
        case "link":
            yield from _with_address(node, str(node.attrs.get("href", "")), style)
        case "image":
            yield from _with_address(node, str(node.attrs.get("src", "")), style)
        case "strong":
            yield from _inside(node, replace(style, bold=True))
        case "em":
            yield from _inside(node, replace(style, italic=True))
        case "s":
            yield from _inside(node, replace(style, strike=True))
        case _:
            yield from _inside(node, style)


def _inside(node: SyntaxTreeNode, style: Words) -> Iterator[Words]:
    for child in node.children:
        yield from words_of(child, style)


def _with_address(node: SyntaxTreeNode, address: str, style: Words) -> Iterator[Words]:
    label = list(_inside(node, style))
    shown = "".join(words.text for words in label)
    if node.markup == "autolink" or shown == address:
        yield replace(style, text=shown or address, code=True, address=True)
        return
    yield from label
    if address:
        yield replace(style, text=" (" if shown else "(")
        yield replace(style, text=visible(address), code=True, address=True)
        yield replace(style, text=")")


def inert_words(words: Iterable[Words], vouched: Collection[str] = ()) -> list[Words]:
    """Return `words` with what a client would act on turned into code, and neighbours of one style joined.

    An address that is exactly one of `vouched` becomes live instead.
    """
    joined: list[Words] = []
    for stretch in _joined(words):
        if stretch.code:
            live = stretch.address and stretch.text in vouched
            joined.append(replace(stretch, code=not live, live=live, address=False))
            continue
        for text, acted_on in pieces(stretch.text):
            live = acted_on and text in vouched
            joined.append(replace(stretch, text=text, code=acted_on and not live, live=live))
    return list(_joined(joined))


def _joined(words: Iterable[Words]) -> Iterator[Words]:
    last: Words | None = None
    for stretch in words:
        if not stretch.text:
            continue
        if last is not None and not last.live and replace(last, text="") == replace(stretch, text=""):
            last = replace(last, text=last.text + stretch.text)
            continue
        if last is not None:
            yield last
        last = stretch
    if last is not None:
        yield last


def elements_of(words: Sequence[Words]) -> list[Element]:
    """Return inert words as the elements of a rich text section."""
    elements: list[Element] = []
    for stretch in words:
        styles = {name: True for name in ("bold", "italic", "strike", "code") if getattr(stretch, name)}
        element: Element = {"type": "text", "text": stretch.text}
        if stretch.live:
            element = {"type": "link", "url": stretch.text}
        elements.append({**element, "style": styles} if styles else element)
    return elements


def plain_of(elements: Iterable[Element]) -> str:
    """Return a section's elements as plain text, escaped, with code and addresses between backticks."""
    return escaped("".join(_plain(element) for element in elements))


def _plain(element: Element) -> str:
    named = element.get("text", "")
    if named and element.get("style", {}).get("code"):
        named = f"`{named}`"
    if element["type"] == "link":
        return f"{named} (`{element['url']}`)" if named else f"`{element['url']}`"
    return str(named)
