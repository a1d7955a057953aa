"""What a change would do, before it is done: in words, with last week's calls judged again. Within a transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agents.clock import us
from agents.in_force import compiled_with
from agents.journal import toolcalls
from agents.journal.transaction import Transaction
from agents.policy.change import Change, Direction
from agents.policy.comparing import changes
from agents.policy.document import Document
from agents.policy.from_settings import FromSettings
from agents.policy.linting import Lint, lints
from agents.policy.replaying import Recorded, Replayed, replay
from agents.policy.verdicts import Verdict
from tools.contract import Tool

LOOKED_BACK = us(7 * 86_400)
"""How far back decisions are looked at: a week has all its days."""

MOST_DECISIONS = 200
"""Decisions that a preview judges again, the newest first: so many take about a tenth of a second of one busy core."""

MOST_LINES = 12
"""Lines of one kind that a preview shows."""

MOST_TOLD = 400
"""Characters of one of them."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What comes of a document in the place of another.

    Attributes:
        changes: in words and as data. replayed: last week's decisions, judged by it. amiss: what is new that is told
            to be amiss. more: there were more decisions than were judged again.
    """

    changes: tuple[Change, ...]
    replayed: Replayed
    amiss: tuple[Lint, ...]
    more: bool = False

    @property
    def widens(self) -> bool:
        """Whether rights widen."""
        return any(one.direction is Direction.WIDENS for one in self.changes)


def effect_of(
    tx: Transaction,
    said: FromSettings,
    workspace_id: str,
    before: Document,
    after: Document,
    organisation: Document | None,
    catalogue: Mapping[str, Tool],
) -> Effect:
    """Return what a workspace's document would do in the place of the one that stands."""
    lately = decisions(tx, workspace_id, within_us=LOOKED_BACK, most=MOST_DECISIONS + 1)
    compiled = compiled_with(organisation, after, said)
    replayed = replay(compiled, lately[:MOST_DECISIONS])
    today = datetime.fromtimestamp(tx.now() / 1_000_000, UTC).date()
    known = {str(one) for one in lints(before, catalogue or None, organisation=organisation, today=today)}
    found = lints(after, catalogue or None, organisation=organisation, today=today)
    return Effect(
        tuple(changes(before, after, organisation)),
        replayed,
        tuple(one for one in found if str(one) not in known),
        len(lately) > MOST_DECISIONS,
    )


def decisions(tx: Transaction, workspace_id: str, *, within_us: int, most: int) -> list[Recorded]:
    """Return the decisions that were made last, the newest first, with what they rested on."""
    return recorded(toolcalls.judged_lately(tx, workspace_id, within_us=within_us, most=most))


def recorded(calls: Iterable[tuple[str, str]]) -> list[Recorded]:
    """Return decisions as they can be judged again, of (call's id, what explains it, as JSON)."""
    found = []
    for call, kept in calls:
        judged = json.loads(kept)
        facts = judged.get("facts")
        if isinstance(facts, dict):
            found.append(Recorded(call, facts, Verdict(judged["verdict"]), str(judged["rule"])))
    return found


def lines_of(effect: Effect) -> list[str]:
    """Return an effect in lines: what changes, whether rights widen, what last week's calls would be, what is amiss."""
    if not effect.changes:
        return ["That is how it is already: nothing would change."]
    lines = [f"- {_told(one)}" for one in effect.changes[:MOST_LINES]]
    if len(effect.changes) > MOST_LINES:
        lines.append(f"- … and {len(effect.changes) - MOST_LINES} more.")
    lines.append(_direction(effect.changes))
    lines.append(_replayed(effect.replayed, effect.more))
    lines += [f"Note: {one.rule}: {one.says}." for one in effect.amiss[:MOST_LINES]]
    return lines


def in_words(change: Change) -> str:
    """Return one change in words, without its direction."""
    return _told(change)


def as_json(effect: Effect) -> dict[str, Any]:
    """Return an effect as plain values."""
    return {
        "changes": [one.as_json() for one in effect.changes],
        "replayed": effect.replayed.as_json(),
        "amiss": [str(one) for one in effect.amiss],
    }


def _told(change: Change) -> str:
    was = f"was {change.before}" if change.before else ""
    now = change.after if change.after else "gone"
    told = f"{was}, now {now}" if was else now
    place = "the workspace" if change.place == "workspace" else change.place
    words = f"{place}: {change.what}: {told}"
    return words if len(words) <= MOST_TOLD else f"{words[:MOST_TOLD]}…"


def _direction(found: Sequence[Change]) -> str:
    directions = {one.direction for one in found}
    if Direction.WIDENS in directions:
        return "Rights widen." if Direction.NARROWS not in directions else "Some rights widen, some narrow."
    return "Rights narrow." if Direction.NARROWS in directions else "No right changes."


SAYS = {Verdict.ALLOW: "be allowed", Verdict.ASK: "ask", Verdict.DENY: "be denied"}


def _replayed(replayed: Replayed, more: bool) -> str:
    if not replayed.judged:
        return "Nothing was judged in the last 7 days, so there is nothing to try it on."
    of = f"Of the last {replayed.judged:,} calls" if more else f"Of last week's {_many(replayed.judged, 'call')}"
    counted = {one: sum(flip.would_be is one for flip in replayed.flips) for one in Verdict}
    told = [f"{many:,} would now {SAYS[verdict]}" for verdict, many in counted.items() if many]
    return f"{of}, {', '.join(told)}." if told else f"{of}, none would be judged otherwise."


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
