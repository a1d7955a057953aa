"""Which addresses of a message Slack would fetch for a preview: rather one too many than one too few."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from app.rehearsal.json_shape import Json

# what nobody sees of a block
HIDDEN_FIELDS = frozenset(
    {"type", "block_id", "action_id", "value", "status", "style", "level", "source"}
    | {"task_id", "user_id", "channel_id", "usergroup_id", "team_id", "external_id"}
)
# characters without a look of their own that are no format characters (category Cf) to Unicode
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | {
    chr(number) for number in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
# top-level domains of three letters and more that people meet; every two letters count as one
LONG_TLDS = (
    "com|net|org|edu|gov|mil|int|info|biz|name|pro|aero|coop|museum|mobi|asia|jobs|travel|app|dev|cloud|xyz|online|"
    "site|website|space|store|shop|tech|blog|live|link|page|web|zip|mov|news|media|club|team|work|agency|digital|email|"
    "world|today|life|group|company|solutions|services|systems|software|network|academy|center|global|host|hosting|"
    "download|click|top|vip|win|bid|trade|science|party|review|stream|fun|run|wiki|design|studio|art|games|social|"
    "chat|tools|support|help|guide|finance|money|bank|insurance|health|care|law|legal|london|berlin|google|amazon|"
    "microsoft|apple|arpa|onion|local|internal|test|example|invalid|localhost"
)
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
ADDRESS = re.compile(
    rf"https?://[^\s<>|]+"
    rf"|(?<![\w@.-])(?:{_LABEL}[.\u3002])+(?:[a-z]{{2}}|{LONG_TLDS}|xn--[a-z0-9-]+|[^\W\d_a-z]{{2,}})"
    rf"(?![\w-])(?:[:/][^\s<>|]*)?",
    re.IGNORECASE,
)


def addresses(texts: Iterable[str], blocks: list[Json]) -> list[str]:
    """Every http(s) URL and bare domain in the texts and in any field of the blocks that people see, each once.

    Looked for after taking out invisible characters and resolving escapes. Code counts too: no page says that Slack
    spares it everywhere.
    """
    found: dict[str, None] = {}
    for text in (*texts, *_rendered(blocks)):
        found |= dict.fromkeys(ADDRESS.findall(seen_text(text)))
    return list(found)


def seen_text(text: str) -> str:
    """The text as a reader sees it: compatibility forms folded, HTML and Markdown escapes resolved, nothing unseen."""
    folded = unicodedata.normalize("NFKC", unescape(text))
    visible = "".join(one for one in folded if one not in UNSEEN and unicodedata.category(one) != "Cf")
    return re.sub(r"\\(?=[^\w\s])", "", visible)


def _rendered(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _rendered(one)
        # neighbours of one line are read together
        yield "".join(one["text"] for one in part if isinstance(one, dict) and isinstance(one.get("text"), str))
    elif isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str) and name not in HIDDEN_FIELDS:
                yield value
            elif not isinstance(value, str):
                yield from _rendered(value)
    elif isinstance(part, str):
        yield part
