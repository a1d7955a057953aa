"""Many due Runs of one tenant, straight into the journal: what waits when someone sends a thousand requests."""

from sqlalchemy import insert

from agents.clock import us
from agents.ids import new_id
from agents.journal.runs import RUNS
from agents.journal.threads import THREADS
from agents.journal.transaction import Journal, Transaction
from tests.given.workspaces import a_workspace


def a_flood(journal: Journal, many: int, *, team_id: str = "T0FLOOD", people: int = 7, channels: int = 3) -> list[str]:
    """Insert so many Runs of a workspace of its own that have been due for a minute; return their ids."""
    workspace = a_workspace(journal, team_id=team_id)

    def flood(tx: Transaction) -> list[str]:
        at = tx.now() - us(60)
        threads = [new_id() for _ in range(many)]
        places = [f"C{number % channels}" for number in range(many)]
        tx.run(
            insert(THREADS),
            [
                {
                    "id": threads[number],
                    "workspace_id": workspace.id,
                    "channel": places[number],
                    "channel_kind": "channel",
                    "root": f"{number}.0",
                    "created_at": at,
                }
                for number in range(many)
            ],
        )
        made = [
            {
                "id": new_id(),
                "workspace_id": workspace.id,
                "thread_id": threads[number],
                "channel": places[number],
                "number": number,
                "requester": f"U{number % people}",
                "status": "queued",
                "due_at": at + number,
                "created_at": at,
                "model": "m",
                "request_ts": f"{number}.0",
                "labels": {},
            }
            for number in range(many)
        ]
        tx.run(insert(RUNS), made)
        return [str(one["id"]) for one in made]

    return journal.write(flood)
