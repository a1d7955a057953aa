"""Slack's rate limits as token buckets: per (workspace, method) by tier, and per channel for chat.postMessage."""

import math
from dataclasses import dataclass, field

# calls a minute of each tier (slack.md 2). `special` has no number on any page: "guess" 600
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
SPECIAL = 600
# chat.postMessage: about one a second and channel with short bursts, plus a workspace ceiling (slack.md 2).
# "guess": a burst of 5, a ceiling of 300 a minute ("several hundred")
POST_BURST = 5
POSTS_PER_MINUTE = 300


@dataclass
class Bucket:
    """`level` tokens at time `at`; holds `capacity`, fills by `per_second`."""

    capacity: float
    per_second: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """0 when a token was there and is now gone, else the seconds until the next one."""
        self.level = min(self.capacity, self.level + max(0.0, now - self.at) * self.per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.per_second


@dataclass
class RateLimits:
    """The buckets of one workspace. `factor` stretches every limit; it is never infinite and never off by default."""

    factor: float = 1.0
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def set_factor(self, factor: float) -> None:
        """Allow `factor` times Slack's limits from now on. Raises ValueError unless it is above 0."""
        if not factor > 0:
            raise ValueError("The limits' factor must be above 0; 1 is Slack's own limits.")
        self.factor = factor
        self._buckets.clear()

    def wait_for(self, method: str, tier: int | None, channel: str, now: float) -> int:
        """0 when the call is within the limits, else Retry-After in whole seconds. `tier` None means special."""
        if method == "chat.postMessage":
            waits = [
                self._take((method, channel), POST_BURST, 1.0, now) if channel else 0.0,
                self._take((method, ""), POSTS_PER_MINUTE, POSTS_PER_MINUTE / 60, now),
            ]
        else:
            per_minute = SPECIAL if tier is None else TIERS[tier]
            waits = [self._take((method, ""), per_minute, per_minute / 60, now)]
        return math.ceil(max(waits))

    def _take(self, key: tuple[str, str], capacity: float, per_second: float, now: float) -> float:
        capacity, per_second = max(1.0, capacity * self.factor), per_second * self.factor
        bucket = self._buckets.setdefault(key, Bucket(capacity, per_second, capacity, now))
        return bucket.take(now)
