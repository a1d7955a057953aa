"""What the model or its provider does is waited out, continued or answered, and people read one answer."""

import pytest

from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.rehearsal import FileToPost
from tests.given.replies import sent
from tests.given.time import move

SALES = FileToPost("sales.csv", b"region,sales,target\nNorth,90,100\nSouth,120,110\n", "text/csv")


def queue(engine: Engine, content: object, **more: object) -> None:
    """Have the model reply exactly this, once."""
    engine.rehearsal.control("POST", "/claude/replies", {"content": content, **more})


def breaks(engine: Engine, kind: str, **more: object) -> None:
    """Break the next model call."""
    engine.rehearsal.control("POST", "/claude/faults", {"kind": kind, **more})


def test_a_reply_without_a_stop_reason_is_a_broken_turn_and_made_again(engine: Engine) -> None:
    # given a stream that ends without its message_stop, once
    breaks(engine, "cut")

    # when someone asks, and the retry's time comes
    posted, run = engine.asks("ann", "hello, what can you do?")
    engine.work()
    assert engine.run(run.id).status is State.WAITING
    move(engine.journal.database.clock, 30)
    engine.work()

    # then the second Turn answered
    assert engine.run(run.id).status is State.DONE
    assert engine.run(run.id).turns == 2
    assert len(engine.answers(posted)) == 1


@pytest.mark.parametrize("kind", ["rate_limit", "overloaded", "server_error", "stream_error", "drop"])
def test_a_passing_fault_of_the_provider_is_waited_out(engine: Engine, kind: str) -> None:
    # given a provider that fails twice: the client itself tries once more
    breaks(engine, kind, count=2)

    # when someone asks, and the time that it asks for has passed
    posted, run = engine.asks("ann", "hello, what can you do?")
    engine.work()
    for seconds in (60, 120, 180):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then the answer came, once
    assert engine.run(run.id).status is State.DONE
    assert len(engine.answers(posted)) == 1


def test_a_long_retry_after_is_waited_for_in_the_journal_and_costs_no_attempt(engine: Engine) -> None:
    # given a provider that asks to wait ten minutes
    breaks(engine, "rate_limit", retry_after=600)

    # when someone asks
    _, run = engine.asks("ann", "hello, what can you do?")
    engine.work()

    # then no worker waits: the Run does, with no attempt counted
    waiting = engine.run(run.id)
    assert waiting.status is State.WAITING
    assert waiting.attempts == 0
    assert waiting.due_at is not None
    assert waiting.due_at > engine.journal.read(lambda tx: tx.now()) + 500_000_000


def test_a_cut_answer_is_continued_and_shown_whole(engine: Engine) -> None:
    # given an answer that its length limit cuts once
    queue(engine, "The first half and ", stop_reason="max_tokens")
    queue(engine, "the second half.")

    # when someone asks
    posted, run = engine.asks("ann", "tell me all")
    engine.work()

    # then one message holds both halves
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["The first half and the second half."]


@pytest.mark.failure_mode(40)
def test_a_call_that_was_cut_short_is_answered_and_not_run(engine: Engine) -> None:
    # given a reply cut within a tool call, then an answer
    cut = [{"type": "tool_use", "id": "toolu_cut", "name": "read_thread", "input": {}}]
    queue(engine, cut, stop_reason="max_tokens")
    queue(engine, "Done without it.")

    # when someone asks
    posted, run = engine.asks("ann", "look it up")
    engine.work()

    # then the wire stayed valid (Rehearsal refuses an unanswered call), nothing was run, and the answer stands
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["Done without it."]
    assert not engine.calls(run.id)


@pytest.mark.parametrize("nothing", ["", " \n"])
def test_a_text_without_a_word_is_never_sent_back(engine: Engine, nothing: str) -> None:
    # given a reply whose text says nothing beside its tool call
    use = {"type": "tool_use", "id": "toolu_beside", "name": "read_thread", "input": {}}
    queue(engine, [{"type": "text", "text": nothing}, use])
    queue(engine, "Read.")

    # when someone asks
    posted, run = engine.asks("ann", "read along")
    engine.work()

    # then the call is answered, in a request that holds no empty text
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["Read."]
    (answered,) = [one for one in sent(engine.rehearsal)[-1]["body"]["messages"] if one["role"] == "assistant"]
    assert [block["type"] for block in answered["content"]] == ["tool_use"]


def test_a_paused_turn_goes_on_unchanged(engine: Engine) -> None:
    # given a reply that pauses, then one that ends
    queue(engine, "Working on it. ", stop_reason="pause_turn")
    queue(engine, "It is 42.")

    # when someone asks
    posted, run = engine.asks("ann", "what is it?")
    engine.work()

    # then the last text is the answer
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["It is 42."]


def test_a_tool_that_is_not_there_is_denied_and_the_model_is_told(engine: Engine) -> None:
    # given a model that calls a tool nobody offered
    queue(engine, [{"type": "tool_use", "id": "toolu_1", "name": "delete_everything", "input": {"really": True}}])
    queue(engine, "I may not do that here.")

    # when someone asks
    posted, run = engine.asks("ann", "delete everything")
    engine.work()

    # then the call was born denied, with its reason, and never ran
    (call,) = engine.calls(run.id)
    assert call.status.value == "denied"
    assert call.rule == "no-such-tool"
    assert engine.answers(posted) == ["I may not do that here."]


def test_arguments_that_do_not_fit_are_told_to_the_model(engine: Engine) -> None:
    # given a model that misspells an argument
    queue(engine, [{"type": "tool_use", "id": "toolu_1", "name": "read_file", "input": {"fileid": "F1"}}])
    queue(engine, "I could not read it.")

    # when someone asks
    _, run = engine.asks("ann", "read it", files=[SALES])
    engine.work()

    # then the reason names the argument
    (call,) = engine.calls(run.id)
    assert call.status.value == "denied"
    assert "file_id" in call.reason
