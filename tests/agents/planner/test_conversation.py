"""What one Turn sends: every tool use of the reply before is answered, whatever became of it."""

import pytest

from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import last_sent, says, sent
from tools.contract import Effect


@pytest.mark.failure_mode(40)
def test_a_tool_use_that_was_cut_short_is_answered_as_not_run(engine: Engine) -> None:
    # given a reply that its length limit cut inside a call
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ))
    use = {"type": "tool_use", "id": "toolu_cut0000000000000001", "name": "look", "input": {"what": "x"}}
    content = [{"type": "text", "text": "First part, "}, use]
    engine.rehearsal.control("POST", "/claude/replies", {"content": content, "stop_reason": "max_tokens"})
    says(engine.rehearsal, "second part.")
    posted, run = engine.asks("ann", "go")

    # when workers work
    engine.work()

    # then the call did not run, the model was told so, and both parts stand in the answer
    assert hand.done == []
    assert "Not run" in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["First part, second part."]


@pytest.mark.failure_mode(33)
def test_each_run_of_a_thread_has_a_transcript_of_its_own(engine: Engine) -> None:
    # given a thread with a Run that was answered
    says(engine.rehearsal, "The first answer.")
    posted, _ = engine.asks("ann", "first")
    engine.work()

    # when the next Run begins
    says(engine.rehearsal, "The second answer.")
    engine.says("ann", "second", thread=posted.ts)
    engine.work()

    # then it is sent one message, in which what was posted is quoted and nothing is the model's own past
    messages = sent(engine.rehearsal)[-1]["body"]["messages"]
    assert [message["role"] for message in messages] == ["user"]
    assert "> Tagwork: The first answer." in str(messages)
