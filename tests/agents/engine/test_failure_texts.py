"""Whatever fails, people read one sentence of its own, with what to do next; it is edited where it passes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.files import PNG
from tests.given.rehearsal import FileToPost
from tests.given.replies import says
from tests.given.time import move

Arrange = Callable[[Engine], object]

OPERATOR = "Asking again will not help until whoever runs Tagwork has looked at"
LATER = "Please ask again in a few minutes; if it stays like this, tell whoever runs Tagwork."


def breaks(kind: str, **more: object) -> Arrange:
    """Break the next model calls."""
    return lambda engine: engine.rehearsal.control("POST", "/claude/faults", {"kind": kind, **more})


def ends(stop_reason: str, text: str = "") -> Arrange:
    """Have the model end its next reply so."""
    return lambda engine: says(engine.rehearsal, text, stop_reason)


def only_thinks(engine: Engine) -> None:
    """Have the model think until each of its next replies is cut."""
    thought = [{"type": "thinking", "thinking": "Hm.", "signature": "c2lnbmVk"}]
    reply = {"content": thought, "stop_reason": "max_tokens", "times": 4}
    engine.rehearsal.control("POST", "/claude/replies", reply)


def with_no(ceiling: str) -> Arrange:
    """Leave the Run nothing of what that ceiling counts."""

    def arrange(engine: Engine) -> None:
        ceilings = replace(engine.room.conduct.ceilings, **{ceiling: 0})
        engine.room = replace(engine.room, conduct=replace(engine.room.conduct, ceilings=ceilings))

    return arrange


def limit(amount: str, setting: str) -> str:
    """Return the sentence for a ceiling."""
    return (
        f"I stopped: this request has used its limit of {amount}. Ask for a smaller part of it, or ask whoever runs "
        f"Tagwork to raise [limits] {setting}."
    )


@dataclass(frozen=True)
class Failure:
    """One class of failure: how it comes about, and what people read."""

    arrange: Arrange
    sentence: str


FAILURES = {
    "the key is refused": Failure(
        breaks("unauthenticated"),
        f"I could not do this: the model's provider does not accept my key. {OPERATOR} that key.",
    ),
    "the account is used up": Failure(
        breaks("rate_limit", error_code="workspace_spend_limit", count=50),
        f"I could not do this: the account with the model's provider is used up. {OPERATOR} it.",
    ),
    "the provider always fails": Failure(
        breaks("server_error", count=50),
        f"I tried five times and could not finish this: my model's provider has a fault. {LATER}",
    ),
    "the connection always breaks": Failure(
        breaks("drop", count=50),
        f"I tried five times and could not finish this: I could not reach my model. {LATER}",
    ),
    "the model declines": Failure(
        ends("refusal", "Partly said"),
        "The model declined to work on this. Please ask in other words, or ask a person.",
    ),
    "the context is full": Failure(
        ends("model_context_window_exceeded", "Partly said"),
        "This request grew larger than the model can hold. Please start a new thread with a narrower question.",
    ),
    "nothing is said": Failure(
        ends("end_turn"),
        "I finished without finding anything to say. Please ask again in other words.",
    ),
    "nothing but thought, until it is too long": Failure(
        only_thinks,
        "My answer grew too long to finish. Please ask for less at once.",
    ),
    "an end that nobody knows": Failure(
        ends("tool_use", "x"),
        "The model ended in a way that I do not know. Please ask again, or tell an admin.",
    ),
    "no rounds are left": Failure(with_no("turns"), limit("0 rounds with the model", "turns")),
    "no time is left": Failure(with_no("minutes"), limit("0 minutes of work", "minutes")),
    "no tokens are left": Failure(with_no("tokens"), limit("0 tokens", "tokens")),
    "no money is left": Failure(with_no("usd"), limit("US$ 0.00", "usd")),
}


def test_no_two_failures_read_the_same_and_each_says_what_to_do() -> None:
    # given every sentence, when compared, then people can tell them apart, and each names a next step
    sentences = [failure.sentence for failure in FAILURES.values()]
    assert len(set(sentences)) == len(sentences)
    assert [one for one in sentences if not any(step in one for step in ("Please", "Ask"))] == []


@pytest.mark.parity("Failure texts", "match")
@pytest.mark.parametrize("what", FAILURES)
def test_each_failure_ends_its_run_in_one_message_of_its_own(engine: Engine, what: str) -> None:
    # given something that fails for good
    FAILURES[what].arrange(engine)

    # when someone asks, and every retry's time comes
    posted, run = engine.asks("ann", "sum it up")
    for minutes in range(8):
        move(engine.journal.database.clock, 61.0 * minutes)
        engine.work()

    # then the Run has failed, and its thread says why, with the number to ask about and without the key
    assert engine.run(run.id).status is State.FAILED
    *before, last = engine.answers(posted)
    assert last == f"{FAILURES[what].sentence} (#{run.number})"
    assert engine.rehearsal.anthropic_api_key not in str(engine.messages(posted))

    # and where people were told that it takes longer, that message says what became of it
    assert before in ([], ["I gave up waiting for my model."])


@pytest.mark.failure_mode(22)
@pytest.mark.parity("Failure texts", "match")
def test_trouble_that_lasts_has_one_notice_which_says_that_it_is_over(engine: Engine) -> None:
    # given a provider that asks to wait, twice
    breaks("rate_limit", retry_after=90, count=2)(engine)
    posted, run = engine.asks("ann", "hello, what can you do?")
    engine.work()
    (waits,) = engine.answers(posted)
    move(engine.journal.database.clock, 95)
    engine.work()
    (waits_on,) = engine.answers(posted)

    # when it answers again
    move(engine.journal.database.clock, 200)
    engine.work()

    # then the one notice said until when, later until when else, and now that it is over
    assert "my model has no room for more requests just now. I go on by myself at" in waits
    assert waits.endswith(f"(#{run.number})")
    assert waits_on.startswith(waits.partition(" at ")[0])
    assert waits != waits_on
    notice, answer = engine.answers(posted)
    assert notice == "My model answers again; I went on."
    assert answer
    assert engine.run(run.id).status is State.DONE


@pytest.mark.parity("Failure texts", "beat")
@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        (breaks("rate_limit", retry_after=600), "I go on by myself"),
        (breaks("unauthenticated"), "does not accept my key"),
    ],
    ids=["it takes longer", "it has failed"],
)
@pytest.mark.parametrize("fault", [("ratelimited", 4), ("http_500", 1), ("reset_after", 1)], ids=lambda fault: fault[0])
def test_a_notice_that_slack_does_not_take_is_tried_until_it_stands(
    engine: Engine, arrange: Arrange, words: str, fault: tuple[str, int]
) -> None:
    # given trouble, and a Slack that does not take the post that tells of it
    arrange(engine)
    kind, times = fault
    engine.rehearsal.fault(kind, "chat.postMessage", times=times, **({"seconds": 20} if kind == "ratelimited" else {}))
    posted, _ = engine.asks("ann", "hello")
    engine.work()

    # when the time comes that Slack asked to wait, or after which a look-up is believed
    for seconds in (25, 50, 75, 100):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then people read it, once
    (notice,) = engine.answers(posted)
    assert words in notice


def test_the_edit_that_says_it_is_over_is_tried_until_it_stands(engine: Engine) -> None:
    # given a notice, and a Slack that has no room for its edit when the model answers again
    breaks("rate_limit", retry_after=90)(engine)
    posted, _ = engine.asks("ann", "hello, what can you do?")
    engine.work()
    engine.rehearsal.fault("ratelimited", "chat.update", times=2, seconds=20)
    move(engine.journal.database.clock, 95)
    engine.work()
    assert "I go on by myself" in engine.answers(posted)[0]

    # when there is room
    for seconds in (130, 170, 210):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then it says so
    assert engine.answers(posted)[0] == "My model answers again; I went on."


@pytest.mark.parity("Failure texts", "match")
@pytest.mark.parametrize(
    ("file", "words"),
    [
        (FileToPost("sales.csv", b"", "text/csv"), "is empty (0 bytes)"),
        (FileToPost("sales.csv", PNG, "text/csv"), "is a PNG picture"),
        (FileToPost("sales.xlsx", b"PK\x03\x04 cut off", "application/zip"), "is damaged or was cut off"),
    ],
    ids=["empty", "a picture", "cut off"],
)
def test_a_file_that_cannot_be_read_is_named_with_its_own_cause(engine: Engine, file: FileToPost, words: str) -> None:
    # given a file of that kind, when someone asks for what it says
    posted, run = engine.asks("ann", f"which region of {file.name} missed its target?", files=[file])
    engine.work()

    # then the answer names it and what is wrong with it
    assert engine.run(run.id).status is State.DONE
    (answer,) = engine.answers(posted)
    assert file.name in answer
    assert words in answer
