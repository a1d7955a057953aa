"""Slack's message text as the person typed it: escapes undone, links and mentions as they were shown. Pure."""

import re
from collections.abc import Callable

TOKEN = re.compile(r"<([^<>]*)>")
"""Slack's own markup; a < or > that a person typed arrives as &lt; or &gt;. docs.slack.dev, messaging/formatting."""

NAMED = re.compile(r"<(?:(?P<sign>[@#])|!subteam\^)(?P<id>[A-Z][A-Z0-9]{1,30})(?:\|(?P<label>[^<>]*))?>")
"""Someone, a user group or a channel within it."""


def mentions(text: str, user_id: str) -> bool:
    """Return whether `text` mentions `user_id`; with or without the name that older clients add."""
    return bool(user_id) and re.search(rf"<@{re.escape(user_id)}(\|[^<>]*)?>", text) is not None


def begins_with_another(text: str, user_id: str) -> bool:
    """Return whether `text` begins by mentioning someone, or a group, that is not `user_id`."""
    found = re.match(r"\s*<(@|!subteam\^)([A-Za-z0-9]+)", text)
    return found is not None and found[2] != user_id


def without_mention(text: str, user_id: str) -> str:
    """Return `text` without any mention of `user_id`, and without the gap it leaves."""
    if not user_id:
        return text.strip()
    gone = re.sub(rf"[ \t]*<@{re.escape(user_id)}(?:\|[^<>]*)?>[,:]?", "", text)
    return gone.strip()


def as_typed(text: str, name_of: Callable[[str], str] | None = None) -> str:
    """Return `text` with Slack's markup turned into what people saw.

    `<@U1|ann>` becomes `@ann`, `<#C1|ops>` `#ops (C1)`, `<https://x|y>` `https://x`, `&lt;` `<`. `name_of` turns
    the user id of a mention without a name into one; without it the id is kept. A channel keeps its id, since that is
    what tools call it by.
    """
    whole = TOKEN.sub(lambda found: _shown(found.group(1), name_of), text)
    return storable(whole.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def with_ids(text: str) -> tuple[str, dict[str, str]]:
    """Return the text of a command with people, user groups and channels as ids, and the names they were shown by.

    `<@U1|ann>` becomes `@U1`, `<#C1|ops>` `#C1`, `<!subteam^S1|@team>` `@S1`; all else is as `as_typed` gives it.
    """
    names: dict[str, str] = {}

    def by_id(found: re.Match[str]) -> str:
        sign, named, label = found["sign"] or "@", found["id"], (found["label"] or "").lstrip("@#")
        if label:
            names[named] = f"{sign}{label}"
        return f"{sign}{named}"

    return as_typed(NAMED.sub(by_id, text)), names


def storable(text: str) -> str:
    """Return `text` without what no database takes: NUL goes, half a surrogate pair becomes U+FFFD."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shown(token: str, name_of: Callable[[str], str] | None) -> str:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        name = label or (name_of(target[1:]) if name_of else target[1:])
        return f"@{name.lstrip('@')}"
    if target.startswith("#"):
        return f"#{label.lstrip('#')} ({target[1:]})" if label else target
    if target.startswith("!"):
        return _special(target[1:], label)
    if target.startswith("mailto:"):
        return target.removeprefix("mailto:")
    return target


def _special(command: str, label: str) -> str:
    kind = command.partition("^")[0]
    if kind == "date":
        return label or "a date"
    if kind == "subteam":
        return label or f"@{command.partition('^')[2]}"
    return f"@{(label or kind).lstrip('@')}"
