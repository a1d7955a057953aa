"""What a post says: text, blocks, and whether Slack may show previews of its links."""

from app.rehearsal.blocks.check import read_blocks
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.web_api.arguments import Arguments

CONTENT = "text blocks markdown_text parse link_names mrkdwn unfurl_links unfurl_media"
# slack.md 2: markdown_text holds 12,000 characters
MARKDOWN_TEXT = 12_000


def read_content(args: Arguments) -> tuple[str, list[Json]]:
    """Text and blocks of a post. Raises no_text, markdown_text_conflict, msg_too_long, invalid_blocks."""
    if "markdown_text" in args:
        # slack.md 1.3: never together with text or blocks
        if "text" in args or "blocks" in args:
            raise SlackError("markdown_text_conflict")
        markdown = args.text("markdown_text")
        if len(markdown) > MARKDOWN_TEXT:
            raise SlackError("msg_too_long")
        return markdown, [{"type": "markdown", "block_id": "b0000", "text": markdown}]
    blocks = read_blocks(args.given["blocks"]) if args.given.get("blocks") else []
    text = args.text("text", "")
    if not blocks and not text.strip():
        raise SlackError("no_text")
    return text, blocks


def may_unfurl(args: Arguments) -> bool:
    """May Slack fetch what is linked? Not when both flags are there and false; each call says so for itself."""
    return any(name not in args or args.flag(name) for name in ("unfurl_links", "unfurl_media"))
