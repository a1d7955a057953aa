"""Ask the people in the thread a question and wait for their answer. Effect: read. Reaches only the Run itself."""

from typing import Annotated

from pydantic import Field

from tools.contract import Arguments, BadArguments, Effect, Question, Reach, Tool, ToolContext, ToolResult, Trust

MOST_CHOICES = 6
"""Choices of one question: more than people take in at a glance, and buttons of one row."""
CHOICE_CHARS = 75
"""Characters of a button's label (docs.slack.dev, reference/block-kit/block-elements/button-element)."""
QUESTION_CHARS = 600
"""Characters of one question: a paragraph."""


class QuestionWanted(Arguments):
    question: str = Field(min_length=1, max_length=QUESTION_CHARS, description="The question, in plain words.")
    choices: list[Annotated[str, Field(min_length=1, max_length=CHOICE_CHARS)]] = Field(
        default_factory=list,
        max_length=MOST_CHOICES,
        description="Answers to choose from, shown as buttons. Empty: people reply in their own words.",
    )
    default: int = Field(
        default=0, ge=0, le=MOST_CHOICES, description="Number, from 1, of the choice you suggest; 0: none."
    )


def ask_people(wanted: QuestionWanted, context: ToolContext) -> ToolResult:
    """Return the question; whoever runs the call waits for its answer.

    Raises:
        BadArguments: two choices are the same, or the default is none of them.
    """
    choices = [" ".join(choice.split()) for choice in wanted.choices]
    if not wanted.question.strip() or not all(choices):
        raise BadArguments("The question and each choice need words.")
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise BadArguments("Two choices are the same.")
    if wanted.default > len(choices):
        raise BadArguments(f"The default is choice {wanted.default}, and there are {len(choices)}.")
    question = Question(wanted.question.strip(), tuple(choices), wanted.default)
    return ToolResult(text="Asked.", trust=Trust.TRUSTED, question=question)


TOOL = Tool(
    name="ask_people",
    effect=Effect.READ,
    reach=Reach.RUN,
    description=(
        "Ask the people in the thread when you cannot go on without a choice that is theirs: which of two readings is "
        "meant, or a fact that only they know. Give the choices where you can. Its result is their answer, however "
        "long it takes. Ask one thing at a time. Do not ask what the thread, a file or a tool can tell you."
    ),
    arguments=QuestionWanted,
    call=ask_people,
    seconds=5.0,
    # nothing but its own arguments
    quick=True,
)
