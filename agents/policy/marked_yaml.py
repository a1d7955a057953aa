"""A text of YAML as a tree that knows where each part stands, within limits that hold before anything is built. Pure.

Only what a policy needs is read: mappings, lists and scalars of one document. Anchors, aliases, tags and directives are
refused: a text of few bytes could stand for gigabytes, and nobody could see what a line means by reading it. A scalar
without quotes is a number, a date, true, false or null only where YAML 1.1 and 1.2 agree that it is; `no` and `18:00`
stay words.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml
from yaml.reader import Reader
from yaml.resolver import Resolver

LONGEST = 1_000_000
"""Characters of one text: three times the 5,000 rules that one part may have, at 60 characters each."""

DEEPEST = 12
"""Levels of one text: the format itself has eight."""

MOST_PARTS = 200_000
"""Keys, values, lists and mappings of one text. Each takes about 500 bytes while it is read: 100 MB."""

MOST_FAULTS = 20
"""Faults that one look tells: more are not read by anyone, and the first are often the cause of the rest."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a text: line and column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it stands, what was found there, and what was expected if that is not said yet."""

    mark: Mark
    found: str
    expected: str

    def __str__(self) -> str:
        wanted = f"; expected {self.expected}" if self.expected else ""
        return f"line {self.mark.line}, column {self.mark.column}: found {self.found}{wanted}."


class NotAPolicy(Exception):
    """A text is no policy. Its words are the faults, a line each, in the order in which they stand in the text."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        every = sorted(set(faults), key=lambda one: (one.mark, one.found, one.expected))
        self.faults: tuple[Fault, ...] = tuple(every[:MOST_FAULTS])
        lines = [str(one) for one in self.faults]
        if len(every) > MOST_FAULTS:
            lines.append(f"and {len(every) - MOST_FAULTS} more")
        super().__init__("\n".join(lines))


@dataclass(slots=True)
class Node:
    """One value of a text: a scalar, or the nodes that it holds by key or by number.

    Attributes:
        value: what a scalar is; None for others. scalar: whether it is one.
        parts: by key (a mapping) or by number from 0 (a list). keys: where each key of a mapping stands.
    """

    mark: Mark
    scalar: bool = False
    value: Any = None
    listed: bool = False
    parts: dict[str | int, "Node"] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)

    def plain(self) -> Any:
        """Return it as dicts, lists and scalars."""
        if self.scalar:
            return self.value
        if self.listed:
            return [one.plain() for one in self.parts.values()]
        return {key: one.plain() for key, one in self.parts.items()}

    def at(self, *path: str | int) -> "Node | None":
        """Return the node at a path, or None where there is none."""
        node: Node | None = self
        for step in path:
            node = node.parts.get(step) if node is not None else None
        return node

    def nearest(self, *path: str | int) -> Mark:
        """Return where a path stands: its last key, or the innermost part of the path that there is."""
        node = self
        mark = self.mark
        for step in path:
            if isinstance(step, str) and step in node.keys:
                mark = node.keys[step]
            inner = node.parts.get(step)
            if inner is None:
                break
            node = inner
            if isinstance(step, int):
                mark = node.mark
        return mark


def read(text: str) -> Node:
    """Return a text's tree.

    Raises:
        NotAPolicy: it is no YAML, or has what is refused, or is too long, too deep or too much.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LONGEST:
        raise NotAPolicy([Fault(Mark(1, 1), f"{len(text):,} characters", f"at most {LONGEST:,}")])
    unprintable = Reader.NON_PRINTABLE.search(text)
    if unprintable:
        at = _mark_in(text, unprintable.start())
        code = f"U+{ord(unprintable[0]):04X}"
        raise NotAPolicy([Fault(at, f"the character {code}, which cannot be printed", "it to be left out")])
    try:
        return _Building().build(_events(text))
    except yaml.MarkedYAMLError as wrong:
        # the one fault that has no mark is what cannot be printed, which is refused already
        raise NotAPolicy([_as_fault(wrong, text)]) from None


def _events(text: str) -> Iterator[yaml.Event]:
    # libyaml is some thirty times faster; where it was not built, the same parser in Python reads the same
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=loader)
    return events


def _mark_in(text: str, index: int) -> Mark:
    before = text[:index]
    return Mark(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


def _as_fault(wrong: yaml.MarkedYAMLError, text: str) -> Fault:
    # a parser says of every problem where it is; there may be no context
    at: Any = wrong.problem_mark
    mark = Mark(at.line + 1, at.column + 1)
    if text[at.index : at.index + 1] == "\t":
        return Fault(mark, "a tab", "spaces: a tab cannot indent")
    said = " ".join(str(one) for one in (wrong.context, wrong.problem) if one)
    return Fault(mark, f"what is no YAML ({said})", "YAML")


@dataclass(slots=True)
class _Open:
    """A list or mapping that has begun and not ended; `key` waits for its value."""

    node: Node
    key: str | None = None


class _Building:
    """Builds the tree from the parser's events, and stops at the first that may not be."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0
        self.parts = 0
        self.repeated: list[Fault] = []

    def build(self, events: Iterator[yaml.Event]) -> Node:
        takes: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.DocumentStartEvent: self._document,
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._begin,
            yaml.SequenceStartEvent: self._begin,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
        }
        for event in events:
            take = takes.get(type(event))
            if take is not None:
                take(event)
        if self.repeated:
            raise NotAPolicy(self.repeated)
        if self.root is None:
            raise NotAPolicy([Fault(Mark(1, 1), "nothing", "a policy, which begins with `tagwork: policy/1`")])
        return self.root

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            raise NotAPolicy([Fault(_mark(event), "a second document", "one policy in one text, without `---`")])
        if event.version or event.tags:
            raise NotAPolicy([Fault(_mark(event), "a directive (`%…`)", "none")])

    def _alias(self, event: yaml.AliasEvent) -> None:
        raise NotAPolicy([Fault(_mark(event), f"the alias `*{event.anchor}`", "the value itself, written out")])

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._allowed(event)
        holder = self.open[-1] if self.open else None
        if holder is not None and not holder.node.listed and holder.key is None:
            self._key(holder, event.value, _mark(event))
            return
        value = _resolved(event.value) if event.implicit[0] else event.value
        self._put(Node(_mark(event), scalar=True, value=value))

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        self._allowed(event)
        holder = self.open[-1] if self.open else None
        if holder is not None and not holder.node.listed and holder.key is None:
            raise NotAPolicy([Fault(_mark(event), "a list or a mapping as a key", "a word as the key")])
        if len(self.open) == DEEPEST:
            raise NotAPolicy([Fault(_mark(event), f"more than {DEEPEST} levels", "fewer, as the format has")])
        node = Node(_mark(event), listed=isinstance(event, yaml.SequenceStartEvent))
        self._put(node)
        self.open.append(_Open(node))

    def _end(self, _event: yaml.Event) -> None:
        self.open.pop()

    def _allowed(self, event: Any) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise NotAPolicy([Fault(_mark(event), f"more than {MOST_PARTS:,} values", "fewer")])
        if event.anchor is not None:
            raise NotAPolicy([Fault(_mark(event), f"the anchor `&{event.anchor}`", "the value alone, written out")])
        if event.tag is not None:
            raise NotAPolicy([Fault(_mark(event), f"the tag `{event.tag}`", "the value alone, without a tag")])

    def _key(self, holder: _Open, key: str, mark: Mark) -> None:
        if key in holder.node.keys:
            first = holder.node.keys[key]
            self.repeated.append(
                Fault(mark, f"the key `{key}` again, which stands in line {first.line} already", "each key once")
            )
        else:
            holder.node.keys[key] = mark
        holder.key = key

    def _put(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        holder = self.open[-1]
        if holder.node.listed:
            holder.node.parts[len(holder.node.parts)] = node
        else:
            holder.node.parts[holder.key or ""] = node
            holder.key = None


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})", re.ASCII)
BROKEN = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{0,25}(?:[eE][-+][0-9]{1,3})?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _resolved(word: str) -> Any:
    """Return what a scalar without quotes is."""
    if word in WORDS:
        return WORDS[word]
    if WHOLE.fullmatch(word):
        return int(word)
    if BROKEN.fullmatch(word):
        return float(word)
    if DAY.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            return word
    return word


def needs_quotes(word: str) -> bool:
    """Whether a word would be something else than a word where it stood without quotes, for us or under YAML 1.1."""
    return not isinstance(_resolved(word), str) or RESOLVER.resolve(yaml.ScalarNode, word, (True, False)) != TEXT


RESOLVER: Any = Resolver()
TEXT = "tag:yaml.org,2002:str"
