"""Controls for modals and the App Home: open it, look at it, fill in, submit, close."""

from typing import Any

from app.rehearsal.control.acting import act, answered, check_interactive
from app.rehearsal.control.asked import Refused, only
from app.rehearsal.control.pressing import view_before
from app.rehearsal.events.occasions import app_home_opened
from app.rehearsal.interactivity import payloads
from app.rehearsal.interactivity.elements import NoSuchChoice, chosen, elements_of, with_offered
from app.rehearsal.interactivity.submitting import carry_out
from app.rehearsal.interactivity.views import View, view_json
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage

TABS = ("home", "messages")


async def open_home(stage: Stage, asked: Json) -> Json:
    """Open a tab of the app. Fields: `user`, `tab` (home or messages). The app hears app_home_opened. Refused for a tab
    that the manifest does not have. Answers `events`."""
    only(asked, "user", "tab")
    person, tab = stage.world.person(asked["user"]), asked.get("tab", "home")
    if tab not in TABS:
        raise Refused(f"`tab` must be one of {', '.join(TABS)}.")
    if not (stage.manifest.home_tab if tab == "home" else stage.manifest.messages_tab):
        raise Refused(f"The manifest does not switch the {tab} tab on.")
    view = stage.interactions.views.homes.get(person.id)
    events = app_home_opened(stage, person.id, tab, view_json(stage.world, view) if view else None)
    stage.deliveries.send(events)
    return {"events": [{"name": one.name, "event_id": one.id} for one in events]}


async def home(stage: Stage, asked: Json) -> Json:
    """What someone sees on the App Home: `view`, null when the app published none. Field: `user`."""
    only(asked, "user")
    view = stage.interactions.views.homes.get(stage.world.person(asked["user"]).id)
    return {"view": view_json(stage.world, view) if view else None}


async def modals(stage: Stage, asked: Json) -> Json:
    """The modals that someone has open, the topmost last: `views`, each with its `errors` by block_id. Field:
    `user`."""
    only(asked, "user")
    stack = stage.interactions.views.modals.get(stage.world.person(asked["user"]).id, [])
    return {"views": [view_json(stage.world, view) | {"errors": view.errors} for view in stack]}


async def submit(stage: Stage, asked: Json) -> Json:
    """Fill in the modal that someone has before them and submit it. Fields: `user`, `view_id`, `values` (by action_id:
    a text, an option's value, a list, a date). A required input that is empty is refused, as a client does. The answer
    of the app is carried out: errors, update, push, clear; without one the modal closes. Answers as press does, and
    `response_action`, `errors`."""
    only(asked, "user", "view_id", "values")
    check_interactive(stage)
    person = stage.world.person(asked["user"])
    view = view_before(stage, {"view_id": asked["view_id"]}, person)
    if not view.told.get("submit"):
        raise Refused("This modal has no submit button.")
    _fill_in(stage, view, asked.get("values", {}))
    made = await act(stage, "view_submission", person, payloads.view_submission(stage, person, view), None, "", view)
    done = None
    if made.state == "acknowledged":
        try:
            done = carry_out(stage.interactions.views, view, made.answer or {})
        except SlackError as wrong:
            # the client says that it had trouble connecting ("guess")
            made.state, made.outcome = "failed", wrong.code
    stage.changes.note()
    return answered(made) | {"response_action": done, "errors": view.errors}


async def close(stage: Stage, asked: Json) -> Json:
    """Dismiss the modal that someone has before them. Fields: `user`, `view_id`, `all` (true: every modal below too).
    The app hears view_closed for each whose notify_on_close is on. Answers `closed`, the view ids."""
    only(asked, "user", "view_id", "all")
    check_interactive(stage)
    person = stage.world.person(asked["user"])
    view = view_before(stage, {"view_id": asked["view_id"]}, person)
    views = stage.interactions.views
    everything = bool(asked.get("all") or view.told.get("clear_on_close"))
    closing = list(reversed(views.modals[person.id])) if everything else [view]
    for one in closing:
        views.close(one)
    for one in closing:
        if one.told.get("notify_on_close"):
            payload = payloads.view_closed(stage, person, one, cleared=everything)
            await stage.interactions.send("view_closed", person.id, payload)
    stage.changes.note()
    return {"closed": [one.id for one in closing]}


def _fill_in(stage: Stage, view: View, values: dict[str, Any]) -> None:
    there = {element.action_id: element for element in elements_of(view.told["blocks"])}
    for action_id, value in values.items():
        if action_id not in there:
            raise Refused(f"The view has no input {action_id!r}; it has {', '.join(there) or 'none'}.")
        element = there[action_id]
        try:
            offered = stage.interactions.offered.get((view.user, action_id), [])
            choice = chosen(with_offered(element, offered), value)
        except NoSuchChoice as missing:
            raise Refused(str(missing)) from None
        view.values.setdefault(element.block_id, {})[action_id] = {"type": element.kind, **choice}
    for block in view.told["blocks"]:
        if block["type"] == "input" and not block.get("optional"):
            filled = view.values.get(block["block_id"], {}).get(block["element"].get("action_id"), {})
            if not any(value for name, value in filled.items() if name != "type"):
                raise Refused(f"The input {block['block_id']} is required and empty: the client does not submit.")
