"""For each setting, whether another value of it widens rights or narrows them. Pure."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from agents.policy.change import Direction
from agents.policy.settings import Budget, Guests, ReplyMode
from agents.policy.written_values import seconds_of


def _never(_was: Any, _now: Any) -> Direction:
    return Direction.NEITHER


def _more(was: Any, now: Any) -> Direction:
    """Of names of which each gives something; unset gives nothing."""
    return Direction.NARROWS if set(now or ()) <= set(was or ()) else Direction.WIDENS


def _only(was: Any, now: Any) -> Direction:
    """Of a list to which something is limited; unset: it is not limited here."""
    if now is None:
        return Direction.WIDENS
    return Direction.NARROWS if was is None or set(now) <= set(was) else Direction.WIDENS


def _less(was: Any, now: Any) -> Direction:
    """Of a limit; unset: none."""
    if now is None:
        return Direction.WIDENS
    return Direction.NARROWS if was is None or now <= was else Direction.WIDENS


def _ranked(order: Sequence[Any], was: Any, now: Any) -> Direction:
    """Of values in an order, the strictest first."""
    certain = now in order and was in order and order.index(now) <= order.index(was)
    return Direction.NARROWS if certain else Direction.WIDENS


def _shorter(was: Any, now: Any) -> Direction:
    """Of a span for which something is open or kept."""
    return Direction.NARROWS if seconds_of(now) <= seconds_of(was) else Direction.WIDENS


def _keeps(was: Any, now: Any) -> Direction:
    """Of the audit trail, which nobody's rights rest on, and which must not be shortened unseen."""
    return Direction.NEITHER if seconds_of(now) >= seconds_of(was) else Direction.WIDENS


ADDING = frozenset({"instructions", "grants"} | {f"budget.{name}" for name in Budget.model_fields})
"""Settings of which every scope's word counts beside those of the others; of the rest the nearest scope's does."""

SETTINGS: dict[str, Callable[[Any, Any], Direction]] = {
    "enabled": partial(_ranked, (False, True)),
    "asking.members": partial(_ranked, (False, True)),
    "asking.groups": _only,
    "asking.guests": partial(_ranked, (Guests.RESTRICT, Guests.CHANNEL_ONLY, Guests.ALLOW)),
    "reply_mode": partial(_ranked, (ReplyMode.MENTION, ReplyMode.FOLLOW, ReplyMode.READ_ALONG)),
    "model": _never,
    "effort": _never,
    "instructions": _never,
    "grants": _more,
    "approvers.people": _more,
    "approvers.groups": _more,
    "approvers.expires": _shorter,
    "approvers.asked_in": _never,
    "approvers.most_an_hour": _less,
    "editors.people": _more,
    "editors.groups": _more,
    "budget.run_usd": _less,
    "budget.day_usd": _less,
    "budget.month_usd": _less,
    "budget.person_day_usd": _less,
    "budget.runs_an_hour": _less,
    "budget.person_runs_an_hour": _less,
    "retention.content": _shorter,
    "retention.audit": _keeps,
}
"""For each setting there is, what a change of it does to rights."""
