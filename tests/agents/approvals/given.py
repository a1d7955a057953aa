"""Approvals as plain values."""

from collections.abc import Mapping, Sequence
from typing import Any

from agents.approvals.card import Line
from agents.approvals.life import Approval, State
from agents.approvals.terms import kept_for
from agents.approvals.voting import Cast
from agents.policy.judgement import Named, Terms
from tools.contract import Reach

ANN, BEN = "U0ANN000001", "U0BEN000001"
HOUR = 3_600_000_000
ADMINS = Named(admins=True)


def terms(*named: Named, quorum: int = 1, seconds: int = 86_400) -> Terms:
    """Return terms; without names, admins may."""
    return Terms(named or (ADMINS,), quorum, seconds)


def approval(number: int = 1, reach: Reach = Reach.INSIDE, *named: Named, quorum: int = 1, **more: Any) -> Approval:
    """Return an Approval that was asked for at time 0 and expires after a day."""
    values: dict[str, Any] = {
        "id": f"{number:032x}",
        "workspace_id": "w",
        "run_id": "r",
        "tool_call_id": f"call{number}",
        "status": State.PENDING,
        "binding": f"{number:064x}",
        "tool": "post_message",
        "destination": "channel:C1",
        "extent": "e" * 64,
        "rule": "posts-ask",
        "reason": "Posts are seen by all.",
        "terms": kept_for(terms(*named, quorum=quorum), reach).as_json(),
        "warns": False,
        "delivery_id": None,
        "for_run_until": None,
        "asked_at": 0,
        "expires_at": 24 * HOUR,
        "remind_at": None,
        "settled_at": None,
        "cause": None,
    }
    return Approval(**values | more)


def line(approval: Approval, arguments: Mapping[str, Any] | None, votes: Sequence[Cast] = (), by: str = "") -> Line:
    """Return a call on a card; without votes, nobody has said anything."""
    return Line(approval=approval, arguments=arguments, votes=votes, by=by)
