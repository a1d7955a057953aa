"""Checks of single values that every rule file uses: a wrong type or an unknown field is a 400 that names the place."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.rehearsal.claude.errors import invalid


def need_object(value: object, where: str) -> Mapping[str, Any]:
    """Return the value when it is a JSON object. Raises ApiError 400 otherwise."""
    if not isinstance(value, dict):
        raise invalid(f"{where}: Input should be a valid dictionary")
    return value


def need_list(value: object, where: str) -> list[Any]:
    """Return the value when it is a JSON array. Raises ApiError 400 otherwise."""
    if not isinstance(value, list):
        raise invalid(f"{where}: Input should be a valid list")
    return value


def need_string(value: object, where: str, *, empty: bool = False) -> str:
    """Return the value when it is a string, not an empty one unless `empty`. Raises ApiError 400 otherwise."""
    if not isinstance(value, str):
        raise invalid(f"{where}: Input should be a valid string")
    if not value and not empty:
        raise invalid(f"{where}: String should have at least 1 character")
    return value


def need_integer(value: object, where: str, *, least: int) -> int:
    """Return the value when it is an integer of at least `least`. Raises ApiError 400 otherwise."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid(f"{where}: Input should be a valid integer")
    if value < least:
        raise invalid(f"{where}: Input should be greater than or equal to {least}")
    return value


def need_flag(value: object, where: str) -> bool:
    """Return the value when it is true or false. Raises ApiError 400 otherwise."""
    if not isinstance(value, bool):
        raise invalid(f"{where}: Input should be a valid boolean")
    return value


def need_one_of(value: object, where: str, allowed: Iterable[str]) -> str:
    """Return the value when it is one of `allowed`. Raises ApiError 400 otherwise."""
    names = tuple(allowed)
    if value not in names:
        raise invalid(f"{where}: Input should be {', '.join(repr(name) for name in names)}")
    return str(value)


def need_fields(value: Mapping[str, Any], where: str, required: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Raise ApiError 400 when a required field is missing or a field stands there that is not known."""
    required = tuple(required)
    for name in required:
        if name not in value:
            raise invalid(f"{where}.{name}: Field required".removeprefix("."))
    known = {*required, *optional}
    for name in value:
        if name not in known:
            raise invalid(f"{where}.{name}: Extra inputs are not permitted".removeprefix("."))
