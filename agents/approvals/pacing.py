"""How often one person may say yes within an hour: who presses yes all day long has stopped reading (AUTHZ-26).

A press that says yes to several calls is a yes to each, and as many count as are left. Each is a vote of its own, which
any worker judges by itself, and the card shows what was approved. "None of them" would need one judgement of all of
them together, and be no safer: those that count are within the limit.
"""

from collections.abc import Sequence

from agents.approvals.card import span
from agents.clock import us
from agents.in_force import in_force
from agents.journal import threads, votes
from agents.journal.transaction import Transaction
from agents.journal.votes import Vote
from agents.policy.from_settings import FromSettings
from agents.runs.life import Run

HOUR = us(3_600)
MINUTE = us(60)

OFTEN = (
    "You have said yes as often as one person may within an hour here, which is {most}: someone else who may can say "
    "yes, or you again in {left}."
)
"""What they alone read whose yes does not count for now. It names no call: a press may have been on several."""


def too_often(tx: Transaction, said: FromSettings, run: Run, vote: Vote) -> str:
    """Return what someone is told who has said yes as often within the hour as one may; "" where they have not.

    In: a yes that counts otherwise, and the locked Run that it is about.

    The setting `approvers.most_an_hour` counts as it stands in the Run's channel now, and every yes of theirs in the
    workspace. They are counted under a lock of that person beside the Run's (E27): of two presses on the cards of two
    Runs the second sees the first.
    """
    channel = threads.place_of(tx, run.thread_id).channel
    most = in_force(tx, vote.workspace_id, said).holding(channel).approvals_an_hour.value
    given = votes.lock_and_look(tx, vote.workspace_id, vote.person, since=vote.cast_at - HOUR, most=most)
    again_at = may_again_at(given, most)
    return "" if again_at is None else OFTEN.format(most=most, left=wait_in_words(again_at - tx.now()))


def may_again_at(given: Sequence[int], most: int) -> int | None:
    """Return when someone may say yes again, in journal time; None: they may now.

    In: when they said yes within the hour before their press, newest first; how often one may an hour.
    """
    return given[most - 1] + HOUR if len(given) >= most else None


def wait_in_words(microseconds: int) -> str:
    """Return a span in whole minutes, rounded up and at least one: whoever waits so long waits long enough."""
    return span(60 * max(1, -(-microseconds // MINUTE)))
