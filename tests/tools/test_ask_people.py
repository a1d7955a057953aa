"""The question that the model asks people."""

import pytest

from tests.given.tool_context import a_context
from tools.ask_people import TOOL, QuestionWanted
from tools.contract import BadArguments


def test_a_question_comes_back_with_its_choices_and_the_suggested_one() -> None:
    # given a question, when it is asked
    asked = TOOL.call(QuestionWanted(question=" Which? ", choices=["May ", "June"], default=2), a_context()).question

    # then it stands as given
    assert asked is not None
    assert (asked.text, asked.choices, asked.default) == ("Which?", ("May", "June"), 2)


@pytest.mark.parametrize(
    ("choices", "default", "says"),
    [(["May", "may"], 0, "the same"), (["May"], 2, "default"), ([], 1, "default"), (["  "], 0, "words")],
)
def test_choices_that_people_could_not_tell_apart_are_refused(choices: list[str], default: int, says: str) -> None:
    # given such choices, when they are asked, then the model reads why
    with pytest.raises(BadArguments, match=says):
        TOOL.call(QuestionWanted(question="Which?", choices=choices, default=default), a_context())
