"""Whatever the model's side does, a Run ends in exactly one message, and what we send back stays valid."""

from collections.abc import Callable

import pytest

from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import sent
from tests.given.tagwork import TagworkProcesses, answered

Trouble = Callable[[RehearsalProcess], object]


def _fault(**fields: object) -> Trouble:
    return lambda rehearsal: rehearsal.control("POST", "/claude/faults", fields)


def _replies(*replies: dict[str, object]) -> Trouble:
    return lambda rehearsal: [rehearsal.control("POST", "/claude/replies", one) for one in replies]


_USE = {"type": "tool_use", "name": "read_thread", "input": {}}
_TEXT = {"type": "text", "text": "Let me look. "}

RECOVERED: dict[str, Trouble] = {
    "429 with retry-after": _fault(kind="rate_limit", retry_after=1),
    "overloaded": _fault(kind="overloaded"),
    "a server error": _fault(kind="server_error"),
    "an error within the stream": _fault(kind="stream_error"),
    "a connection that drops": _fault(kind="drop"),
    "a stream that ends early": _fault(kind="cut"),
}
CONTINUED: dict[str, Trouble] = {
    "a reply cut by its length": _replies(
        {"content": "It was a good", "stop_reason": "max_tokens"}, {"content": " year.", "stop_reason": "end_turn"}
    ),
    "a reply cut inside a call": _replies(
        {"content": [_TEXT, _USE], "stop_reason": "max_tokens"}, {"content": "It was a good year."}
    ),
    "a pause": _replies({"content": "Thinking. ", "stop_reason": "pause_turn"}, {"content": "It was a good year."}),
}
ENDED: dict[str, tuple[Trouble, str]] = {
    "a refusal": (_replies({"content": "", "stop_reason": "refusal"}), "declined"),
    "a context that is full": (
        _replies({"content": "x", "stop_reason": "model_context_window_exceeded"}),
        "larger than the model can hold",
    ),
    "a stop reason that does not fit": (
        _replies({"content": "x", "stop_reason": "tool_use"}),
        "in a way that I do not know",
    ),
    "nothing to say": (_replies({"content": "", "stop_reason": "end_turn"}), "without finding anything to say"),
    "a key that is refused": (_fault(kind="unauthenticated"), "does not accept my key"),
}


def _nothing_we_sent_was_invalid(rehearsal: RehearsalProcess, after: int) -> None:
    refused = [one for one in sent(rehearsal)[after:] if one["outcome"] == "refused"]
    assert [one for one in refused if "invalid_request" in str(one)] == []


@pytest.mark.parametrize("trouble", list(RECOVERED))
@pytest.mark.failure_mode(22)
def test_trouble_that_passes_is_recovered_from_and_never_shown(served: TagworkProcesses, trouble: str) -> None:
    # given a model call that meets it
    rehearsal = served.rehearsal
    before = len(sent(rehearsal))
    RECOVERED[trouble](rehearsal)

    # when someone asks
    posted = rehearsal.post("ann", "sales", "@tagwork hello, what can you do?")

    # then the answer comes, alone, after a second call
    text = answered(rehearsal, posted)
    assert "could not" not in text
    assert len(sent(rehearsal)) >= before + 2
    _nothing_we_sent_was_invalid(rehearsal, before)


@pytest.mark.parametrize("trouble", list(CONTINUED))
@pytest.mark.failure_mode(40)
def test_a_reply_that_is_not_finished_is_continued(served: TagworkProcesses, trouble: str) -> None:
    # given a reply that stops before its end
    rehearsal = served.rehearsal
    before = len(sent(rehearsal))
    CONTINUED[trouble](rehearsal)

    # when someone asks
    posted = rehearsal.post("ann", "sales", "@tagwork how was the year?")

    # then one whole answer comes, and every request was valid
    assert "It was a good year." in answered(rehearsal, posted)
    _nothing_we_sent_was_invalid(rehearsal, before)


@pytest.mark.parametrize("trouble", list(ENDED))
def test_trouble_that_stays_ends_the_run_with_a_sentence_of_its_own(served: TagworkProcesses, trouble: str) -> None:
    # given a reply after which nothing can follow
    rehearsal = served.rehearsal
    before = len(sent(rehearsal))
    arrange, sentence = ENDED[trouble]
    arrange(rehearsal)

    # when someone asks
    posted = rehearsal.post("ann", "sales", "@tagwork how was the year?")

    # then one sentence says what happened and what to do
    assert sentence in answered(rehearsal, posted)
    _nothing_we_sent_was_invalid(rehearsal, before)
