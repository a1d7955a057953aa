"""What a streamed message holds: text, cards and blocks in the order they came, and whether more may come."""

from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json

# slack.md 0.3: about five minutes, however often one appends
LIFE_SECONDS = 300.0
MODES = ("timeline", "plan")


@dataclass(frozen=True)
class CardPlace:
    """Where among the content of a stream a card stands."""

    card: str


@dataclass
class Stream:
    """`display` is one of MODES. `form` is how content comes, `text` or `chunks`, unknown until the first content came.

    `ended` is None while Slack takes more, then how it ended: stopped, expired, stopped_by_user, died. `started` is
    Unix seconds.
    """

    started: float
    display: str = "timeline"
    form: str | None = None
    plan_title: str = ""
    cards: dict[str, Json] = field(default_factory=dict)
    last_blocks: list[Json] = field(default_factory=list)
    ended: str | None = None
    _parts: list[str | Json | CardPlace] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text streamed so far."""
        return "".join(part for part in self._parts if isinstance(part, str))

    def add_text(self, text: str) -> None:
        """Append text; it goes on where the last text ended, unless something else came between."""
        last = self._parts[-1] if self._parts else None
        if isinstance(last, str):
            self._parts[-1] = last + text
        else:
            self._parts.append(text)

    def add_block(self, block: Json) -> None:
        """Append one block of a `blocks` chunk."""
        self._parts.append(block)

    def blocks_added(self) -> int:
        """How many blocks came in `blocks` chunks."""
        return sum(isinstance(part, dict) for part in self._parts)

    def set_card(self, task: Json) -> None:
        """Add a card or change it: title and status replace, details and output go on without a separator, sources
        are added (slack.md 1.1)."""
        card = self.cards.get(task["id"])
        if card is None:
            card = self.cards[task["id"]] = {"id": task["id"], "details": "", "output": "", "sources": []}
            self._parts.append(CardPlace(task["id"]))
        card["title"], card["status"] = task["title"], task["status"]
        card["details"] += task.get("details", "")
        card["output"] += task.get("output", "")
        card["sources"] = [*card["sources"], *task.get("sources", ())]

    def shown(self) -> list[Json]:
        """The blocks as people see them: cards where they came up, or together in one plan at the top."""
        plan = self.display == "plan" and (self.plan_title or self.cards)
        blocks: list[Json] = []
        if plan:
            tasks = [card_block(card) for card in self.cards.values()]
            blocks.append({"type": "plan", "title": self.plan_title, "tasks": tasks})
        for part in self._parts:
            if isinstance(part, str):
                blocks.append({"type": "markdown", "text": part})
            elif isinstance(part, dict):
                blocks.append(part)
            elif not plan:
                blocks.append(card_block(self.cards[part.card]))
        return [*blocks, *self.last_blocks]


def card_block(card: Json) -> Json:
    """The task_card block of a card; its details and output become rich text."""
    shown: Json = {"type": "task_card", "task_id": card["id"], "title": card["title"], "status": card["status"]}
    for name in ("details", "output"):
        if card[name]:
            inside = {"type": "rich_text_section", "elements": [{"type": "text", "text": card[name]}]}
            shown[name] = {"type": "rich_text", "elements": [inside]}
    return shown | ({"sources": card["sources"]} if card["sources"] else {})
