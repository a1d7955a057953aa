"""How many calls of Slack's Web API we allow ourselves: by method, by channel and by workspace, over all processes.

Slack counts each method apart, an app and workspace at a time, by its tier; posts also by channel. We stay a little
below each, so that being asked to wait is the exception; when it happens, every process holds still until then.
"""

from collections.abc import Mapping
from typing import Any

from agents.urgency import Urgency, urgency_or
from app.budgets.gcra import WHOLE, Bucket
from app.budgets.shared import SharedBuckets
from app.metrics.catalogue import SLACK_HELD_BACK
from app.slack.methods import METHODS

MINUTE = 60_000_000
"""Microseconds."""

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute of each tier; Slack says "at least". docs.slack.dev, apis/web-api/rate-limits."""

AT_ONCE = 4
"""A quarter of a minute's calls may be made at once after a rest: Slack tolerates "occasional bursts" (same page)."""

POSTS_IN_CHANNEL = Bucket("", MINUTE // 60, 4)
"""chat.postMessage: one a second and channel, with short bursts (same page, "special limits")."""

POSTS = Bucket("", MINUTE // 300, 60)
"""chat.postMessage in all channels: "several hundred" a minute and workspace (same page)."""

PARTS = {Urgency.ANSWER: WHOLE, Urgency.NOTICE: 75, Urgency.CARD: 50, Urgency.DECORATION: 25}
"""The part of a burst, in per cent, that each may use: what is left is there for what is more urgent."""

PARTS_OF_DECORATIONS = {**PARTS, Urgency.NOTICE: WHOLE, Urgency.CARD: 75, Urgency.DECORATION: 75}
"""The same for methods that only decorate: there is nothing to leave it to but taking the signs away again."""


class CallBudget:
    """The calls of one app in one workspace. `times`: how many times Slack's published limits it may use."""

    def __init__(self, workspace: str, buckets: SharedBuckets, times: float = 1.0) -> None:
        # all buckets of a call stand in one slot of a cluster
        self._prefix = f"{{{workspace}}}:"
        self._buckets = buckets
        self._times = times

    def ask(self, method: str, arguments: Mapping[str, Any]) -> float:
        """Take one call. Returns 0.0, or the seconds after which to come again: then it must not be made."""
        buckets = self._of(method, arguments)
        if not buckets:
            return 0.0
        known = METHODS[method]
        urgency = urgency_or(Urgency.DECORATION if known.decorates else Urgency.ANSWER)
        wait = self._buckets.ask(buckets, (PARTS_OF_DECORATIONS if known.decorates else PARTS)[urgency])
        if wait:
            SLACK_HELD_BACK.labels(method, urgency.value).inc()
        return wait

    def hold(self, method: str, arguments: Mapping[str, Any], seconds: float) -> None:
        """Slack asked to wait: no process makes such a call before (for a post: in that channel)."""
        buckets = self._of(method, arguments)[:1]
        if buckets:
            self._buckets.hold(buckets, seconds)

    def close(self) -> None:
        """Give the connections back."""
        self._buckets.close()

    def _of(self, method: str, arguments: Mapping[str, Any]) -> tuple[Bucket, ...]:
        """Return the buckets of a call, the narrowest first."""
        if method == "chat.postMessage":
            channel = str(arguments.get("channel", ""))
            return self._fitted(POSTS_IN_CHANNEL, f"{method}:{channel}"), self._fitted(POSTS, method)
        tier = METHODS[method].tier
        if not tier:
            return ()
        many = PER_MINUTE[tier]
        return (self._fitted(Bucket("", MINUTE // many, max(1, many // AT_ONCE)), method),)

    def _fitted(self, one: Bucket, key: str) -> Bucket:
        return Bucket(self._prefix + key, max(1, int(one.interval / self._times)), max(1, int(one.burst * self._times)))
