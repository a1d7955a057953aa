"""A workspace's policy, written as an admin would, put in force by the test itself."""

from agents.journal import policies, workspaces
from agents.journal.transaction import Transaction
from agents.policy.yaml_text import document_of
from tests.given.engines import Engine

ADAM = "person:U0ADAM00001"


def put_in_force(engine: Engine, text: str) -> int:
    """Put a policy in force in the engine's workspace; `text` is YAML. Returns its version."""
    document = document_of(text)

    def write(tx: Transaction) -> int:
        workspace = workspaces.of_team(tx, engine.rehearsal.app_id, engine.rehearsal.team_id)
        assert workspace is not None
        standing = policies.newest(tx, workspace.id)
        seen = standing.version if standing else 0
        return policies.add(tx, workspace.id, document, seen=seen, actor=ADAM, reason="a test")

    return engine.journal.write(write)
