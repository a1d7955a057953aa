"""views.open, views.push, views.update and views.publish (slack.md 1.5)."""

from app.rehearsal.interactivity.triggers import Trigger
from app.rehearsal.interactivity.view_reading import read_view
from app.rehearsal.interactivity.views import View, view_json
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments, wrong_argument
from app.rehearsal.web_api.methods import method


@method("views.open", 4, "trigger_id interactivity_pointer view")
def open_view(stage: Stage, args: Arguments) -> Json:
    """Show a modal to whoever just acted."""
    told = read_view(args.given.get("view"), "modal")
    _check_external_id(stage, told)
    return _shown(stage, stage.interactions.views.open(_trigger(stage, args).user, told))


@method("views.push", 4, "trigger_id interactivity_pointer view")
def push(stage: Stage, args: Arguments) -> Json:
    """Show a modal upon the one that the person acts in; three deep at most."""
    told = read_view(args.given.get("view"), "modal")
    _check_external_id(stage, told)
    trigger = _trigger(stage, args)
    if trigger.view is None:
        # "guess" for the code: only what was pressed in a modal can push another
        raise SlackError("not_found")
    return _shown(stage, stage.interactions.views.push(trigger.user, told))


@method("views.update", 4, "view_id external_id view hash")
def update(stage: Stage, args: Arguments) -> Json:
    """Change a modal or a home; with `hash` only if nobody changed it since."""
    if "view_id" not in args and "external_id" not in args:
        raise wrong_argument("missing required field: view_id or external_id")
    views = stage.interactions.views
    view = views.named(args.text("view_id", ""), args.text("external_id", ""))
    told = read_view(args.given.get("view"), view.kind)
    _check_external_id(stage, told, view)
    return _shown(stage, views.update(view, told, args.text("hash", "")))


@method("views.publish", 4, "user_id view hash")
def publish(stage: Stage, args: Arguments) -> Json:
    """Change what one person sees on the App Home."""
    if not stage.manifest.home_tab:
        raise SlackError("not_enabled")
    user = args.text("user_id")
    if user not in stage.world.people:
        raise SlackError("user_not_found")
    told = read_view(args.given.get("view"), "home")
    views = stage.interactions.views
    _check_external_id(stage, told, views.homes.get(user))
    return _shown(stage, views.publish(user, told, args.text("hash", "")))


def _trigger(stage: Stage, args: Arguments) -> Trigger:
    return stage.interactions.triggers.take(args.text("trigger_id"), stage.world.clock.now())


def _check_external_id(stage: Stage, told: Json, own: View | None = None) -> None:
    external_id = told.get("external_id", "")
    try:
        found = stage.interactions.views.named(external_id=external_id)
    except SlackError:
        return
    if found is not own:
        raise SlackError("duplicate_external_id")


def _shown(stage: Stage, view: View) -> Json:
    stage.changes.note()
    return {"view": view_json(stage.world, view)}
