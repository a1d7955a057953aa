"""A Run that changes something: judged, done once, and found again where its worker was lost. E18, design.md 3."""

import json

import pytest

from agents.engine.advance import advance
from agents.journal import content, policies
from agents.policy.document import Document, Part, Rule
from agents.policy.verdicts import Verdict
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.lent_calls import a_tool, lent_to
from tests.given.replies import last_sent, proposes, says
from tests.given.time import move
from tests.given.workers import LEASE, begun, calls_of

GENERAL = "C0GENERAL01"
WANTED = {"channel": GENERAL, "text": "The list is ready."}


def allowed(engine: Engine, workspace_id: str, *tools: str) -> None:
    """Let these tools be used in the whole workspace."""
    rule = Rule(id="ours", verdict=Verdict.ALLOW, tools=tools)
    document = Document(default=Part(rules=(rule,)))
    engine.journal.write(lambda tx: policies.add(tx, workspace_id, document, seen=0, actor="operator:ops", reason="x"))


def posted(engine: Engine) -> list[str]:
    return [one["text"] for one in engine.rehearsal.history(GENERAL) if one["by_app"]]


def test_a_post_that_a_rule_allows_is_made_and_told(engine: Engine) -> None:
    # given a rule that allows it
    proposes(engine.rehearsal, ("post_message", WANTED))
    says(engine.rehearsal, "Told them.")
    _, run = engine.asks("ann", "tell general that the list is ready")
    allowed(engine, run.workspace_id, "post_message")
    # when the Run is worked
    engine.work()
    # then it stands there once, with the Run's number, and the model was told
    (text,) = posted(engine)
    assert text.startswith("The list is ready.")
    assert f"Sent on request #{run.number}" in text
    assert f"Posted in {GENERAL} as message" in last_sent(engine.rehearsal)
    assert [(call.status.value, call.rule) for call in engine.calls(run.id)] == [("succeeded", "ours")]


def test_a_post_that_no_rule_allows_reaches_nobody(engine: Engine) -> None:
    # given a policy that says nothing of it
    proposes(engine.rehearsal, ("post_message", WANTED))
    says(engine.rehearsal, "I may not.")
    _, run = engine.asks("ann", "tell general that the list is ready")
    allowed(engine, run.workspace_id, "read_thread")
    # when the Run is worked, then it is denied, and nothing was posted
    engine.work()
    assert [call.status.value for call in engine.calls(run.id)] == ["denied"]
    assert posted(engine) == []


@pytest.mark.law("E18")
def test_a_post_whose_worker_was_lost_before_its_record_is_found_and_not_repeated(engine: Engine) -> None:
    # given a worker that posted, and was never heard of again
    proposes(engine.rehearsal, ("post_message", WANTED))
    says(engine.rehearsal, "Told them.")
    _, run = engine.asks("ann", "tell general that the list is ready")
    allowed(engine, run.workspace_id, "post_message")
    advance(engine.room)
    (call,) = calls_of(engine, run)
    running = begun(engine, call.id)
    assert running is not None
    tool = a_tool("post_message")
    given = json.loads(engine.journal.read(lambda tx: content.body_of(tx, call.arguments_content_id)))
    tool.call(tool.arguments.model_validate(given), lent_to(engine, running.call))
    # when its lease and the tool's own time are over, and another takes the call over
    move(engine.journal.database.clock, LEASE + tool.seconds + 1)
    engine.work()
    # then the post stands once, and the Run goes on with it
    assert len(posted(engine)) == 1
    (call,) = calls_of(engine, run)
    assert call.status.value == "succeeded"
    assert engine.run(run.id).status is State.DONE
