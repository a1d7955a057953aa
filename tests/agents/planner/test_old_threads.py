"""What of an old thread a Run begins with: the first message, the newest, and the truth about the rest."""

from hypothesis import given
from hypothesis import strategies as st

from agents.planner.old_threads import BUDGET, EACH, MOST_OF_ONE, fitting
from agents.planner.opening import opening
from tools.contract import Posted


def posted(number: int, text: str = "words") -> Posted:
    """Return a message of a thread."""
    return Posted(f"1795546116.{number:06}", "ann", text, ())


def test_a_short_thread_fits_whole() -> None:
    thread = [posted(number) for number in range(50)]
    fits = fitting(thread)
    assert (list(fits.shown), fits.left_out) == (thread, 0)


def test_of_a_long_thread_the_first_message_and_the_newest_stand() -> None:
    # given three hundred messages of five hundred characters
    thread = [posted(number, "x" * 500) for number in range(300)]

    # when fitted, then the first and the last ones are there, and the others are counted
    fits = fitting(thread)
    assert fits.shown[0] == thread[0]
    assert list(fits.shown[1:]) == thread[-len(fits.shown) + 1 :]
    assert fits.left_out == 300 - len(fits.shown) > 200

    # and the model is told where they are missing, and how to read them
    [_, told] = opening(fits.shown, left_out=fits.left_out, at_us=0, channel="C1")
    lines = told["text"].split("\n")
    assert (
        lines[2]
        == f"> ({fits.left_out} messages that follow here are not shown; read_thread after {thread[0].at} does)"
    )


@given(st.lists(st.integers(0, 5_000), max_size=200), st.integers(0, 50_000))
def test_nothing_is_lost_from_the_count_and_the_budget_holds(lengths: list[int], budget: int) -> None:
    thread = [posted(number, "x" * length) for number, length in enumerate(lengths)]
    fits = fitting(thread, budget)
    assert len(fits.shown) + fits.left_out == len(thread)
    # the first message stands even where it alone is more
    weights = [min(len(one.text), MOST_OF_ONE) + EACH for one in fits.shown]
    assert sum(weights) <= max(budget, weights[0] if weights else 0)
    assert [one.at for one in fits.shown] == sorted(one.at for one in fits.shown)


def test_the_budget_is_a_small_part_of_a_context() -> None:
    assert BUDGET <= 20_000
