"""What each scope has under way, what it may have, and which rows come next where many are due (E10)."""

import random
from collections.abc import Sequence

from agents.clock import us
from agents.engine.room import Room
from agents.fairness import DueRow, Load, Scope
from agents.journal import delivery_order, processes, scopes
from agents.journal.due import Due
from agents.journal.transaction import Transaction

KEYS = 64
"""Keys of one level that a look walks; where there are more, the next look goes on behind them."""

HELD = us(2)
"""How long a row is put off that a cap keeps back: it is looked at again so often that none waits long for room."""

_walked: dict[tuple[object, ...], str] = {}
"""The last key of each walk that was cut off, for the next one of this process to go on behind."""


def load_of(room: Room, tx: Transaction, due: Due) -> Load:
    """Return what is under way, for the rows of `due`. Sending is short, and has no share that it must keep to."""
    if due in {delivery_order.DUE, delivery_order.DUE_TO_ANYONE}:
        return Load(scopes.sending_held(tx))
    return Load(scopes.work_held(tx), room.conduct.shares, processes.live_slots(tx))


def spread(tx: Transaction, due: Due, load: Load, most: int) -> Sequence[DueRow]:
    """Return about `most` due rows, of the scopes that come first in fair order, for `fair_order` to sort."""
    found: list[DueRow] = []
    for workspace in _keys(tx, due, load, ()):
        for channel in _keys(tx, due, load, (workspace,)):
            for person in _keys(tx, due, load, (workspace, channel)):
                found += due.of(tx, Scope(workspace, channel, person), most)
                if len(found) > most:
                    return found
    return found


def one_of_each(tx: Transaction, due: Due, load: Load) -> Sequence[DueRow]:
    """Return the row of each workspace that comes first in fair order, of as many workspaces as a look walks."""
    found: list[DueRow] = []
    for workspace in _keys(tx, due, load, ()):
        for channel in _keys(tx, due, load, (workspace,))[:1]:
            for person in _keys(tx, due, load, (workspace, channel))[:1]:
                found += due.of(tx, Scope(workspace, channel, person), 1)
    return found


def capped(room: Room, tx: Transaction, scope: Scope) -> bool:
    """Whether a claim would exceed a cap of its scope, counted under the scope rows' lock until the commit (E10)."""
    shares = room.conduct.shares
    if not shares.capped:
        return False
    scopes.lock(tx, scope)
    return Load(scopes.work_held(tx), shares).is_capped(scope)


def _keys(tx: Transaction, due: Due, load: Load, above: tuple[str, ...]) -> Sequence[str]:
    """The keys of one level that have room, those with the least under way first, others in any order."""
    walk = (id(due), *above)
    after = _walked.pop(walk, "")
    keys = list(due.keys(tx, above, after, KEYS))
    if after and len(keys) < KEYS:
        keys += [key for key in due.keys(tx, above, "", KEYS - len(keys)) if key <= after]
    if len(keys) >= KEYS:
        _walked[walk] = keys[-1]
    free = [key for key in keys if not load.is_full((*above, key))]
    random.shuffle(free)
    return sorted(free, key=lambda key: load.of((*above, key)))
