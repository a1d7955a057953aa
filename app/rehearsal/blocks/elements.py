"""The shape of interactive elements: buttons, menus, pickers and inputs. Fields: slack_sdk's element classes; numbers:
slack.md 2 and those classes."""

from app.rehearsal.blocks.rich_text import RICH_TEXT
from app.rehearsal.blocks.shape import (
    Check,
    any_text,
    anything,
    boolean,
    both,
    by_type,
    exactly_one,
    integer,
    list_of,
    mapping,
    number,
    one_of,
    string,
)
from app.rehearsal.blocks.shape import plain_text as plain

URL = string(3_000)
ACTION_ID = {"action_id": string(255)}
_style = one_of("primary", "danger")
_users = list_of(string(20), 1_000)

CONFIRM = mapping(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)}, {"style": _style}
)
_asked = {**ACTION_ID, "confirm": CONFIRM}
_button = mapping(
    {"text": plain(75)},
    {
        **_asked,
        "value": string(2_000),
        "url": URL,
        "style": _style,
        "accessibility_label": string(75),
        "agent_prompt": string(4_000),
        "agent_prompt_display": string(4_000),
        "visible_to_user_ids": _users,
    },
)
_workflow_button = mapping(
    {"text": plain(75), "workflow": mapping({"trigger": anything})},
    {**ACTION_ID, "style": _style, "accessibility_label": string(75)},
)
_option = mapping({"text": any_text(75), "value": string(150)}, {"description": any_text(75), "url": URL})
_options = list_of(_option, 100)
_groups = list_of(mapping({"label": plain(75), "options": _options}), 100)
SLACK_FILE = both(mapping({}, {"id": string(20), "url": URL}), exactly_one("id", "url"))
IMAGE_ELEMENT = both(
    mapping({"alt_text": string(2_000)}, {"image_url": URL, "slack_file": SLACK_FILE}),
    exactly_one("image_url", "slack_file"),
)
_menu = {**_asked, "placeholder": plain(150), "focus_on_load": boolean}
_several = {"max_selected_items": integer(1, 1_000)}
_conversations = {
    "response_url_enabled": boolean,
    "default_to_current_conversation": boolean,
    "filter": mapping(
        {},
        {
            "include": list_of(one_of("im", "mpim", "private", "public"), 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        },
    ),
}
_static = {"options": _options, "option_groups": _groups}


def _choice(fields: dict[str, Check]) -> Check:
    return both(mapping({}, {**_menu, **_static, **fields}), exactly_one("options", "option_groups"))


def _picker(fields: dict[str, Check]) -> Check:
    return mapping({}, {**_menu, **fields})


BUTTONS: dict[str, Check] = {"button": _button, "workflow_button": _workflow_button}
OVERFLOW: dict[str, Check] = {"overflow": mapping({"options": list_of(_option, 5)}, _asked)}
# radio buttons and checkboxes take at most ten options (Slack's element pages)
TICKS: dict[str, Check] = {
    "radio_buttons": mapping({"options": list_of(_option, 10)}, {**_menu, "initial_option": _option}),
    "checkboxes": mapping({"options": list_of(_option, 10)}, {**_menu, "initial_options": list_of(_option, 10)}),
}
MENUS: dict[str, Check] = {
    "static_select": _choice({"initial_option": _option}),
    "external_select": _picker({"initial_option": _option, "min_query_length": integer(0, 1_000)}),
    "users_select": _picker({"initial_user": string(20)}),
    "conversations_select": _picker({"initial_conversation": string(20), **_conversations}),
    "channels_select": _picker({"initial_channel": string(20), "response_url_enabled": boolean}),
}
MULTI_MENUS: dict[str, Check] = {
    "multi_static_select": _choice({"initial_options": _options, **_several}),
    "multi_external_select": _picker({"initial_options": _options, "min_query_length": integer(0, 1_000), **_several}),
    "multi_users_select": _picker({"initial_users": _users, **_several}),
    "multi_conversations_select": _picker({"initial_conversations": _users, **_conversations, **_several}),
    "multi_channels_select": _picker({"initial_channels": _users, **_several}),
}
PICKERS: dict[str, Check] = {
    "datepicker": _picker({"initial_date": string(10)}),
    "timepicker": _picker({"initial_time": string(5), "timezone": string(100)}),
    "datetimepicker": mapping({}, {**_asked, "initial_date_time": integer(0, 9_999_999_999), "focus_on_load": boolean}),
}
_typed = {
    **ACTION_ID,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": mapping(
        {"trigger_actions_on": list_of(one_of("on_enter_pressed", "on_character_entered"), 2)}
    ),
}
INPUTS: dict[str, Check] = {
    "plain_text_input": mapping(
        {},
        {
            **_typed,
            "initial_value": string(3_000, least=0),
            "multiline": boolean,
            "min_length": integer(0, 3_000),
            "max_length": integer(1, 3_000),
        },
    ),
    "email_text_input": mapping({}, {**_typed, "initial_value": string(3_000)}),
    "url_text_input": mapping({}, {**_typed, "initial_value": URL}),
    "number_input": mapping(
        {"is_decimal_allowed": boolean},
        {**_typed, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
    "rich_text_input": mapping(
        {},
        {
            **_typed,
            "initial_value": by_type({"rich_text": RICH_TEXT}),
            "min_lines": integer(1, 100),
            "max_lines": integer(1, 100),
        },
    ),
    "file_input": mapping({}, {**ACTION_ID, "filetypes": list_of(string(20), 100), "max_files": integer(1, 10)}),
}
_feedback = mapping({"text": plain(75), "value": string(2_000)}, {"accessibility_label": string(75)})
CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": mapping({"positive_button": _feedback, "negative_button": _feedback}, ACTION_ID),
    # "trash" is the one icon that Slack's page names
    "icon_button": mapping(
        {"icon": one_of("trash"), "text": plain(75)},
        {**_asked, "value": string(2_000), "accessibility_label": string(75), "visible_to_user_ids": _users},
    ),
}
# a button in a cell of a data table; `raw_number` needs what is shown for it
ACTION_CELL = mapping({"element": by_type(BUTTONS)})
RAW_NUMBER = mapping({"value": number, "text": string(20_000)})
