"""Named holds: the next matching requests stand still until a control releases them."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

STAGES = ("arrival", "stream")
"""arrival: before a byte is answered; stream: after the first events of a stream."""


@dataclass(slots=True)
class Hold:
    """A hold. `left`: requests it will still take in; `arrived`: those it took; `inside`: those there now."""

    name: str
    match: str | None = None
    stage: str = "arrival"
    left: int = 1
    after: int = 3
    arrived: int = 0
    inside: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def shown(self) -> dict[str, Any]:
        """Return the hold as the control API shows it."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "released"}
        return plain | {"released": self.released.is_set()}


class Holds:
    """The holds by name. A released one stays listed and holds nobody."""

    def __init__(self) -> None:
        self.named: dict[str, Hold] = {}

    def place(self, asked: dict[str, Any]) -> Hold:
        """Add a hold from a control request. Raises ValueError for a name in use or an unknown stage."""
        left = int(asked.pop("count", 1))
        hold = Hold(left=left, **asked)
        if hold.stage not in STAGES:
            raise ValueError(f"{hold.stage!r} is no stage; the stages are {', '.join(STAGES)}.")
        if hold.name in self.named and not self.named[hold.name].released.is_set():
            raise ValueError(f"A hold named {hold.name!r} is already there: release it first.")
        self.named[hold.name] = hold
        return hold

    def take(self, last_user_text: str) -> Hold | None:
        """Return the hold that this request runs into, or None."""
        for hold in self.named.values():
            if hold.released.is_set() or hold.left < 1:
                continue
            if hold.match is None or hold.match in last_user_text:
                hold.left -= 1
                return hold
        return None

    @staticmethod
    def give_back(hold: Hold) -> None:
        """Have the hold wait for another request: the one that it took broke off before it stood still."""
        hold.left += 1
