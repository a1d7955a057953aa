"""The shape of each kind of block in a message. The numbers are those of slack.md 2 unless a comment says "guess"."""

from app.rehearsal.blocks.rich_text import RICH_TEXT
from app.rehearsal.blocks.shape import Check, any_text, boolean, by_type, integer, list_of, mapping, one_of, string
from app.rehearsal.blocks.shape import plain_text as plain

MARKDOWN_TOTAL = 12_000
_block_id = {"block_id": string(255)}
_action_id = {"action_id": string(255)}

_confirm = mapping(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_button = mapping(
    {"text": plain(75)},
    {
        **_action_id,
        "value": string(2_000),
        "url": string(3_000),
        "style": one_of("primary", "danger"),
        "confirm": _confirm,
        "accessibility_label": string(75),
    },
)
_option = mapping({"text": any_text(75)}, {"value": string(150), "description": plain(75), "url": string(3_000)})
_overflow = mapping({"options": list_of(_option, 5)}, {**_action_id, "confirm": _confirm})
_image_element = mapping({"alt_text": string(2_000)}, {"image_url": string(3_000)})
_feedback = mapping({"text": plain(75), "value": string(2_000)}, {"accessibility_label": string(75)})
_url_source = mapping({"url": string(3_000), "text": string(256)})
_rich = by_type({"rich_text": RICH_TEXT})

_interactive: dict[str, Check] = {"button": _button, "overflow": _overflow}
_task_status = one_of("pending", "in_progress", "complete", "error")
_task = mapping(
    {"task_id": string(255), "title": string(256)},
    {**_block_id, "status": _task_status, "details": _rich, "output": _rich, "sources": list_of(_url_source, 50)},
)
_table_cell = by_type({"raw_text": mapping({"text": string(10_000, least=0)}), "rich_text": RICH_TEXT})
_data_cell = by_type(
    {
        "raw_text": mapping({"text": string(20_000, least=0)}),
        "raw_number": mapping({}, {"value": lambda value, path: iter(()), "text": string(100)}),
        "rich_text": RICH_TEXT,
    }
)

BLOCKS: dict[str, Check] = {
    "section": mapping(
        {},
        {
            **_block_id,
            "text": any_text(3_000),
            "fields": list_of(any_text(2_000), 10),
            "accessory": by_type({**_interactive, "image": _image_element}),
            "expand": boolean,
        },
    ),
    "header": mapping({"text": plain(150)}, {**_block_id, "level": integer(1, 4)}),
    "divider": mapping({}, _block_id),
    "context": mapping(
        {
            "elements": list_of(
                by_type(
                    {
                        "plain_text": mapping({"text": string(2_000)}, {"emoji": boolean}),
                        "mrkdwn": mapping({"text": string(2_000)}, {"verbatim": boolean}),
                        "image": _image_element,
                    }
                ),
                10,
            )
        },
        _block_id,
    ),
    "actions": mapping({"elements": list_of(by_type(_interactive), 25)}, _block_id),
    "context_actions": mapping(
        {
            "elements": list_of(
                by_type(
                    {
                        "feedback_buttons": mapping(
                            {"positive_button": _feedback, "negative_button": _feedback}, _action_id
                        ),
                        "icon_button": mapping(
                            {"icon": string(50), "text": plain(75)}, {**_action_id, "value": string(2_000)}
                        ),
                    }
                ),
                5,
            )
        },
        _block_id,
    ),
    "image": mapping({"alt_text": string(2_000), "image_url": string(3_000)}, {**_block_id, "title": plain(2_000)}),
    "markdown": mapping({"text": string(MARKDOWN_TOTAL)}, _block_id),
    "rich_text": RICH_TEXT,
    "table": mapping(
        {"rows": list_of(list_of(_table_cell, 20), 100)},
        {
            **_block_id,
            "column_settings": list_of(
                mapping({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), 20
            ),
        },
    ),
    "data_table": mapping(
        {"caption": string(255), "rows": list_of(list_of(_data_cell, 20), 201, least=2)},
        {**_block_id, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
    ),
    "task_card": _task,
    "plan": mapping({"title": string(256), "tasks": list_of(by_type({"task_card": _task}), 50, least=0)}, _block_id),
}
