"""The control for acting on an app's elements: press a button, choose in a menu, give feedback."""

from app.rehearsal.control.acting import act, answered, check_interactive
from app.rehearsal.control.asked import Refused, only
from app.rehearsal.control.places import check_may_be_in, place
from app.rehearsal.interactivity import payloads
from app.rehearsal.interactivity.elements import (
    WITHOUT_STATE,
    Element,
    NoSuchChoice,
    chosen,
    find,
    state_of,
    with_offered,
)
from app.rehearsal.interactivity.response_urls import ResponseUrl
from app.rehearsal.interactivity.views import View
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.messages import Message
from app.rehearsal.world.people import Person


async def press(stage: Stage, asked: Json) -> Json:
    """Press a button, choose in a menu or give feedback. Fields: `user`, `action_id`, `block_id` (only where two
    elements have one action_id), `value` (an option's value, a list, a date, a text; a feedback button's value; a
    button needs none), and where: `channel` and `ts` of a message, or `view_id`, or `home` (true: the App Home).
    An element that is not there is refused, unless `forged` is true: then a button of that `action_id`, `block_id`
    and `value` is sent all the same, as from a message that changed meanwhile or was never the app's. Waits for the
    acknowledgement, 3 s at most; nothing is redelivered. Answers `acknowledged`, `outcome`, `seconds`, `trigger_id`,
    `response_url`."""
    only(asked, "user", "action_id", "block_id", "value", "channel", "ts", "view_id", "home", "forged")
    check_interactive(stage)
    person = stage.world.person(asked["user"])
    if asked.get("view_id") or asked.get("home"):
        return await _press_in_view(stage, asked, person)
    channel = place(stage, asked["channel"], person)
    check_may_be_in(channel, person)
    said, ephemeral = message_before(stage, channel, asked["ts"], person)
    forged = bool(asked.get("forged"))
    if not forged and (said.bot_id != stage.world.app.bot_id or said.deleted):
        raise Refused(f"The message {said.ts} is not one of the app's that still stands: it has nothing to press.")
    element, choice = _choice(stage, said.blocks, asked, person)
    kept = stage.interactions.states.setdefault((channel.id, said.ts, person.id), {})
    _keep(kept, element, choice)
    state = state_of(said.blocks, kept)
    action = payloads.action_of(stage, element, choice)
    payload = payloads.from_message(stage, person, said, action, ephemeral=ephemeral, state=state)
    right = ResponseUrl(person.id, channel.id, stage.world.clock.now(), said.ts, said.root, ephemeral)
    return answered(await act(stage, "block_actions", person, payload, right, "actions"))


async def _press_in_view(stage: Stage, asked: Json, person: Person) -> Json:
    view = view_before(stage, asked, person)
    element, choice = _choice(stage, view.told["blocks"], asked, person)
    _keep(view.values, element, choice)
    payload = payloads.from_view(stage, person, view, payloads.action_of(stage, element, choice))
    return answered(await act(stage, "block_actions", person, payload, None, "", view))


def view_before(stage: Stage, asked: Json, person: Person) -> View:
    """The view that this person acts in: the modal before them, or their App Home. Raises Refused when it is not."""
    if asked.get("home"):
        if person.id not in stage.interactions.views.homes:
            raise Refused(f"The app has published no App Home for {person.name}.")
        return stage.interactions.views.homes[person.id]
    top = stage.interactions.views.top(person.id)
    if top is None or top.id != asked["view_id"]:
        raise Refused(f"{person.name} does not have the view {asked['view_id']} before them.")
    return top


def _choice(stage: Stage, blocks: list[Json], asked: Json, person: Person) -> tuple[Element, Json]:
    value, block_id = asked.get("value"), asked.get("block_id")
    try:
        element = find(blocks, asked["action_id"], block_id)
        readers = element.told.get("visible_to_user_ids")
        if readers and person.id not in readers:
            raise NoSuchChoice(f"{person.name} does not see {element.action_id}.")
        offered = stage.interactions.offered.get((person.id, element.action_id), [])
        return element, chosen(with_offered(element, offered), value)
    except NoSuchChoice as missing:
        if not asked.get("forged"):
            raise Refused(str(missing)) from None
    told = {"type": "button", "action_id": asked["action_id"]}
    text = {"type": "plain_text", "text": "forged", "emoji": True}
    return Element(block_id or "forged", told), {"text": text} | ({} if value is None else {"value": value})


def _keep(state: dict[str, Json], element: Element, choice: Json) -> None:
    if element.kind not in WITHOUT_STATE:
        state.setdefault(element.block_id, {})[element.action_id] = {"type": element.kind, **choice}


def message_before(stage: Stage, channel: Channel, ts: str, person: Person) -> tuple[Message, bool]:
    """The message of this ts, and whether only this person sees it. Raises Refused when they see none."""
    said = stage.world.messages[channel.id].get(ts)
    if said is not None:
        return said, False
    for entry in reversed(stage.world.visible.of(channel.id)):
        if entry["ts"] == ts and entry.get("shown_to") == person.id:
            if entry["what"] == "ephemeral_deleted":
                break
            root = entry["thread_ts"] if entry["thread_ts"] != ts else None
            app = stage.world.app
            return Message(channel.id, ts, app.bot_user, entry["text"], root, entry["blocks"], bot_id=app.bot_id), True
    raise Refused(f"{person.name} sees no message {ts} in that channel.")
