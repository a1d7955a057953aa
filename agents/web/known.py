"""What a Run knows of addresses: those that its Speakers wrote in its Thread, and the links of the pages it read."""

import json

from agents.errors import NotFound
from agents.journal import content, inputs, toolcalls
from agents.journal.inputs import ADMITTED, Input
from agents.journal.transaction import Transaction
from agents.policy.addresses import of_same_host, written_in
from agents.policy.pages import Known
from agents.runs.life import Run
from agents.toolcalls.life import State
from agents.toolcalls.results import Outcome, from_bytes

OURS = frozenset({"note", "outcome"})
"""Kinds of Input that nobody typed: a tool's words may stand in them."""


def known_to(tx: Transaction, run: Run) -> Known:
    """Return what this Run knows as things stand now. What was erased is known no more."""
    of_run = [one for one in inputs.of_run(tx, run.id) if one.standing == ADMITTED]
    speakers = {one.author for one in of_run if one.author}
    in_thread = [one for one in inputs.of_thread(tx, run.thread_id) if one.author in speakers]
    written = [written_in(_text(tx, one)) for one in in_thread if one.kind not in OURS]
    return Known(frozenset().union(*written), _linked(tx, run))


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
