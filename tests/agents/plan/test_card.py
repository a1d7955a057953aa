"""A plan as people see it."""

import pytest

from agents.messages import Press
from agents.plan.card import PROGRESS_CHARS, Standing, duration, message
from agents.plan.life import State, Step
from agents.runs.life import State as RunState

STEPS = [
    Step(id="1", run_id="r", number=1, title="Read the sales", status=State.DONE),
    Step(id="2", run_id="r", number=2, title="Read the wiki", status=State.DROPPED),
    Step(id="3", run_id="r", number=3, title="Chart the gap", status=State.WORKING),
]


def standing(status: RunState, **more: object) -> Standing:
    """A Run with a plan."""
    return Standing(run_id="r", title="Compare", status=status, seconds=72, **more)  # type: ignore[arg-type]


def test_a_card_has_its_lines_what_goes_on_and_a_stop() -> None:
    # given a Run at work, when its card is made
    shown = message(standing(RunState.WORKING, progress="Reading\nthe   sales first."), STEPS)

    # then it names what is left of the plan, what goes on, and a way to stop it
    assert shown.card is not None
    assert [(line.title, line.status) for line in shown.card.lines] == [
        ("Read the sales", "done"),
        ("Chart the gap", "working"),
    ]
    assert (shown.card.title, shown.card.progress) == ("Compare", "Reading the sales first.")
    assert [(button.press, button.value) for button in shown.buttons] == [(Press.STOP, "r")]


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (RunState.DONE, "Done in 1 min 12 s: Compare"),
        (RunState.FAILED, "Failed: Compare"),
        (RunState.STOPPED, "Stopped by Ann: Compare"),
    ],
)
def test_the_last_title_is_the_outcome_and_nothing_can_be_stopped_any_more(status: RunState, title: str) -> None:
    # given a Run that has ended, when its card is made
    shown = message(standing(status, stopped_by="by Ann", progress="Reading"), STEPS)

    # then its title says how
    assert shown.card is not None
    assert (shown.card.title, shown.card.progress, shown.buttons) == (title, "", ())


def test_a_card_that_waits_for_people_says_so_and_a_long_line_is_cut() -> None:
    # given a Run with a Question, and one that says too much, when their cards are made
    asks = message(standing(RunState.WAITING, asks=True), STEPS).card
    long = message(standing(RunState.WORKING, progress="word " * 100), STEPS).card

    # then both have one line
    assert asks is not None
    assert long is not None
    assert asks.progress == "Waiting for your answer"
    assert len(long.progress) == PROGRESS_CHARS
    assert long.progress.endswith("…")


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (125, "2 min 5 s"), (7_800, "2 h 10 min")]
)
def test_time_is_said_as_people_say_it(seconds: int, said: str) -> None:
    # given seconds, when they are said, then in words
    assert duration(seconds) == said
