"""The shape of each kind of block. The numbers are those of slack.md 2 unless a comment says "guess"."""

from collections.abc import Iterator

from app.rehearsal.blocks.agents import AGENT_BLOCKS
from app.rehearsal.blocks.cards import CARD_BLOCKS, container
from app.rehearsal.blocks.charts import CHARTS
from app.rehearsal.blocks.elements import (
    BUTTONS,
    IMAGE_ELEMENT,
    INPUTS,
    MENUS,
    MULTI_MENUS,
    OVERFLOW,
    PICKERS,
    SLACK_FILE,
    TICKS,
    URL,
)
from app.rehearsal.blocks.rich_text import RICH_TEXT
from app.rehearsal.blocks.shape import (
    Check,
    any_text,
    boolean,
    both,
    by_type,
    exactly_one,
    integer,
    list_of,
    mapping,
    one_of,
    string,
)
from app.rehearsal.blocks.shape import plain_text as plain
from app.rehearsal.blocks.tables import TABLES
from app.rehearsal.json_shape import Json

_block_id = {"block_id": string(255)}
_actions = {**BUTTONS, **OVERFLOW, **TICKS, **MENUS, **PICKERS}
_small_texts = {
    "plain_text": mapping({"text": string(2_000)}, {"emoji": boolean}),
    "mrkdwn": mapping({"text": string(2_000)}, {"verbatim": boolean}),
}


def _says_something(section: Json, path: str) -> Iterator[str]:
    if not ("text" in section or "fields" in section):
        yield f"missing required field: text or fields [json-pointer:{path}]"


BLOCKS: dict[str, Check] = {
    "section": both(
        mapping(
            {},
            {
                **_block_id,
                "text": any_text(3_000),
                "fields": list_of(any_text(2_000), 10),
                "accessory": by_type({**_actions, **MULTI_MENUS, "image": IMAGE_ELEMENT}),
                "expand": boolean,
            },
        ),
        _says_something,
    ),
    "header": mapping({"text": plain(150)}, {**_block_id, "level": integer(1, 4)}),
    "divider": mapping({}, _block_id),
    "context": mapping({"elements": list_of(by_type({**_small_texts, "image": IMAGE_ELEMENT}), 10)}, _block_id),
    "actions": mapping({"elements": list_of(by_type(_actions), 25)}, _block_id),
    "image": both(
        mapping(
            {"alt_text": string(2_000)},
            {**_block_id, "title": plain(2_000), "image_url": URL, "slack_file": SLACK_FILE},
        ),
        exactly_one("image_url", "slack_file"),
    ),
    "input": mapping(
        {"label": plain(2_000), "element": by_type({**TICKS, **MENUS, **MULTI_MENUS, **PICKERS, **INPUTS})},
        {**_block_id, "hint": plain(2_000), "optional": boolean, "dispatch_action": boolean},
    ),
    "video": mapping(
        {"alt_text": string(2_000), "video_url": URL, "thumbnail_url": URL, "title": plain(199)},
        {
            **_block_id,
            "title_url": URL,
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(50),
            "author_name": string(49),
        },
    ),
    "file": mapping({"external_id": string(255), "source": one_of("remote")}, _block_id),
    "rich_text": RICH_TEXT,
    **TABLES,
    **CHARTS,
    **AGENT_BLOCKS,
    **CARD_BLOCKS,
}
BLOCKS["container"] = container(dict(BLOCKS))
# task cards and plans: slack.md 1.3; the others are a "guess", as is that inputs and alerts may stand in messages too
ONLY_IN_MESSAGES = frozenset({"task_card", "plan", "file", "table", "data_table", "data_visualization", "markdown"})
