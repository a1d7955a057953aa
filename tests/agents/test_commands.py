"""The words that are orders, and the many that are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.commands import STOP_WORDS, Command, Unclear, Verb, spoken, typed


@pytest.mark.parametrize(
    "text",
    [
        *(
            "stop",
            "Stop!",
            "  STOP.  ",
            "stop it",
            "please stop",
            "Abbrechen!",
            "stopp",
            "arrête",
            "Arrête !",
            "¡para!",
        ),
        *("止めて", "止めて。", "ストップ", ":octagonal_sign:", "cancel", "Halt"),
    ],
)
def test_a_stop_word_alone_stops_in_five_languages(text: str) -> None:
    assert spoken(text) == Command(Verb.STOP)


@pytest.mark.failure_mode(41)
@pytest.mark.parametrize(
    "text",
    [
        *("wait", "wait!", "hold on", "warte", "stop at row 10", "don't stop", "stop and summarise"),
        *("when did it stop?", "cancel the third order", "para el equipo", "no", "why?", "status of the orders"),
        *("help me with this", ""),
    ],
)
def test_what_only_holds_a_stop_word_is_something_to_work_on(text: str) -> None:
    assert spoken(text) is None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("help", Command(Verb.HELP)),
        ("Status", Command(Verb.STATUS)),
        ("stop #142", Command(Verb.STOP, 142)),
        ("Stop 142", Command(Verb.STOP, 142)),
        ("audit #7", Command(Verb.AUDIT, 7)),
        ("audit", Command(Verb.AUDIT)),
    ],
)
def test_commands_are_exact_words_and_may_name_a_run(text: str, command: Command) -> None:
    assert spoken(text) == typed(text) == command


def test_the_slash_command_alone_is_help() -> None:
    assert typed("  ") == Command(Verb.HELP)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("statsu", "status"), ("halp", "help"), ("audti #3", "audit"), ("xyzzy", ""), ("stpo", "stop")],
)
def test_wrong_words_bring_the_nearest_right_one(text: str, nearest: str) -> None:
    assert typed(text) == Unclear(text, nearest)


@given(st.text(max_size=60))
def test_whatever_is_typed_has_an_answer(text: str) -> None:
    found = typed(text)
    assert isinstance(found, Command | Unclear)


@given(st.sampled_from(sorted(STOP_WORDS)), st.sampled_from(["", "!", "…", " ?!", "。"]))
def test_punctuation_and_capitals_change_no_stop_word(word: str, end: str) -> None:
    assert spoken(word.upper() + end) == Command(Verb.STOP) or word.upper().casefold() != word
