"""Named holds: a call or a download stands still at a chosen point until a control releases it."""

import asyncio
from dataclasses import dataclass, field

from app.rehearsal.changes import Changes
from app.rehearsal.json_shape import Json


@dataclass
class Hold:
    """`method` is a Web API method, `files`, `upload` or `pages`. `when` is before or after the effect. `arrived`
    counts who came.

    With `until_arrived` the hold lets go by itself as soon as that many stand in it at once; with `first` it holds that
    many and lets those who come later pass.
    """

    name: str
    method: str
    when: str = "before"
    channel: str | None = None
    until_arrived: int | None = None
    first: int | None = None
    arrived: int = 0
    inside: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def shown(self) -> Json:
        """The hold as the control API shows it."""
        return {
            "name": self.name,
            "method": self.method,
            "when": self.when,
            "channel": self.channel,
            "until_arrived": self.until_arrived,
            "first": self.first,
            "arrived": self.arrived,
            "inside": self.inside,
            "released": self.released.is_set(),
        }


class Holds:
    """The holds by name; a released hold stays listed and holds nobody any more."""

    def __init__(self, changes: Changes) -> None:
        self.named: dict[str, Hold] = {}
        self._changes = changes

    def place(self, hold: Hold) -> None:
        """Add a hold. Raises ValueError when one of that name still holds."""
        if hold.name in self.named and not self.named[hold.name].released.is_set():
            raise ValueError(f"A hold named {hold.name!r} is already there: release it first.")
        self.named[hold.name] = hold

    def release(self, name: str) -> Hold:
        """Let everyone in this hold go on. Raises KeyError when there is none."""
        hold = self.named[name]
        hold.released.set()
        self._changes.note()
        return hold

    async def pass_by(self, method: str, channel: str | None, when: str) -> None:
        """Return at once when no hold matches, else when the matching ones are released."""
        for hold in list(self.named.values()):
            if hold.released.is_set() or (hold.method, hold.when) != (method, when):
                continue
            if hold.channel not in (None, channel):
                continue
            if hold.first is not None and hold.arrived >= hold.first:
                continue
            hold.arrived += 1
            hold.inside += 1
            if hold.until_arrived is not None and hold.inside >= hold.until_arrived:
                hold.released.set()
            self._changes.note()
            try:
                await hold.released.wait()
            finally:
                hold.inside -= 1
                self._changes.note()
