"""conversations.canvases.create, canvases.edit and canvases.sections.lookup."""

import json
from typing import Any

from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError, refuse_unmodelled
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments, wrong_argument
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.reach import writable_channel
from app.rehearsal.world.canvases import Canvas, Section, read_markdown

READ, WRITE = ("canvases:read",), ("canvases:write",)
# Slack's page on conversations.canvases.create: 1 MiB of Markdown
MARKDOWN = 1_048_576
SECTION_TYPES = frozenset({"h1", "h2", "h3", "any_header"})
PLACED = frozenset({"insert_after", "insert_before", "replace", "delete"})


@method("conversations.canvases.create", 2, "channel_id document_content title", WRITE)
def create_channel_canvas(stage: Stage, args: Arguments) -> Json:
    """Make the canvas of a channel; there is at most one."""
    channel = writable_channel(stage, args.text("channel_id"))
    if any(one.channel == channel.id for one in stage.world.canvases.values()):
        raise SlackError("channel_canvas_already_exists")
    content = _object(args, "document_content") if "document_content" in args else None
    canvas = Canvas(stage.world.ids.new("F"), channel.id, args.text("title", ""))
    canvas.sections = _sections(stage, content) if content is not None else []
    stage.world.canvases[canvas.id] = canvas
    channel.canvas = canvas.id
    return {"canvas_id": canvas.id}


@method("canvases.edit", 3, "canvas_id changes", WRITE)
def edit_canvas(stage: Stage, args: Arguments) -> Json:
    """Change one place of a canvas. Slack's page: "Only one operation per API call is currently supported"."""
    canvas = _canvas(stage, args)
    changes = _json(args, "changes")
    if not isinstance(changes, list) or len(changes) != 1 or not isinstance(changes[0], dict):
        raise SlackError("canvas_editing_failed")
    change: Json = changes[0]
    operation, strangers = change.get("operation"), set(change) - {"operation", "document_content", "section_id"}
    if strangers:
        raise refuse_unmodelled(f"{sorted(strangers)[0]} in a change of canvases.edit")
    place = canvas.at(str(change.get("section_id"))) if operation in PLACED else None
    if operation in PLACED and place is None:
        # "guess": the code of an edit whose section is gone
        raise SlackError("canvas_editing_failed")
    given = [] if operation == "delete" else _sections(stage, change.get("document_content"))
    at = place or 0
    match operation:
        case "insert_at_start":
            canvas.sections[:0] = given
        case "insert_at_end":
            canvas.sections += given
        case "insert_before":
            canvas.sections[at:at] = given
        case "insert_after":
            canvas.sections[at + 1 : at + 1] = given
        case "replace" | "delete":
            canvas.sections[at : at + 1] = given
        case _:
            raise SlackError("canvas_editing_failed")
    return {}


@method("canvases.sections.lookup", 3, "canvas_id criteria", READ)
def look_up_sections(stage: Stage, args: Arguments) -> Json:
    """The ids of the sections that fit kinds, a text in them, or both. "guess": capitals matter in the text."""
    canvas = _canvas(stage, args, missing="canvas_not_found")
    criteria = _object(args, "criteria")
    kinds, text = criteria.get("section_types"), criteria.get("contains_text")
    if (kinds is None and text is None) or set(criteria) - {"section_types", "contains_text"}:
        raise wrong_argument("needs section_types or contains_text: criteria")
    if kinds is not None and (not isinstance(kinds, list) or not kinds or set(kinds) - SECTION_TYPES):
        raise wrong_argument("must be 1 to 3 of h1, h2, h3, any_header: section_types")
    found = [one for one in canvas.sections if _fits(one, kinds, text)]
    return {"sections": [{"id": one.id} for one in found]}


def _fits(section: Section, kinds: list[str] | None, text: Any) -> bool:
    headed = section.kind in ("h1", "h2", "h3")
    if kinds is not None and section.kind not in kinds and not ("any_header" in kinds and headed):
        return False
    return text is None or str(text) in section.text


def _canvas(stage: Stage, args: Arguments, missing: str = "canvas_not_found") -> Canvas:
    found = stage.world.canvases.get(args.text("canvas_id"))
    if found is None or stage.bot_user not in stage.world.channels[found.channel].members:
        raise SlackError(missing)
    return found


def _sections(stage: Stage, content: Any) -> list[Section]:
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise wrong_argument('must be {"type": "markdown", "markdown": …}: document_content')
    markdown = content.get("markdown")
    if not isinstance(markdown, str) or len(markdown) > MARKDOWN:
        raise SlackError("canvas_editing_failed")
    return [Section(f"temp:C:{stage.world.ids.new('S')}", kind, text) for kind, text in read_markdown(markdown)]


def _object(args: Arguments, name: str) -> Json:
    found = _json(args, name)
    if not isinstance(found, dict):
        raise wrong_argument(f"must be an object: {name}")
    return found


def _json(args: Arguments, name: str) -> Any:
    given = args.given.get(name)
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        raise wrong_argument(f"must be JSON: {name}") from None
