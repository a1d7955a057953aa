"""The control API's route table; `reference_page` prints it."""

from starlette.routing import Route

from app.rehearsal.control import (
    arranging,
    breaking,
    commanding,
    filling_in,
    posting,
    pressing,
    publishing,
    reading,
    sessions,
    suggesting,
)
from app.rehearsal.control.asked import Control, route
from app.rehearsal.stage import Stage

CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("POST", "/post", posting.post),
    ("POST", "/upload", posting.upload),
    ("POST", "/edit", posting.edit),
    ("POST", "/delete", posting.delete),
    ("POST", "/react", posting.react),
    ("POST", "/press", pressing.press),
    ("POST", "/suggest", suggesting.suggest),
    ("POST", "/command", commanding.command),
    ("POST", "/shortcut", commanding.shortcut),
    ("GET", "/interactions", commanding.interactions),
    ("POST", "/submit", filling_in.submit),
    ("POST", "/close", filling_in.close),
    ("GET", "/modals", filling_in.modals),
    ("POST", "/open_home", filling_in.open_home),
    ("GET", "/home", filling_in.home),
    ("POST", "/stop", sessions.stop),
    ("POST", "/rename_session", sessions.rename_session),
    ("POST", "/look_at", sessions.look_at),
    ("GET", "/sessions", sessions.sessions),
    ("GET", "/statuses", sessions.statuses),
    ("GET", "/world", reading.world),
    ("GET", "/history", reading.history),
    ("GET", "/thread", reading.thread),
    ("GET", "/reactions", reading.reactions),
    ("GET", "/visible", reading.visible),
    ("GET", "/canvas", reading.canvas),
    ("GET", "/timings", reading.timings),
    ("GET", "/calls", reading.calls),
    ("GET", "/events", reading.events),
    ("GET", "/connections", reading.connections),
    ("POST", "/wait", reading.wait),
    ("POST", "/faults", breaking.choose_fault),
    ("GET", "/faults", breaking.faults),
    ("DELETE", "/faults", breaking.clear_faults),
    ("POST", "/holds", breaking.place_hold),
    ("GET", "/holds", breaking.holds),
    ("POST", "/release", breaking.release),
    ("POST", "/limits", breaking.limits),
    ("POST", "/token", breaking.token),
    ("POST", "/delivery", breaking.delivery),
    ("POST", "/redeliver", breaking.redeliver),
    ("POST", "/disconnect", breaking.disconnect),
    ("POST", "/membership", arranging.membership),
    ("POST", "/channel", arranging.channel),
    ("POST", "/person", arranging.person),
    ("POST", "/usergroup", arranging.usergroup),
    ("POST", "/delete_file", arranging.delete_file),
    ("POST", "/page", publishing.page),
    ("POST", "/clock", arranging.clock),
    ("POST", "/reset", arranging.reset),
)


def control_routes(stage: Stage) -> list[Route]:
    """The routes under `/_rehearsal/` that belong to the Slack side."""
    return [route(stage, path, http_method, control) for http_method, path, control in CONTROLS]
