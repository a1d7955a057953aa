"""Sends what a person did to the app, waits for the acknowledgement, and shows the person when none comes."""

from app.rehearsal.control.asked import Refused
from app.rehearsal.interactivity.interactions import Interaction
from app.rehearsal.interactivity.response_urls import ResponseUrl
from app.rehearsal.interactivity.telling import tell_failure
from app.rehearsal.interactivity.views import View
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.people import Person


async def act(
    stage: Stage,
    kind: str,
    person: Person,
    payload: Json,
    right: ResponseUrl | None,
    path: str,
    view: View | None = None,
) -> Interaction:
    """Give the payload its trigger and, with `right`, its response_url (`path`: actions, commands or app), and send it.

    `view` is the one that the person acts in.
    """
    payload["trigger_id"] = stage.interactions.triggers.new(
        person.id, stage.world.clock.now(), view.id if view else None
    )
    if right:
        payload["response_url"] = stage.interactions.response_urls.new(stage.base_url, path, stage.world.team_id, right)
    made = await stage.interactions.send(kind, person.id, payload)
    if made.state == "failed":
        home = stage.world.direct_message(person.id).id
        tell_failure(stage, made, right.channel if right else home, right.thread_ts if right else None)
    return made


def answered(made: Interaction) -> Json:
    """What a control answers about the interaction it made."""
    return {
        "id": made.id,
        "acknowledged": made.state == "acknowledged",
        "outcome": made.outcome,
        "seconds": made.seconds,
        "trigger_id": made.payload.get("trigger_id"),
        "response_url": made.payload.get("response_url"),
    }


def check_interactive(stage: Stage) -> None:
    """Raise Refused when the app has no interactivity."""
    if not stage.manifest.interactive:
        raise Refused("The manifest does not switch settings.interactivity on: nothing that people press arrives.")
