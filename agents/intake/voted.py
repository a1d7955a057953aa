"""Presses on a card that asks for people's yes: each is stored as a vote, and judged by a worker (E27).

Who pressed is not looked at here: no entry may be easier than another, and a worker asks the surface for every vote.
"""

from collections.abc import Mapping

from agents.approvals.asking import MOST_PENDING
from agents.approvals.counting import VOTE
from agents.approvals.voting import Choice
from agents.audit.events import Event
from agents.engine.poke import Queue
from agents.intake.desk import Desk
from agents.journal import votes
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace
from agents.messages import Press
from agents.posts import Became, Receipt
from agents.pressing import Click

CHOICES: Mapping[Press, Choice] = {
    Press.APPROVE: Choice.YES,
    Press.APPROVE_FOR_RUN: Choice.FOR_RUN,
    Press.APPROVE_ALL: Choice.ALL,
    Press.REFUSE: Choice.NO,
}
"""What each button says."""


def voted(desk: Desk, tx: Transaction, workspace: Workspace, thread_id: str, click: Click) -> Receipt:
    """Store one vote for each Approval that the button named. The same press that comes again is stored once."""
    choice = CHOICES[click.press]
    named = click.value.split(",")[:MOST_PENDING] if choice is Choice.ALL else [click.value]
    stored = [
        (approval_id, vote_id)
        for approval_id in dict.fromkeys(named)
        if (
            vote_id := votes.cast(
                tx,
                workspace_id=workspace.id,
                thread_id=thread_id,
                approval_id=approval_id,
                person=click.user_id,
                external=click.external,
                choice=choice,
                channel=click.channel,
                message_ts=click.at,
                action_ts=click.action_ts,
            )
        )
    ]
    for approval_id, vote_id in stored:
        said = {"vote": vote_id, "approval": approval_id[:64], "choice": choice.value}
        tx.record(workspace.id, Event.VOTE_CAST, actor=f"person:{click.user_id}", **said)
        desk.hand.poke_later(tx, Queue.EXECUTE, f"{VOTE}{vote_id}")
    return Receipt(Became.COMMAND if stored else Became.DUPLICATE)
