"""Which of many rules can hold for a call at all: an index over what their tests name. Pure.

A rule is left out only where one of its tests fails for everyone who asks. Whether the rest of it holds is not asked
here, and no answer differs by it: it keeps a decision short where an admin has written hundreds of rules for one tool.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from agents.policy.conditions import OF_SPEAKERS, PathTest, Where
from agents.policy.facts import Failed
from agents.policy.matching import wholes_of

T = TypeVar("T")

Values: TypeAlias = Mapping[str, Any]
Places: TypeAlias = tuple[int, ...]

TELLING = ("person", "channel", "who", "host", "path", "groups", "trigger", "method", "kind", "here")
"""Attributes by which a rule is found; of several that it tests the first, whose values differ most."""


@dataclass(frozen=True, slots=True)
class Sieve(Generic[T]):
    """Rules in their order, and where to find those that a call may fit.

    Attributes:
        every: all of them. always: places of those that no value leaves out.
        named: places by attribute and by what a value must have one of; under: by attribute, all of its places.
    """

    every: tuple[T, ...]
    always: Places
    named: Mapping[str, Mapping[str, Places]]
    under: Mapping[str, Places]

    @classmethod
    def of(cls, rules: Iterable[T], where: Callable[[T], Where]) -> "Sieve[T]":
        """Return the sieve of some rules, by what each asks of a call."""
        every = tuple(rules)
        always: list[int] = []
        named: dict[str, dict[str, list[int]]] = {}
        under: dict[str, list[int]] = {}
        for place, rule in enumerate(every):
            found = _found_by(where(rule))
            if found is None:
                always.append(place)
                continue
            attribute, tokens = found
            under.setdefault(attribute, []).append(place)
            for token in tokens:
                named.setdefault(attribute, {}).setdefault(token, []).append(place)
        return cls(
            every,
            tuple(always),
            {one: {token: tuple(places) for token, places in by.items()} for one, by in named.items()},
            {one: tuple(places) for one, places in under.items()},
        )

    def left(self, values: Values, speakers: Sequence[Values]) -> Sequence[T]:
        """Return, in their order, the rules that can hold for some Speaker. What is not known leaves nothing out.

        In: a call's values, and those of each Speaker (`values_of`, `values_of_speaker`).
        """
        if not self.under or any(isinstance(one, Failed) for of in (values, *speakers) for one in of.values()):
            # what could not be loaded is told wherever it is asked for
            return self.every
        found = set(self.always)
        for attribute, places in self.under.items():
            by_token = self.named[attribute]
            for of in speakers if attribute in OF_SPEAKERS else (values,):
                value = of[attribute]
                if value is None:
                    found.update(places)
                    break
                for token in _tokens(attribute, value):
                    found.update(by_token.get(token, ()))
        return [self.every[place] for place in sorted(found)]


def _found_by(where: Where) -> tuple[str, frozenset[str]] | None:
    """Return the test by which a rule is found, and what a value must have one of; None: it has no such test."""
    for attribute in TELLING:
        test = getattr(where, attribute)
        if isinstance(test, PathTest):
            if test.begins_with:
                return attribute, wholes_of(test.begins_with)
        elif test is not None and test.any_of:
            return attribute, frozenset(test.any_of)
    return None


def _tokens(attribute: str, value: Any) -> Iterable[str]:
    """Return all of which a test must have named one, that this value may pass."""
    if isinstance(value, frozenset):
        return value
    if attribute == "host":
        labels = value.split(".")
        return [value, *("*." + ".".join(labels[at:]) for at in range(1, len(labels)))]
    if attribute == "path":
        return [value, *(value[:at] for at, letter in enumerate(value) if letter == "/")]
    return [value]
