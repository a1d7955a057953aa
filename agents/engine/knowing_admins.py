"""Finds out who a workspace's owners and admins are: page by page, at most once a day, by whichever worker needs it.

What was read of a page stays read: after a wait that the surface asks for, or a lost worker, the next page follows.
"""

import structlog

from agents.clock import us
from agents.journal import admin_lists, people
from agents.journal.admin_lists import Reading
from agents.journal.transaction import Journal, Transaction
from agents.surface import Person, PersonKind, Refused, Surface

log = structlog.get_logger()

FRESH = us(24 * 3_600)
"""How long a list is taken for whole: who becomes an admin meanwhile is known once they come by."""

MOST_PAGES = 100
"""Pages that one worker reads of a list: of a thousand people each, more than most workspaces have."""


def are_known(tx: Transaction, workspace_id: str) -> bool:
    """Whether the surface has said within a day who all of them are."""
    return admin_lists.is_fresh(tx, workspace_id, fresh_us=FRESH)


def learn(journal: Journal, surface: Surface, workspace_id: str, team_id: str, seconds: float) -> None:
    """Ask for all pages that are not read yet, where the list is not fresh; keep who is an owner or admin.

    Raises TryLater, OutcomeUnknown or Refused; what was read by then is kept.
    """
    for _ in range(MOST_PAGES):
        if journal.read(lambda tx: are_known(tx, workspace_id)):
            return
        at = journal.write(lambda tx: admin_lists.reading(tx, workspace_id))
        try:
            found, after = surface.people(team_id, at.after, seconds=seconds)
        except Refused as no:
            if at.after:
                # a page of long ago is asked for no more: from the first one, at the next need
                log.info("a list of people broke off", cause=no.cause)
                journal.write(lambda tx: admin_lists.begin(tx, workspace_id))
            raise
        admins = [one for one in found if one.kind is PersonKind.ADMIN]
        journal.write(lambda tx, at=at, a=admins, n=after: _keep(tx, workspace_id, at, a, n))  # type: ignore[misc]


def _keep(tx: Transaction, workspace_id: str, at: Reading, found: list[Person], after: str) -> None:
    if not admin_lists.go_on(tx, workspace_id, at, after):
        return
    for person in found:
        people.keep(tx, workspace_id, person)
    if not after and at.begun_at is not None:
        people.no_more_admins(tx, workspace_id, at.begun_at)
