"""Takes or refuses the `view` that an app gives."""

import json
from collections.abc import Iterator
from typing import Any

from app.rehearsal.blocks.check import with_ids, wrong_blocks
from app.rehearsal.blocks.shape import boolean, mapping, plain_text, string
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError

# Slack's view object; 3,000 and 255 as its reference pages have them, 24 as for every title in a client
PRIVATE_METADATA, EXTERNAL_ID, TITLE = 3_000, 255, 24
# what a view weighs at most, as JSON
WEIGHT = 250_000

_anything = {"blocks": lambda value, path: iter(())}
_both = {
    "private_metadata": string(PRIVATE_METADATA, least=0),
    "callback_id": string(EXTERNAL_ID),
    "external_id": string(EXTERNAL_ID),
}
SHAPES = {
    "modal": mapping(
        {**_anything, "title": plain_text(TITLE)},
        {
            **_both,
            "close": plain_text(TITLE),
            "submit": plain_text(TITLE),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": mapping(_anything, _both),
}


def read_view(given: Any, *kinds: str) -> Json:
    """A view of one of these kinds, from an object or its JSON text; its blocks get block_ids.

    Raises SlackError invalid_arguments with what is wrong where, view_too_large.
    """
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    wrong = [*_wrong(given, kinds)]
    if wrong:
        raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {one}" for one in wrong]})
    if len(json.dumps(given)) > WEIGHT:
        raise SlackError("view_too_large")
    return {**given, "blocks": with_ids(given["blocks"])}


def _wrong(given: Any, kinds: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(given, dict):
        yield "must provide an object [json-pointer:/view]"
        return
    if given.get("type") not in kinds:
        yield f"must be one of {', '.join(kinds)} [json-pointer:/view/type]"
        return
    yield from SHAPES[given["type"]](given, "/view")
    blocks = given.get("blocks")
    if not isinstance(blocks, list):
        yield "must be an array [json-pointer:/view/blocks]"
        return
    yield from (one.replace("json-pointer:/", "json-pointer:/view/") for one in wrong_blocks(blocks, view=True))
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if given["type"] == "modal" and inputs and "submit" not in given:
        # Slack's own rule: a modal with inputs needs a way to send them
        yield "missing required field: submit, because the view has an input block [json-pointer:/view]"
