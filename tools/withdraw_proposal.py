"""Take back a call that waits for people's approval. Effect: read. Reaches only the Run itself."""

from pydantic import Field

from tools.contract import Arguments, Effect, Reach, Tool, ToolContext, ToolResult, Trust


class CallWithdrawn(Arguments):
    call: str = Field(
        min_length=1, max_length=64, description="The id of the call, as you were told it when it began to wait."
    )


def withdraw_proposal(wanted: CallWithdrawn, context: ToolContext) -> ToolResult:
    """Return which call is taken back.

    Raises:
        Nothing: whoever runs the call takes it back, and says what came of it.
    """
    return ToolResult(text="Taken back.", trust=Trust.TRUSTED, withdraws=wanted.call)


TOOL = Tool(
    name="withdraw_proposal",
    effect=Effect.READ,
    reach=Reach.RUN,
    description=(
        "Take back a call of yours that still waits for approval, because it is not wanted any more or must be "
        "different: people are not asked any longer, and it will not run. Then propose the right one if there is one. "
        "A call that was approved or refused cannot be taken back."
    ),
    arguments=CallWithdrawn,
    call=withdraw_proposal,
    seconds=5.0,
    # nothing but its own arguments
    quick=True,
)
