"""The shape of rich_text blocks, checked strictly. Which fields there are: slack.md 8 (structure), the rest "guess"."""

from app.rehearsal.blocks.shape import Check, boolean, by_type, integer, list_of, mapping, one_of, string

# a rich text's own limits are on no page; a message's total is what ends it ("guess")
PARTS = 500
INLINE = 1_000
TEXT = 40_000

_style = mapping({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), boolean))
_short_style = mapping({}, dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight"), boolean))

_text: Check = mapping({"text": string(TEXT)}, {"style": _style})
_link: Check = mapping({"url": string(3_000)}, {"text": string(TEXT), "unsafe": boolean, "style": _style})
INLINE_ELEMENTS: dict[str, Check] = {
    "text": _text,
    "link": _link,
    "emoji": mapping(
        {"name": string(100)}, {"unicode": string(100), "skin_tone": integer(1, 6), "style": _short_style}
    ),
    "user": mapping({"user_id": string(20)}, {"style": _short_style}),
    "usergroup": mapping({"usergroup_id": string(20)}, {"style": _short_style}),
    "channel": mapping({"channel_id": string(20)}, {"style": _short_style}),
    "team": mapping({"team_id": string(20)}, {"style": _short_style}),
    "broadcast": mapping({"range": one_of("here", "channel", "everyone")}, {"style": _short_style}),
    "date": mapping(
        {"timestamp": integer(0, 2**40), "format": string(300)},
        {"url": string(3_000), "fallback": string(300), "style": _short_style},
    ),
    "color": mapping({"value": string(20)}, {"style": _short_style}),
}
_inline = list_of(by_type(INLINE_ELEMENTS), INLINE, least=0)
_preformatted = list_of(by_type({"text": _text, "link": _link}), INLINE, least=0)
_section = mapping({"elements": _inline})
_border = integer(0, 1)

PARTS_OF_RICH_TEXT: dict[str, Check] = {
    "rich_text_section": _section,
    "rich_text_list": mapping(
        {"style": one_of("bullet", "ordered"), "elements": list_of(by_type({"rich_text_section": _section}), INLINE)},
        {"indent": integer(0, 8), "offset": integer(0, 1_000_000), "border": _border},
    ),
    "rich_text_preformatted": mapping({"elements": _preformatted}, {"border": _border, "language": string(50)}),
    "rich_text_quote": mapping({"elements": _inline}, {"border": _border}),
}

RICH_TEXT: Check = mapping(
    {"elements": list_of(by_type(PARTS_OF_RICH_TEXT), PARTS, least=0)}, {"block_id": string(255)}
)
