"""What an app's answer to a submitted modal does to it (slack.md 1.5)."""

from app.rehearsal.interactivity.view_reading import read_view
from app.rehearsal.interactivity.views import View, Views
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError


def carry_out(views: Views, view: View, answer: Json) -> str:
    """Carry out `response_action`, an absent one closes the modal. Out: what was done.

    Raises SlackError for an unknown action, errors that name no input of the view, or a view that Slack refuses.
    """
    action = answer.get("response_action")
    match action:
        case None:
            views.close(view)
            return "close"
        case "clear":
            views.clear(view.user)
        case "errors":
            errors = answer.get("errors")
            inputs = {block["block_id"] for block in view.told["blocks"] if block["type"] == "input"}
            if not isinstance(errors, dict) or not errors or set(errors) - inputs:
                # "guess" for the code; that an error must name an input block is Slack's rule
                raise SlackError("invalid_errors")
            view.errors = {str(block): str(told) for block, told in errors.items()}
        case "update":
            views.update(view, read_view(answer.get("view"), "modal"))
        case "push":
            views.push(view.user, read_view(answer.get("view"), "modal"))
        case _:
            raise SlackError("invalid_response_action")
    return str(action)
