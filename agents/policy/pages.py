"""Which pages a Run may read. Fetching is a way out: an address tells its host whatever was built into it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from agents.policy.addresses import exact, host_of, listed, same_host


class Ground(StrEnum):
    """Why a page may be read."""

    WRITTEN = "page-written"  #: someone who asks wrote exactly this address in the thread
    LINKED = "page-linked"  #: it is an unaltered link of a page that this Run read from the same host
    HOST = "page-host"  #: the setting [web] hosts names its host


@dataclass(frozen=True, slots=True)
class Known:
    """What a Run knows of addresses.

    Attributes:
        written: what its Speakers wrote in its Thread, exact.
        linked: links of the pages it read, each of its own page's host, exact.
    """

    written: frozenset[str] = field(default_factory=frozenset)
    linked: frozenset[str] = field(default_factory=frozenset)


def ground_of(address: str, known: Known, hosts: Collection[str]) -> Ground | None:
    """Return why the page at `address` may be read, or None where it may not. `hosts`: the setting's, lower case."""
    wanted = exact(address)
    if not wanted:
        return None
    if wanted in known.written:
        return Ground.WRITTEN
    if wanted in known.linked:
        return Ground.LINKED
    return Ground.HOST if listed(host_of(wanted), hosts) else None


def may_follow(before: str, to: str, known: Known, hosts: Collection[str]) -> bool:
    """Whether a redirect from one exact address to another may be followed.

    On the same host it may, but not out of encryption; to another host only where a Speaker wrote that very address
    or the setting names the host: whoever serves a page chooses where it sends us.
    """
    if ground_of(to, known, hosts) in {Ground.WRITTEN, Ground.HOST}:
        return True
    return bool(exact(to)) and same_host(before, to) and not (before.startswith("https:") and to.startswith("http:"))
