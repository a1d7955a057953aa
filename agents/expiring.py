"""Retention: what people wrote goes when its days are over, and the trail's oldest lines when theirs are (E25).

Each Run in a transaction of its own, under its lock. A Run that has not ended, or of which something is still to be
shown, keeps everything. The chain of the trail holds afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agents.audit.events import Event
from agents.clock import us
from agents.in_force import in_force
from agents.journal import audit, retention, runs, workspaces
from agents.journal.transaction import Journal, Transaction
from agents.policy.from_settings import FromSettings
from agents.policy.written_values import seconds_of

AT_ONCE = 200
"""Rows of one kind that are looked for at once: their ids fit in memory, and the others come in the next look."""


@dataclass(frozen=True, slots=True)
class Expired:
    """What went, or would go: Runs and loose Content, their items and bytes, and lines of the trail."""

    runs: int = 0
    items: int = 0
    bytes: int = 0
    lines: int = 0

    def __add__(self, other: "Expired") -> "Expired":
        """Return both together."""
        return Expired(
            self.runs + other.runs,
            self.items + other.items,
            self.bytes + other.bytes,
            self.lines + other.lines,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """How long things are kept in one place. `channel`: of this one; empty: of all but those in `but`."""

    channel: str
    but: tuple[str, ...]
    content_us: int


def expire(journal: Journal, said: FromSettings, *, actor: str, most: int = AT_ONCE) -> Expired:
    """Erase what is over in every Workspace; of each kind and place at most `most` rows. Returns what went."""
    gone = Expired()
    for workspace in journal.read(workspaces.every):
        places, audit_us = journal.read(lambda tx, of=workspace.id: _kept_in(tx, of, said))  # type: ignore[misc]
        for run_id in [one for place in places for one in _runs_over(journal, workspace.id, place, most)]:
            gone += journal.write(lambda tx, of=run_id: _erase_run(tx, of, actor))  # type: ignore[misc]
        longest = max(place.content_us for place in places)
        gone += journal.write(lambda tx, of=workspace.id, kept=longest: _erase_loose(tx, of, kept, most, actor))  # type: ignore[misc]
        gone += journal.write(lambda tx, of=workspace.id, kept=audit_us: _cut(tx, of, kept, actor))  # type: ignore[misc]
    return gone


def would_expire(tx: Transaction, workspace_id: str, said: FromSettings, *, most: int = 100_000) -> Expired:
    """Count what is over in a Workspace, and touch nothing. At most `most` Runs of a place are counted."""
    places, audit_us = _kept_in(tx, workspace_id, said)
    found = Expired()
    for place in places:
        for run_id in _over(tx, workspace_id, place, most):
            items = retention.of_run(tx, run_id)
            found += Expired(1, len(items), retention.size_of(tx, items))
    loose = retention.loose(tx, workspace_id, max(place.content_us for place in places), most)
    last = audit.oldest_to_keep(tx.connection, workspace_id, audit_us)
    floor, _ = audit.floor_of(tx.connection, workspace_id)
    return found + Expired(0, len(loose), retention.size_of(tx, loose), last[0] - floor if last else 0)


def _kept_in(tx: Transaction, workspace_id: str, said: FromSettings) -> tuple[list[Kept], int]:
    policies = in_force(tx, workspace_id, said)
    default = policies.holding("")
    everywhere = us(seconds_of(default.content_kept.value))
    channels = policies.workspace.channels if policies.workspace is not None else {}
    own = {
        channel: us(seconds_of(policies.holding(channel).content_kept.value))
        for channel, part in channels.items()
        if part.settings.retention.content is not None
    }
    places = [Kept("", tuple(sorted(own)), everywhere), *(Kept(one, (), kept) for one, kept in sorted(own.items()))]
    return places, us(seconds_of(default.audit_kept.value))


def _runs_over(journal: Journal, workspace_id: str, place: Kept, most: int) -> Iterator[str]:
    yield from journal.read(lambda tx: _over(tx, workspace_id, place, most))


def _over(tx: Transaction, workspace_id: str, place: Kept, most: int) -> list[str]:
    return list(retention.ended_before(tx, workspace_id, place.content_us, most, only=place.channel, but=place.but))


def _erase_run(tx: Transaction, run_id: str, actor: str) -> Expired:
    run = runs.lock(tx, run_id)
    if run is None or run.ended_at is None:
        return Expired()
    size = retention.size_of(tx, retention.of_run(tx, run_id))
    return Expired(1, retention.erase_run(tx, run.workspace_id, run_id, actor=actor), size)


def _erase_loose(tx: Transaction, workspace_id: str, kept_us: int, most: int, actor: str) -> Expired:
    items = retention.loose(tx, workspace_id, kept_us, most)
    size = retention.size_of(tx, items)
    retention.erase(tx, workspace_id, items, actor=actor)
    return Expired(0, len(items), size)


def _cut(tx: Transaction, workspace_id: str, kept_us: int, actor: str) -> Expired:
    audit.lock_head(tx.connection, workspace_id)
    last = audit.oldest_to_keep(tx.connection, workspace_id, kept_us)
    if last is None:
        return Expired()
    gone = audit.drop_up_to(tx.run, workspace_id, *last)
    tx.record(workspace_id, Event.AUDIT_EXPIRED, actor=actor, up_to=last[0], hash=last[1])
    return Expired(lines=gone)
