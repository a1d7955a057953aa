"""functions.completeSuccess and functions.completeError. No workflow runs in Rehearsal: every execution is unknown."""

from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method

UNKNOWN = "function_execution_not_found"  # "guess" for the code


@method("functions.completeSuccess", 3, "function_execution_id outputs")
def complete_success(stage: Stage, args: Arguments) -> Json:
    """Say that a workflow's step is done."""
    args.text("function_execution_id")
    raise SlackError(UNKNOWN)


@method("functions.completeError", 3, "function_execution_id error")
def complete_error(stage: Stage, args: Arguments) -> Json:
    """Say that a workflow's step failed."""
    args.text("function_execution_id")
    args.text("error")
    raise SlackError(UNKNOWN)
