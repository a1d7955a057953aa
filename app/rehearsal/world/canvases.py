"""Channel canvases: one document a channel, as the sections that Slack cuts Markdown into."""

import re
from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json

HEADING = re.compile(r"(#{1,3}) +(.*)")
LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)]) +(.*)")
FENCE = "```"


@dataclass
class Section:
    """One block of a canvas: its id, what it is (h1, h2, h3, list_item, code, paragraph), and its words."""

    id: str
    kind: str
    text: str

    def shown(self) -> Json:
        """The section as the control API shows it."""
        return dict(vars(self))


@dataclass
class Canvas:
    """The canvas of one channel; `id` is that of the file it is."""

    id: str
    channel: str
    title: str
    sections: list[Section] = field(default_factory=list)

    def at(self, section_id: str) -> int | None:
        """The place of a section; None: there is none with this id."""
        return next((place for place, one in enumerate(self.sections) if one.id == section_id), None)


def read_markdown(markdown: str) -> list[tuple[str, str]]:
    """Kind and words of each section of a text. "guess": headings, list items, code and paragraphs are sections."""
    found: list[tuple[str, str]] = []
    lines: list[str] = []
    fenced = False

    def end(kind: str = "paragraph") -> None:
        if lines:
            found.append((kind, "\n".join(lines)))
            lines.clear()

    for line in markdown.splitlines():
        if line.startswith(FENCE):
            end("code" if fenced else "paragraph")
            fenced = not fenced
        elif fenced:
            lines.append(line)
        elif heading := HEADING.fullmatch(line.strip()):
            end()
            found.append((f"h{len(heading[1])}", heading[2]))
        elif item := LIST_ITEM.fullmatch(line.strip()):
            end()
            found.append(("list_item", item[1]))
        elif line.strip():
            lines.append(line.strip())
        else:
            end()
    end("code" if fenced else "paragraph")
    return found
