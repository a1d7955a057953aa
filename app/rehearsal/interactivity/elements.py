"""The interactive elements of blocks, and the action that choosing in one of them makes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.rehearsal.json_shape import Json

# what an element's action carries besides its ids, and from where the choice is taken
OF_AN_OPTION = frozenset({"overflow", "static_select", "radio_buttons", "external_select"})
OF_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
EXTERNAL = frozenset({"external_select", "multi_external_select"})
OF_A_VALUE = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "file_input": "files",
    "rich_text_input": "rich_text_value",
}
WITHOUT_STATE = frozenset({"button", "overflow", "feedback_buttons", "icon_button", "workflow_button"})
INTERACTIVE = WITHOUT_STATE | OF_AN_OPTION | OF_OPTIONS | frozenset(OF_A_VALUE)


class NoSuchChoice(ValueError):
    """The element, or the choice in it, is not there. The message says what there is."""


@dataclass(frozen=True)
class Element:
    """One element that people can act on, with the id of the block it stands in."""

    block_id: str
    told: Json

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.told["type"])

    @property
    def action_id(self) -> str:
        """The name its app gave it."""
        return str(self.told["action_id"])


def elements_of(blocks: list[Json]) -> Iterator[Element]:
    """Every interactive element with an action_id, in reading order, however deep it stands."""
    for block in blocks:
        yield from _inside(block, str(block.get("block_id", "")))


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> Element:
    """The element that people press. Raises NoSuchChoice when these blocks have none of that name."""
    there = [*elements_of(blocks)]
    for element in there:
        if element.action_id == action_id and block_id in (None, element.block_id):
            return element
    known = ", ".join(one.action_id for one in there) or "none"
    raise NoSuchChoice(f"Nothing here has the action_id {action_id!r}; there is {known}.")


def chosen(element: Element, value: Any) -> Json:
    """What the choice adds to the element's entry in `actions`, and in `state` for one that keeps a state.

    `value` is an option's value, a list of them, a date, a text, …; a button takes its own and needs none.
    Raises NoSuchChoice for an option that is not offered.
    """
    told, kind = element.told, element.kind
    if kind in ("button", "icon_button", "workflow_button"):
        if value is not None and value != told.get("value"):
            raise NoSuchChoice(f"The button {element.action_id} has the value {told.get('value')!r}, not {value!r}.")
        return {name: told[name] for name in ("text", "value", "style") if name in told}
    if kind == "feedback_buttons":
        offered = [told["positive_button"], told["negative_button"]]
        button = _one_of(offered, value, element)
        return {"text": button["text"], "value": button["value"]}
    if kind in OF_AN_OPTION:
        return {"selected_option": None if value is None else _one_of(_options(told), value, element)}
    if kind in OF_OPTIONS:
        return {"selected_options": [_one_of(_options(told), one, element) for one in value or ()]}
    return {OF_A_VALUE[kind]: value}


def with_offered(element: Element, offered: list[Json]) -> Element:
    """The element with the options that its app offered for it, where it is one that asks for them."""
    if element.kind not in EXTERNAL:
        return element
    return Element(element.block_id, {**element.told, "options": offered})


def state_of(blocks: list[Json], kept: dict[str, Json]) -> dict[str, Json]:
    """The `values` of a state: what was chosen in these blocks, and else their initial options and values."""
    values = first_state(blocks)
    for block_id, actions in values.items():
        actions |= {name: kept[block_id][name] for name in actions if name in kept.get(block_id, {})}
    return values


def first_state(blocks: list[Json]) -> dict[str, Json]:
    """The `values` of a state before anyone chose: initial options and values, by block_id and action_id."""
    values: dict[str, Json] = {}
    for element in elements_of(blocks):
        if element.kind not in WITHOUT_STATE:
            values.setdefault(element.block_id, {})[element.action_id] = {
                "type": element.kind,
                **_initial(element),
            }
    return values


def _initial(element: Element) -> Json:
    told, kind = element.told, element.kind
    if kind in OF_AN_OPTION:
        return {"selected_option": told.get("initial_option")}
    if kind in OF_OPTIONS:
        return {"selected_options": told.get("initial_options", [])}
    name = OF_A_VALUE[kind]
    return {name: told.get(name.replace("selected", "initial") if name != "value" else "initial_value")}


def _inside(part: Any, block_id: str) -> Iterator[Element]:
    if isinstance(part, list):
        for one in part:
            yield from _inside(one, block_id)
    elif isinstance(part, dict):
        if part.get("type") in INTERACTIVE and "action_id" in part:
            yield Element(block_id, part)
        for one in part.values():
            yield from _inside(one, str(part.get("block_id", block_id)))


def _options(told: Json) -> list[Json]:
    grouped = [option for group in told.get("option_groups", ()) for option in group["options"]]
    return [*told.get("options", ()), *grouped]


def _one_of(offered: list[Json], value: Any, element: Element) -> Json:
    for one in offered:
        if one.get("value") == value:
            return one
    known = ", ".join(str(one.get("value")) for one in offered)
    raise NoSuchChoice(f"{element.action_id} offers {known}, not {value!r}.")
