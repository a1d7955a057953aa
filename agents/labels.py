"""Labels: where data came from and who may see it. Pure. They are joined at every step and never lowered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.contract import Source, Trust


@dataclass(frozen=True, slots=True)
class Labels:
    """What travels with data.

    Attributes:
        readers: audiences whose intersection may read it, such as `channel:C1`; empty = everyone.
        trust: `untrusted` as soon as any part came from outside.
        sources: what it was made from.
    """

    readers: frozenset[str] = frozenset()
    trust: Trust = Trust.TRUSTED
    sources: frozenset[Source] = frozenset()

    def join(self, other: "Labels") -> "Labels":
        """Return the labels of data made from both: union of readers, the lower trust, union of sources."""
        trust = Trust.UNTRUSTED if Trust.UNTRUSTED in {self.trust, other.trust} else Trust.TRUSTED
        return Labels(self.readers | other.readers, trust, self.sources | other.sources)

    def as_json(self) -> dict[str, Any]:
        """Return the form in which rows keep them."""
        return {
            "readers": sorted(self.readers),
            "trust": self.trust.value,
            "sources": [
                {"kind": one.kind, "id": one.id, "digest": one.digest, "title": one.title}
                for one in sorted(self.sources, key=lambda one: (one.kind, one.id, one.digest, one.title))
            ],
        }


def from_json(kept: Mapping[str, Any]) -> Labels:
    """Return what `as_json` kept. What is missing is read as its most careful value."""
    return Labels(
        frozenset(kept.get("readers", ())),
        Trust(kept.get("trust", Trust.UNTRUSTED.value)),
        frozenset(Source(**one) for one in kept.get("sources", ())),
    )


def joined(many: Iterable[Labels]) -> Labels:
    """Return the join of all; of none, the labels of nothing: everyone may read it and it is trusted."""
    result = Labels()
    for one in many:
        result = result.join(one)
    return result
