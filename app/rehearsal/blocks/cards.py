"""The shape of cards, alone or in a carousel, and of the container around other blocks. Fields: slack_sdk's classes."""

from collections.abc import Iterator, Mapping

from app.rehearsal.blocks.elements import BUTTONS, IMAGE_ELEMENT
from app.rehearsal.blocks.rich_text import RICH_TEXT
from app.rehearsal.blocks.shape import (
    Check,
    any_text,
    boolean,
    both,
    by_type,
    exactly_one,
    list_of,
    mapping,
    one_of,
    string,
)
from app.rehearsal.blocks.shape import plain_text as plain
from app.rehearsal.json_shape import Json

CARDS, CHILDREN = 10, 10  # slack.md 2
_block_id = {"block_id": string(255)}
_image = by_type({"image": IMAGE_ELEMENT})


def _shows_something(card: Json, path: str) -> Iterator[str]:
    if not card.keys() & {"hero_image", "title", "actions", "body"}:
        yield f"missing required field: hero_image, title, actions or body [json-pointer:{path}]"


def _divider_without_collapse(container: Json, path: str) -> Iterator[str]:
    if container.get("is_collapsible") and "has_header_divider" in container:
        yield f"cannot be set on a container that collapses [json-pointer:{path}/has_header_divider]"


_card = both(
    mapping(
        {},
        {
            **_block_id,
            "hero_image": _image,
            "icon": _image,
            "title": any_text(150),
            "subtitle": any_text(150),
            "body": any_text(200),
            # "guess" for the number: no page states it
            "actions": list_of(by_type(BUTTONS), 5),
        },
    ),
    _shows_something,
)

CARD_BLOCKS: dict[str, Check] = {
    "card": _card,
    "carousel": mapping({"elements": list_of(by_type({"card": _card}), CARDS)}, _block_id),
}


def container(children: Mapping[str, Check]) -> Check:
    """A container of these kinds of block."""
    shape = mapping(
        {"child_blocks": list_of(by_type(children), CHILDREN)},
        {
            **_block_id,
            "title": plain(150),
            "rich_text_title": by_type({"rich_text": RICH_TEXT}),
            "subtitle": any_text(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": _image,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
    )
    return both(both(shape, exactly_one("title", "rich_text_title")), _divider_without_collapse)
