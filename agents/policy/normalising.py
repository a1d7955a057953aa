"""The one form in which what a call would reach is compared: host, port, path, method, channel, person, amount. Pure.

Whatever two programs could read in two ways has no form here: it is not known, so that rules which restrict hold and
rules which allow do not.
"""

import ipaddress
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from agents.policy.addresses import PORTS, exact
from tools.contract import Destination, Effect, Reach

NUMERIC = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)
NAMED = re.compile(r"[a-z0-9._-]+", re.ASCII)
ESCAPE = re.compile(r"%(.{0,2})", re.DOTALL)
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]", re.ASCII)
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{1,30}", re.ASCII)
PERSON_ID = re.compile(r"(?:<@)?([UW][A-Z0-9]{1,30})(?:\|[^>]*)?>?", re.ASCII)
METHOD = re.compile(r"[A-Z]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reached:
    """What a call would reach, normalised. None: it reaches none, or it is not certain which."""

    host: str | None = None
    port: int | None = None
    path: str | None = None
    method: str | None = None
    channel: str | None = None
    person: str | None = None
    amount: float | None = None

    def as_facts(self) -> dict[str, Any]:
        """Return them by the names that Facts has for them."""
        return asdict(self)


def reach_of(reach: Reach, *further: Reach | None) -> Reach:
    """Return how far a call goes: as its tool says, or further where its arguments or the surface say so."""
    return max((reach, *(one for one in further if one is not None)), key=list(Reach).index)


def reached(
    destination: Destination | None, arguments: Mapping[str, object], effect: Effect | None, here: str
) -> Reached:
    """Return what a call with these arguments would reach.

    `here`: the Run's channel, which a channel without a name means. A `read` of a page without a method is a GET.
    """
    amount = amount_of(arguments.get("amount"))
    if destination is None:
        return Reached(amount=amount)
    if destination.kind in ("page", "request"):
        address = exact(destination.id)
        parts = urlsplit(address)
        method = destination.method or arguments.get("method", "GET" if effect is Effect.READ else None)
        return Reached(
            host=host_of(parts.hostname or ""),
            port=(parts.port or PORTS[parts.scheme]) if address else None,
            path=path_of(parts.path) if address else None,
            method=method_of(method),
            amount=amount,
        )
    if destination.kind == "channel":
        return Reached(channel=channel_of(destination.id or here), amount=amount)
    if destination.kind == "person":
        return Reached(person=person_of(destination.id), amount=amount)
    return Reached(amount=amount)


def host_of(written: str) -> str | None:
    """Return a host as rules name it: lower case, ASCII, without the last dot; a number as one of four or of IPv6.

    Numbers are read as every resolver reads them: `0x7f.1`, `2130706433` and `127.1` are 127.0.0.1.
    """
    host = written.removesuffix(".").lower()
    if ":" in host:
        try:
            return _unmapped(ipaddress.IPv6Address(host.removeprefix("[").removesuffix("]")))
        except ValueError:
            return None
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return None
    if not NAMED.fullmatch(host) or "" in host.split("."):
        return None
    return _of_number(host.split(".")) if NUMERIC.fullmatch(host.rpartition(".")[2]) else host


def path_of(written: str) -> str | None:
    """Return a path with `.`, `..` and escapes resolved, as a browser asks for it.

    None where servers differ about what it is: an escaped `/`, `\\`, `%` or letter that steers, a backslash, an empty
    segment, or parameters behind dots.
    """
    path = _unescaped(written or "/")
    if path is None or not path.startswith("/") or "\\" in path or "//" in path:
        return None
    made: list[str] = []
    segments = path.split("/")[1:]
    for at, segment in enumerate(segments):
        plain = segment.partition(";")[0]
        if plain in (".", "..") and plain != segment:
            return None
        if segment == "..":
            del made[-1:]
        elif segment != ".":
            made.append(segment)
            continue
        if at == len(segments) - 1:
            made.append("")
    return "/" + "/".join(made)


def method_of(written: object) -> str | None:
    """Return the method of a request in capitals."""
    method = written.strip().upper() if isinstance(written, str) else ""
    return method if METHOD.fullmatch(method) else None


def channel_of(written: object) -> str | None:
    """Return a channel's id. A name is not one: who may rename a channel would choose what a rule is about."""
    return written if isinstance(written, str) and CHANNEL_ID.fullmatch(written) else None


def person_of(written: object) -> str | None:
    """Return a person's id, also out of `<@U1|ann>`."""
    found = PERSON_ID.fullmatch(written) if isinstance(written, str) else None
    return found.group(1) if found else None


def amount_of(given: object) -> float | None:
    """Return a number that can be compared with a limit: no truth value, no text, neither endless nor none."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        number = float(given)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _unescaped(path: str) -> str | None:
    try:
        return ESCAPE.sub(_read, path)
    except ValueError:
        return None


def _read(escape: re.Match[str]) -> str:
    """Return what an escape stands for. Raises ValueError where servers differ about it."""
    byte = bytes.fromhex(escape.group(1))
    if len(byte) != 1 or byte in b"/\\%;?#" or not 0x20 <= byte[0] != 0x7F:
        raise ValueError
    # what is beyond plain letters stays escaped, in capitals: one form, and nothing is gained by reading it
    letter = byte.decode("latin-1")
    return letter if UNRESERVED.fullmatch(letter) else f"%{byte.hex().upper()}"


def _of_number(labels: list[str]) -> str | None:
    """Return an IPv4 address out of one to four numbers, each decimal, octal or hexadecimal; the last fills up."""
    numbers: list[int] = []
    for label in labels:
        if not NUMERIC.fullmatch(label):
            return None
        try:
            numbers.append(_number(label))
        except ValueError:
            return None
    *first, last = numbers
    if len(numbers) > 4 or any(one > 255 for one in first) or last >= 256 ** (5 - len(numbers)):
        return None
    return str(ipaddress.IPv4Address(last + sum(one << (24 - 8 * at) for at, one in enumerate(first))))


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if label.startswith("0") else int(label)


def _unmapped(address: ipaddress.IPv6Address) -> str:
    """Return an IPv6 address, or the IPv4 one that it only wraps."""
    return str(address.ipv4_mapped or address)
