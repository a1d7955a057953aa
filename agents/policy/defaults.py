"""What holds where no document says anything. Pure values.

Nobody's rights stand here: without a rule every call is denied.
"""

from agents.policy.document import Approvers, Authority
from agents.policy.settings import ApproverNames, AskedIn, Asking, Guests, ReplyMode, Retention, Settings
from tools.contract import Effect, Reach

BUILT_IN = Settings(
    enabled=True,
    asking=Asking(members=True, guests=Guests.RESTRICT),
    reply_mode=ReplyMode.FOLLOW,
    approvers=ApproverNames(expires="24h", asked_in=AskedIn.THREAD, most_an_hour=30),
    retention=Retention(content="30d", audit="400d"),
)
"""Model and effort are those of the operator's settings, so none stands here. 24 hours: an Approval outlives a night;
30 yes of one person an hour: our choice, as nobody has measured one; it is a card every two minutes for a whole hour,
more than people who read them come to; 30 and 400 days: a month to look back on what was said, and a year and a bit of
audit trail."""

AUTHORITY = {Effect.READ: Authority.CHANNEL, Effect.WRITE: Authority.BOTH, Effect.ACT: Authority.BOTH}
"""Whose right a call needs, by what it does."""

NEVER_BY_REQUESTER = frozenset({Reach.OUTSIDE, Reach.DESTRUCTIVE})
"""Reaches at which whoever asked never approves: four eyes, whatever a rule says."""

ADMINS = Approvers()
REQUESTER_TOO = Approvers(requester=True)
APPROVERS = {reach: ADMINS if reach in NEVER_BY_REQUESTER else REQUESTER_TOO for reach in Reach}
"""Who approves where the rule that asks names nobody."""
