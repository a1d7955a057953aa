"""Small checks that together describe the shape of a block: each yields what is wrong, as `path: sentence`."""

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def string(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"must be a string [json-pointer:{path}]"
        elif len(value) < least:
            yield f"must be more than {least - 1} characters [json-pointer:{path}]"
        elif len(value) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{path}]"

    return check


def one_of(*allowed: object) -> Check:
    """One of these values."""

    def check(value: Any, path: str) -> Iterator[str]:
        if value not in allowed:
            yield f"must be one of {', '.join(map(str, allowed))} [json-pointer:{path}]"

    return check


def boolean(value: Any, path: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"must be a boolean [json-pointer:{path}]"


def integer(least: int, most: int) -> Check:
    """A whole number in these bounds."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"must be a whole number from {least} to {most} [json-pointer:{path}]"

    return check


def list_of(item: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` such items."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"must be an array [json-pointer:{path}]"
            return
        if len(value) < least:
            yield f"no fewer than {least} items allowed [json-pointer:{path}]"
        if len(value) > most:
            yield f"no more than {most} items allowed [json-pointer:{path}]"
        for number, one in enumerate(value):
            yield from item(one, f"{path}/{number}")

    return check


def mapping(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these fields; `type` is taken as read, since it chose the check."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"must be an object [json-pointer:{path}]"
            return
        for name in required:
            if name not in value:
                yield f"missing required field: {name} [json-pointer:{path}]"
        for name, inner in value.items():
            if name in known:
                yield from known[name](inner, f"{path}/{name}")
            elif name != "type":
                yield f"invalid additional property: {name} [json-pointer:{path}]"

    return check


def number(value: Any, path: str) -> Iterator[str]:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        yield f"must be a number [json-pointer:{path}]"


def anything(value: Any, path: str) -> Iterator[str]:
    """Whatever; something else looks at it."""
    yield from ()


def both(first: Check, second: Check) -> Check:
    """What passes the first check and then the second, which may rely on the first."""

    def check(value: Any, path: str) -> Iterator[str]:
        wrong = [*first(value, path)]
        yield from wrong or second(value, path)

    return check


def exactly_one(*names: str) -> Check:
    """An object with one of these fields."""

    def check(value: Any, path: str) -> Iterator[str]:
        if sum(name in value for name in names) != 1:
            yield f"must have exactly one of {', '.join(names)} [json-pointer:{path}]"

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` chooses the check."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"must be an object [json-pointer:{path}]"
        elif value.get("type") not in kinds:
            yield f"unsupported type: {value.get('type')} [json-pointer:{path}/type]"
        else:
            yield from kinds[value["type"]](value, path)

    return check


def plain_text(most: int) -> Check:
    """A plain_text object."""
    return by_type({"plain_text": mapping({"text": string(most)}, {"emoji": boolean})})


def any_text(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    return by_type(
        {
            "plain_text": mapping({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": mapping({"text": string(most)}, {"verbatim": boolean}),
        }
    )
