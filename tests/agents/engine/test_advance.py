"""A Run is carried from its request to its answer. design.md 3."""

import pytest

from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.rehearsal import FileToPost

SALES = FileToPost("sales.csv", b"region,sales,target\nNorth,90,100\nSouth,120,110\n", "text/csv")


def test_a_question_about_an_attached_table_is_answered_from_it(engine: Engine) -> None:
    # given a mention with a table
    posted, run = engine.asks("ann", "which region missed its target?", files=[SALES])

    # when workers work until nothing is due
    engine.work()

    # then the Run is done, its answer stands in the thread once, under its plan, and names the row and its figures
    assert engine.run(run.id).status is State.DONE
    (answer,) = engine.answers(posted)
    assert "North" in answer
    assert "90" in answer
    assert "100" in answer
    assert "South" not in answer
    assert len(engine.cards(posted)) == 1


@pytest.mark.failure_mode(21)
def test_the_host_posts_the_answer_that_the_model_only_wrote(engine: Engine) -> None:
    # given a question that needs no tool
    posted, run = engine.asks("ann", "hello, what can you do?")

    # when workers work until nothing is due
    engine.work()

    # then what the model wrote stands in the thread
    assert engine.run(run.id).status is State.DONE
    assert len(engine.answers(posted)) == 1
