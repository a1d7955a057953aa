"""What Slack makes of what a person types: the escaped `text` and the rich_text block that says the same."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.rehearsal.json_shape import Json

TOKENS = re.compile(
    r"```(?P<pre>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<@(?P<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<#(?P<channel>[CG][A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<!(?P<range>here|channel|everyone)>"
    r"|<(?P<link>https?://[^|>\s]+)(?:\|(?P<label>[^>]*))?>"
    r"|(?P<url>https?://[^\s<>]*[^\s<>.,;:!?)\]\"'])"
    r"|(?<![\w@])@(?P<handle>[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9])"
    r"|(?<![\w#&])#(?P<name>[a-z0-9_-]*[a-z0-9])"
    r"|(?<!\w):(?P<emoji>[a-z0-9_+-]*[a-z_+-][a-z0-9_+-]*):(?!\w)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Known:
    """Whom and what a client offers while someone types: the id of a handle, and of a channel's name, or None."""

    user: Callable[[str], str | None]
    channel: Callable[[str], str | None] = lambda _: None


def read_typed(typed: str, known: Known) -> tuple[str, Json]:
    """The `text` and the `rich_text` block of a post.

    `typed` may hold `<@U…>`, `<#C…>`, `<!here>`, `<https://…|label>`, bare URLs, `@handle`, `#name`,
    :emoji:, code and ``` blocks. A handle or name that is not `known` stays text. All else is escaped as Slack does.
    """
    text: list[str] = []
    parts: list[Json] = []
    inline: list[Json] = []
    for wording, element in _pieces(typed, known):
        text.append(wording)
        if element["type"] == "rich_text_preformatted":
            if inline:
                parts.append({"type": "rich_text_section", "elements": inline})
                inline = []
            parts.append(element)
        else:
            inline.append(element)
    if inline:
        parts.append({"type": "rich_text_section", "elements": inline})
    return "".join(text), {"type": "rich_text", "block_id": "typed", "elements": parts}


def escape(text: str) -> str:
    """Slack's three escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _pieces(typed: str, known: Known) -> Iterator[tuple[str, Json]]:
    done = 0
    for found in TOKENS.finditer(typed):
        piece = _special(found, known)
        if piece is None:
            continue
        if found.start() > done:
            yield _plain(typed[done : found.start()])
        yield piece
        done = found.end()
    if done < len(typed):
        yield _plain(typed[done:])


def _plain(text: str) -> tuple[str, Json]:
    return escape(text), {"type": "text", "text": text}


def _special(found: re.Match[str], known: Known) -> tuple[str, Json] | None:
    kind = found.lastgroup if found.lastgroup != "label" else "link"
    value = found[str(kind)]
    match kind:
        case "pre":
            inside = [{"type": "text", "text": value.strip("\n")}]
            return f"```{escape(value)}```", {"type": "rich_text_preformatted", "elements": inside, "border": 0}
        case "code":
            return f"`{escape(value)}`", {"type": "text", "text": value, "style": {"code": True}}
        case "user":
            return f"<@{value}>", {"type": "user", "user_id": value}
        case "channel":
            return f"<#{value}>", {"type": "channel", "channel_id": value}
        case "range":
            return f"<!{value}>", {"type": "broadcast", "range": value}
        case "emoji":
            return f":{value}:", {"type": "emoji", "name": value}
        case "handle":
            user = known.user(value.lower())
            return (f"<@{user}>", {"type": "user", "user_id": user}) if user else None
        case "name":
            channel = known.channel(value)
            return (f"<#{channel}|{value}>", {"type": "channel", "channel_id": channel}) if channel else None
        case _:
            label = found["label"]
            link = {"type": "link", "url": value} | ({"text": label} if label else {})
            return (f"<{escape(value)}|{escape(label)}>" if label else f"<{escape(value)}>"), link


def mentions(blocks: list[Json], user: str) -> bool:
    """Does this rich text mention the user? A mention inside code is text and does not count."""
    return any(
        element.get("type") == "user" and element.get("user_id") == user
        for block in blocks
        for part in block.get("elements", [])
        for element in part.get("elements", [])
    )
