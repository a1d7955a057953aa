"""What a Run knows of addresses: those that its Speakers wrote in its Thread, and the links of the pages it read."""

import json
from collections.abc import Sequence

from agents.errors import NotFound
from agents.journal import content, inputs, toolcalls
from agents.journal.inputs import ADMITTED, Input
from agents.journal.transaction import Transaction
from agents.policy.addresses import of_same_host, written_in
from agents.policy.pages import Known
from agents.runs.life import Run
from agents.toolcalls.life import State
from agents.toolcalls.results import Outcome, from_bytes
from tools.contract import Posted

NOTED = "addresses"
"""Kind of the Content that keeps, under a Run's id, who wrote which addresses in its Thread before it began."""


def known_to(tx: Transaction, run: Run) -> Known:
    """Return what this Run knows as things stand now. What was erased is known no more."""
    speakers = {one.author for one in inputs.of_run(tx, run.id) if one.standing == ADMITTED and one.author}
    said = [one for one in inputs.of_thread(tx, run.thread_id) if one.author in speakers and _typed(one)]
    written = [written_in(_text(tx, one)) for one in said]
    noted = [frozenset(addresses) for author, addresses in _noted(tx, run).items() if author in speakers]
    return Known(frozenset().union(*written, *noted), _linked(tx, run))


def note_addresses(tx: Transaction, run: Run, posted: Sequence[Posted]) -> None:
    """Keep the addresses of messages that stood in the Run's Thread before it began: their author may ask later."""
    found: dict[str, set[str]] = {}
    for one in posted:
        if one.author_id and (addresses := written_in(one.text)):
            found.setdefault(one.author_id, set()).update(addresses)
    if found:
        body = json.dumps({author: sorted(addresses) for author, addresses in sorted(found.items())}).encode()
        content.store(
            tx,
            run.workspace_id,
            NOTED,
            body,
            name=run.id,
            run_id=run.id,
            media_type="application/json",
            labels=dict(run.labels),
        )


def _typed(one: Input) -> bool:
    """Whether a person wrote an Input's words: behind others stands no message, and they may be a tool's or model's."""
    return bool(one.ts) and one.kind != "note"


def _noted(tx: Transaction, run: Run) -> dict[str, list[str]]:
    kept = content.newest_named(tx, run.workspace_id, NOTED, run.id)
    try:
        found: dict[str, list[str]] = json.loads(content.body_of(tx, kept)) if kept else {}
    except NotFound:
        return {}
    return found


def _linked(tx: Transaction, run: Run) -> frozenset[str]:
    linked: set[str] = set()
    for call in toolcalls.of_run(tx, run.id):
        if call.status is State.SUCCEEDED and call.result_content_id:
            outcome = _outcome(tx, call.result_content_id)
            for page in (one.id for one in outcome.sources if one.kind == "page") if outcome else ():
                linked |= of_same_host(page, outcome.links if outcome else ())
    return frozenset(linked)


def _outcome(tx: Transaction, content_id: str) -> Outcome | None:
    try:
        return from_bytes(content.body_of(tx, content_id))
    except NotFound:
        return None


def _text(tx: Transaction, one: Input) -> str:
    try:
        return str(json.loads(content.body_of(tx, one.content_id)).get("text", ""))
    except NotFound:
        return ""
