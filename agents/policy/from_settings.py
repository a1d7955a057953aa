"""What the operator's settings say of tools and pages, for every workspace: the widest word there is. Pure values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FromSettings:
    """The operator's word.

    Attributes:
        allow: the names of the setting `[policy] allow`.
        hosts: the hosts of `[web] hosts`, whose pages may all be read.
        web: whether pages may be read at all, `[web] enabled`.
    """

    allow: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    web: bool = True


NOTHING = FromSettings()
"""The operator says nothing beyond the defaults."""
