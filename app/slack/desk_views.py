"""The App Home, and the modals by which who may do what is changed. Plain values; nothing here decides.

What an admin sees is laid out only where the journal gave it; a press is judged again wherever it comes from.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.governing.forms import CHOICES, WORDS
from agents.intake import Filled, Form, Home
from agents.messages import Message, Press
from app.slack.fields import BadPayload, Payload, object_in, text_in
from app.slack.inert import plain
from app.slack.limits import BUTTON_TEXT, HEADER_TEXT, SECTION_TEXT
from app.slack.message_layout import lay_out_message
from app.slack.one_line import one_line

DESK = "tagwork_desk:"
"""What the action_id of every control of the desk begins with; after it what it does."""

FREEZE, THAW, SETTINGS, CHANNEL, PRESET, CARD = "freeze", "thaw", "settings", "channel", "preset", "card"
EASE = "ease"

FORM = "tagwork:form"
"""callback_id of the form of a scope's settings; its private_metadata says of which, and from which version."""

EFFECT = "tagwork:effect"
"""callback_id of the modal that shows what a change would do; its private_metadata is the change's id."""

UNSET = "-"
"""The option that leaves a setting to the wider scope."""

LABELS = {
    "enabled": "Answers here",
    "asking.members": "Members may ask",
    "asking.guests": "Guests",
    "reply_mode": "What starts me",
    "approvers.asked_in": "Where I ask for approvals",
    "approvers.most_an_hour": "Approvals by one person an hour at most",
    "effort": "How much the model may think",
    "model": "Model",
    "instructions": "Instructions, added to those of the workspace",
    "budget.run_usd": "US dollars a request at most",
    "budget.day_usd": "US dollars a day at most",
    "budget.month_usd": "US dollars a month at most",
    "budget.person_day_usd": "US dollars a day and person at most",
}

MOST_OPTIONS = 100
"""Options of a menu. docs.slack.dev, reference/block-kit/block-elements/select-menu-element."""

MOST_LINES = 10_000
"""Characters of a modal's text: as a view may have 250 kB, more than any effect takes."""


def home(help_words: str, told: Home, link: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Return someone's App Home. `link`: where each card is seen, by its channel and ts."""
    blocks = [_header("Tagwork"), _words(help_words), _divider()]
    if told.admin is not None:
        blocks += [*_admin(told, link), _divider()]
    blocks += [
        _header("What you asked for"),
        _words("\n".join(told.mine) or "Nothing of yours is under way."),
        _header("What you said yes or no to"),
        _words("\n".join(told.voted) or "Nothing yet."),
        _header("What I may do for you"),
        _words("\n".join(told.may)),
        _words(
            "A channel may allow more or less: `/tagwork policy` says it there, and `/tagwork why` which rule decides."
        ),
    ]
    return {"type": "home", "blocks": blocks}


def form(told: Form) -> dict[str, Any]:
    """Return the form of a scope's settings, filled in with what its own part says."""
    blocks: list[dict[str, Any]] = [
        _words(f"What {told.called} says itself. What is left open is as the wider scope has it.")
    ]
    for path, values in CHOICES.items():
        blocks.append(_input(path, LABELS[path], _menu(path, values, told.said.get(path, UNSET))))
    for path in WORDS:
        blocks.append(_input(path, LABELS[path], _text(path, told.said.get(path, ""))))
    names = ["*", *told.tools][: MOST_OPTIONS - 1]
    blocks.append(_input("tool", "A rule for this tool", _menu("tool", names, UNSET)))
    blocks.append(_input("verdict", "which is", _menu("verdict", ("allow", "ask", "deny"), UNSET)))
    return _modal("Settings", blocks, callback=FORM, carried=_carried(told), submit="Show the effect")


def shown(answer: Message) -> dict[str, Any]:
    """Return a modal that shows what a change would do, or what came of it."""
    change = next((one.value for one in answer.buttons if one.press is Press.SAVE), "")
    laid = lay_out_message(Message(markdown=answer.markdown[:MOST_LINES]))
    blocks = laid.blocks or [_words(laid.text)]
    if not change:
        return _modal("Tagwork", blocks)
    return _modal("What it would do", blocks, callback=EFFECT, carried=change, submit="Save")


def wait(words: str) -> dict[str, Any]:
    """Return a modal for the moment in which Slack is asked."""
    return _modal("Tagwork", [_words(words)])


def filled_of(body: Payload) -> Filled:
    """Return a form that someone sent off. Raises BadPayload where it is none of ours."""
    view = object_in(body, "view")
    try:
        carried = json.loads(text_in(view, "private_metadata"))
        place, seen = str(carried["place"]), int(carried["seen"])
    except (ValueError, KeyError, TypeError):
        raise BadPayload("the view carries no scope") from None
    values = object_in(object_in(view, "state"), "values")
    said = {path: _value(values, path) for path in (*CHOICES, *WORDS, "tool", "verdict")}
    tool, verdict = said.pop("tool"), said.pop("verdict")
    return Filled(place, seen, {path: value for path, value in said.items() if value}, tool, verdict)


def _admin(told: Home, link: Mapping[tuple[str, str], str]) -> Iterator[dict[str, Any]]:
    desk = told.admin
    if desk is None:
        return
    yield _header("For owners and admins")
    yield _words("\n".join(desk.frozen) or "Nothing is frozen.")
    frozen = (THAW, "Thaw the workspace") if desk.is_frozen else (FREEZE, "Freeze the workspace")
    yield _actions(
        _button(frozen[0], frozen[1], style=None if desk.is_frozen else "danger"),
        _button(SETTINGS, "Change settings of the workspace"),
        {
            "type": "conversations_select",
            "action_id": f"{DESK}{CHANNEL}",
            "placeholder": _plain("Change settings of a channel"),
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        },
    )
    yield _words(f"*Waits for a yes*\n{'' if desk.pending else 'Nothing.'}")
    for one in desk.pending:
        block = _words(one.says)
        url = link.get((one.channel, one.at), "")
        yield block | ({"accessory": _button(CARD, "To the card") | {"url": url}} if url else {})
    if desk.easings:
        yield _words("*Always answered with yes*")
    for command, says in desk.easings:
        yield _words(says) | {"accessory": _button(EASE, "Show what it would do", command)}
    yield _words("*Runs now*\n" + ("\n".join(desk.running) or "Nothing."))
    yield _words("*Spent*\n" + "\n".join(desk.spent))
    yield _words(f"*Settings of the workspace* (policy version {desk.version})\n" + "\n".join(desk.settings))
    yield _words("*Begin with another policy*\n" + "\n".join(f"{name}: {says}" for name, says in desk.presets))
    yield _actions(*(_button(f"{PRESET}:{name}", f"Show what “{name}” would do", name) for name, _ in desk.presets))


def _carried(told: Form) -> str:
    return json.dumps({"place": told.place, "seen": told.seen})


def _value(values: Payload, path: str) -> str:
    element = object_in(object_in(values, path), path)
    chosen = text_in(object_in(element, "selected_option"), "value") or text_in(element, "value")
    return "" if chosen == UNSET else chosen.strip()


def _menu(name: str, values: Sequence[str], chosen: str) -> dict[str, Any]:
    options = [
        _option(UNSET, "as the wider scope" if name in CHOICES else "none"),
        *(_option(one, one) for one in values),
    ]
    initial = next((one for one in options if one["value"] == chosen), options[0])
    return {"type": "static_select", "action_id": name, "options": options, "initial_option": initial}


def _option(value: str, label: str) -> dict[str, Any]:
    return {"text": _plain(label[:BUTTON_TEXT]), "value": value[:BUTTON_TEXT]}


def _text(name: str, said: str) -> dict[str, Any]:
    more = {"multiline": True, "max_length": 3_000} if name == "instructions" else {"max_length": 100}
    return {"type": "plain_text_input", "action_id": name, **more, **({"initial_value": said} if said else {})}


def _input(name: str, label: str, element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": name, "optional": True, "label": _plain(label), "element": element}


def _modal(
    title: str, blocks: list[dict[str, Any]], *, callback: str = "", carried: str = "", submit: str = ""
) -> dict[str, Any]:
    view = {"type": "modal", "title": _plain(title), "close": _plain("Close"), "blocks": blocks}
    if submit:
        view |= {"submit": _plain(submit), "callback_id": callback, "private_metadata": carried}
    return view


def _actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def _button(name: str, label: str, value: str = "", *, style: str | None = None) -> dict[str, Any]:
    more = {"value": value} if value else {}
    more |= {"style": style} if style else {}
    return {"type": "button", "action_id": f"{DESK}{name}", "text": _plain(one_line(label, BUTTON_TEXT)), **more}


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": _plain(text[:HEADER_TEXT])}


def _divider() -> dict[str, Any]:
    return {"type": "divider"}


def _words(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": plain(text)[:SECTION_TEXT] or "…", "verbatim": True}}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
