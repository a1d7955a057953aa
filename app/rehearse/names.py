"""What ids are called: people and channels of the rehearsed workspace, as readers see them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id: of people their first name, of other apps their whole name, of channels the name without #."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, world: Mapping[str, Any]) -> "Names":
        """Return the names of what the control `GET /world` answers."""
        return cls(
            {one["id"]: _called(one) for one in world["people"]} | {"USLACKBOT": "Slack"},
            {one["id"]: one["name"] for one in world["channels"]},
        )

    def person(self, user: str | None) -> str:
        """Return what this account is called; its id when nobody knows."""
        return self.people.get(user or "", user or "somebody")

    def place(self, channel: str) -> str:
        """Return `#sales`, or `Direct message` for a conversation without a name."""
        name = self.channels.get(channel, channel)
        return f"#{name}" if name else "Direct message"


def _called(person: Mapping[str, Any]) -> str:
    whole = str(person["real_name"])
    return whole if person["kind"] == "bot" else whole.split()[0]
