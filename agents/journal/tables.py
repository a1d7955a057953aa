"""Every table, imported once: migrations and tests see the whole schema from here."""

from agents.journal.admin_lists import ADMIN_LISTS
from agents.journal.approvals import APPROVALS
from agents.journal.audit import EVENTS, FLOORS, HEADS
from agents.journal.belonging import BELONGING, CONVERSATIONS
from agents.journal.content import CHUNKS, CONTENT
from agents.journal.deliveries import DELIVERIES
from agents.journal.feedback import FEEDBACK
from agents.journal.freezes import FREEZES
from agents.journal.grants import GRANTS
from agents.journal.inputs import INPUTS
from agents.journal.oldest_code import OLDEST
from agents.journal.pending_changes import PENDING
from agents.journal.people import PEOPLE
from agents.journal.policies import POLICIES
from agents.journal.processes import LEADERS, WORKERS
from agents.journal.questions import QUESTIONS
from agents.journal.runs import RUNS
from agents.journal.schema import METADATA
from agents.journal.scopes import SCOPES
from agents.journal.spending import ALERTS, SPENDING
from agents.journal.steps import STEPS
from agents.journal.threads import POSTS, THREADS
from agents.journal.toolcalls import CALLS
from agents.journal.turns import MESSAGES, TURNS
from agents.journal.votes import VOTES
from agents.journal.workspaces import INSTALLATIONS, NUMBERS, WORKSPACES

ALL = (
    WORKSPACES, INSTALLATIONS, NUMBERS, PEOPLE, THREADS, POSTS, RUNS, INPUTS, STEPS, TURNS, MESSAGES, CALLS, QUESTIONS,
    DELIVERIES, FEEDBACK, CONTENT, CHUNKS, EVENTS, HEADS, FLOORS, WORKERS, LEADERS, SCOPES, OLDEST, POLICIES, FREEZES,
    BELONGING, CONVERSATIONS, APPROVALS, VOTES, GRANTS, PENDING,
    SPENDING, ALERTS, ADMIN_LISTS,
)  # fmt: skip
"""In the order in which they refer to each other."""

__all__ = ["ALL", "METADATA"]
