"""Every reply means exactly one thing, whatever its stop reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.provider import Reply, Usage
from agents.planner.reading import (
    MOST_CONTINUATIONS,
    Answer,
    Calls,
    Continue,
    GiveUp,
    Use,
    orphans,
    read,
    text_of,
)

USE = {"type": "tool_use", "id": "t1", "name": "look", "input": {"what": "x"}}
BLOCKS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"type": st.just("text"), "text": st.text(max_size=5)}),
        st.just(USE),
        st.just({"type": "thinking", "thinking": "hm", "signature": "s"}),
        st.just({"type": "something_new", "text": "never shown"}),
    ),
    max_size=5,
)
STOPS = [
    "end_turn",
    "stop_sequence",
    "tool_use",
    "max_tokens",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
]


def a_reply(stop: str | None, *content: dict[str, Any], refusal: str | None = None) -> Reply:
    """A reply with that ending."""
    return Reply(id="m1", model="m", content=list(content), stop_reason=stop, usage=Usage(), refusal=refusal)


def text(words: str) -> dict[str, Any]:
    """A text block."""
    return {"type": "text", "text": words}


@given(BLOCKS, st.one_of(st.none(), st.sampled_from(STOPS), st.text(max_size=8)), st.integers(0, 5))
def test_whatever_comes_has_a_meaning_that_people_or_the_engine_can_go_on_with(
    content: list[dict[str, Any]], stop: str | None, continuations: int
) -> None:
    # given any reply, when it is read, then calls are there to be made, and texts are there to be shown
    match read(a_reply(stop, *content), (), continuations):
        case Calls(uses):
            assert uses
            assert stop == "tool_use"
        case Answer(words):
            assert words == words.strip() != ""
        case GiveUp(cause, sentence):
            assert cause
            assert sentence.endswith(".")
        case Continue(_, cut):
            assert stop in {"max_tokens", "pause_turn"}
            assert all(isinstance(one, Use) for one in cut)


@pytest.mark.parametrize(
    ("stop", "content", "meaning"),
    [
        ("tool_use", [text("I look."), USE], Calls([Use("t1", "look", {"what": "x"})])),
        ("end_turn", [text("Yes."), text(" Both. ")], Answer("Yes. Both.")),
        ("stop_sequence", [text("Yes.")], Answer("Yes.")),
        ("pause_turn", [text("Wait")], Continue("", ())),
    ],
)
def test_an_ordinary_ending_means_what_it_says(stop: str, content: list[dict[str, Any]], meaning: object) -> None:
    # given a reply with an ordinary ending, when it is read, then it means just that
    assert read(a_reply(stop, *content), (), 0) == meaning


@pytest.mark.parametrize(
    ("stop", "cause"),
    [
        ("refusal", "refusal:cyber"),
        ("model_context_window_exceeded", "context_exceeded"),
        ("something_new", "stop_reason:something_new"),
        (None, "stop_reason:None"),
        ("tool_use", "stop_reason:tool_use"),
        ("end_turn", "empty_reply"),
    ],
)
def test_an_ending_that_leads_nowhere_gives_up_with_its_cause(stop: str | None, cause: str) -> None:
    # given a reply without anything to show or do, when it is read, then operators learn why
    meaning = read(a_reply(stop, refusal="cyber"), (), 0)
    assert isinstance(meaning, GiveUp)
    assert meaning.cause == cause


def test_a_reply_that_its_length_limit_cut_is_continued_three_times_and_then_shown_as_it_is() -> None:
    # given a reply that is cut again and again
    before: list[str] = []
    for at in range(MOST_CONTINUATIONS):
        meaning = read(a_reply("max_tokens", text(f"part {at} "), USE), before, at)
        assert isinstance(meaning, Continue)
        assert [one.id for one in meaning.cut_uses] == ["t1"]
        before.append(f"part {at} ")

    # when it is cut once more, then what there is is the answer, in order, and marked as cut
    meaning = read(a_reply("max_tokens", text("part 3")), before, MOST_CONTINUATIONS)
    assert meaning == Answer("part 0 part 1 part 2 part 3", cut=True)
    assert isinstance(read(a_reply("max_tokens"), (), MOST_CONTINUATIONS), GiveUp)


def test_a_cut_reply_without_a_block_is_not_continued() -> None:
    # given a reply that was cut before its first block, when read, then there is nothing to send back
    assert isinstance(read(a_reply("max_tokens"), (), 0), GiveUp)


def test_only_text_is_shown() -> None:
    # given a reply with thinking and a block of a kind that is not known yet, when read, then only its text is shown
    assert text_of([{"type": "thinking", "thinking": "hm"}, text("Yes."), {"type": "new", "text": "no"}]) == "Yes."


@pytest.mark.failure_mode(40)
def test_every_tool_use_that_nothing_answers_is_found() -> None:
    # given a transcript that ends with tool uses, then they are named, and of no other transcript any
    asked = {"role": "assistant", "content": [text("I look."), USE, {**USE, "id": "t2"}]}
    assert orphans([{"role": "user", "content": "go"}, asked]) == ["t1", "t2"]
    assert orphans([asked, {"role": "user", "content": []}]) == []
    assert orphans([{"role": "assistant", "content": "plain"}]) == []
    assert orphans([]) == []
