"""The control for typing into a menu whose options its app offers."""

from app.rehearsal.control.acting import answered, check_interactive
from app.rehearsal.control.asked import Refused, only
from app.rehearsal.control.places import check_may_be_in, place
from app.rehearsal.control.pressing import message_before, view_before
from app.rehearsal.interactivity import payloads
from app.rehearsal.interactivity.elements import EXTERNAL, Element, NoSuchChoice, find
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage

LETTERS = 3  # Slack's own min_query_length


async def suggest(stage: Stage, asked: Json) -> Json:
    """Type into a menu that asks the app for its options (external_select). Fields: `user`, `action_id`, `value` (what
    is typed), and where, as for press. Answers as press does, and `options`; press can then choose one of them."""
    only(asked, "user", "action_id", "value", "channel", "ts", "view_id", "home")
    check_interactive(stage)
    person, typed = stage.world.person(asked["user"]), str(asked.get("value", ""))
    if asked.get("view_id") or asked.get("home"):
        view = view_before(stage, asked, person)
        element = _menu(view.told["blocks"], asked["action_id"], typed)
        payload = payloads.from_view(stage, person, view, {})
    else:
        channel = place(stage, asked["channel"], person)
        check_may_be_in(channel, person)
        said, ephemeral = message_before(stage, channel, asked["ts"], person)
        element = _menu(said.blocks, asked["action_id"], typed)
        payload = payloads.from_message(stage, person, said, {}, ephemeral=ephemeral, state={})
    made = await stage.interactions.send("block_suggestion", person.id, payloads.suggestion(element, typed, payload))
    told = made.answer or {}
    options = [*told.get("options", ()), *(one for group in told.get("option_groups", ()) for one in group["options"])]
    stage.interactions.offered[person.id, element.action_id] = options
    return answered(made) | {"options": options}


def _menu(blocks: list[Json], action_id: str, typed: str) -> Element:
    try:
        element = find(blocks, action_id)
    except NoSuchChoice as missing:
        raise Refused(str(missing)) from None
    if element.kind not in EXTERNAL:
        raise Refused(f"{action_id} has its own options: choose one by press.")
    least = int(element.told.get("min_query_length", LETTERS))
    if len(typed) < least:
        raise Refused(f"{action_id} asks the app only after {least} characters.")
    return element
