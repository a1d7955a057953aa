"""Grants for tests: sealed with a key file of the test's own, stored, and named by a policy."""

from pathlib import Path
from typing import Any

from agents.grants.grant import HTTP, Grant
from agents.grants.sealing import FILE, KeyFile, Secret
from agents.grants.sending import about
from agents.journal import grants, policies
from agents.journal.transaction import Journal
from agents.policy.document import Document, Part
from agents.policy.settings import Settings

SECRET = "s3cr3t-of/orders+99=="


def a_grant(keys: KeyFile, *, workspace_id: str = "W1", secret: str = SECRET, **more: Any) -> Grant:
    """Return a Grant of a service at `origin`, for everything under /pages with GET and POST unless told otherwise."""
    told: dict[str, Any] = {
        "id": "G1",
        "workspace_id": workspace_id,
        "name": "orders",
        "kind": HTTP,
        "origin": "https://api.example.com",
        "paths": ("/pages",),
        "methods": ("GET", "POST"),
        "header": "Authorization",
        "template": "Bearer {secret}",
        "key_header": "",
        "created_by": "operator:ops",
        "created_at": 0,
        **more,
    }
    return Grant(sealed=keys.seal(Secret(secret), about(workspace_id, told["id"])), **told)


def lend(journal: Journal, workspace_id: str, home: Path, *, policy: bool = True, **more: Any) -> Grant:
    """Store a Grant and, unless told not to, a policy that names it for the whole workspace."""
    made = a_grant(KeyFile(home / FILE), workspace_id=workspace_id, **more)
    journal.write(lambda tx: grants.add(tx, made, reason="for a test"))
    if policy:
        document = Document(default=Part(settings=Settings(grants=(made.name,))))
        journal.write(lambda tx: policies.add(tx, workspace_id, document, seen=0, actor="operator:ops", reason="x"))
    return made
