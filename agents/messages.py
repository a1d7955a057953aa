"""What a Delivery says, before any surface lays it out: words and what stands beside them. Pure, kept as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """An address that code vouches for: the source of something that the Run read. Nothing else becomes a link."""

    url: str
    title: str


class Press(StrEnum):
    """What a button does. The surface hands it back with the Delivery that carried it."""

    ANSWER = "answer"  #: answers the open Question; the value is the choice's number
    STOP = "stop"  #: stops the Run
    WHY = "why"  #: tells the presser which rules decided
    GOOD = "good"  #: feedback: the answer helped
    BAD = "bad"  #: feedback: it did not
    APPROVE = "approve"  #: says yes to one call; the value is the Approval's id
    APPROVE_FOR_RUN = "approve_for_run"  #: likewise, and to later calls of the Run with the same tool and destination
    APPROVE_ALL = "approve_all"  #: says yes to each of the Approvals whose ids the value has, and to no other
    REFUSE = "refuse"  #: says no to one call
    TAKE_BACK = "take_back"  #: ends a yes to later calls
    SHOW = "show"  #: shows the presser one call's values whole
    SAVE = "save"  #: does a change of the policy that its presser was shown; the value is its id
    CANCEL = "cancel"  #: drops it


@dataclass(frozen=True, slots=True)
class Button:
    """One button. `value` is opaque to the surface and at most 200 characters; `main`: the one that is suggested."""

    press: Press
    label: str
    value: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan card. `status` is one of agents.plan.life.State."""

    title: str
    status: str


@dataclass(frozen=True, slots=True)
class Card:
    """A plan as people see it: what it is for, its lines, and one line of what is going on (empty: nothing)."""

    title: str
    lines: tuple[Line, ...]
    progress: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a call that people are asked about. `more`: how much of it is not shown; empty: it is whole."""

    name: str
    text: str
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One call that people are asked about, or what became of it.

    Attributes:
        values: what it would be called with, everything in them to be seen. digest: of exactly what would run.
        status: what people said so far, or how it ended; empty: nothing yet. warning: what they should know first.
        buttons: in one row below it.
    """

    values: tuple[Value, ...] = ()
    digest: str = ""
    status: str = ""
    warning: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Everything that one post of ours says.

    Attributes:
        markdown: never trusted; the surface makes mentions, broadcasts and addresses in it inert.
        sources: what was read for it; an address in `markdown` that equals one of them may be live.
        charts: charts in the form of Slack's data_visualization block, already within its limits.
        card: a plan; stands above the words.
        title, proposals: what people are asked to say yes to, each with its own buttons; above the words.
        quoted: what the model said of it, shown as its words and not as ours.
        buttons: in one row, below the words.
        footer: one small line below everything, with `footer_button` in it.
        feedback: the Run whose answer this is, where thumbs are asked for; else empty.
    """

    markdown: str
    sources: tuple[Link, ...] = ()
    charts: tuple[Mapping[str, Any], ...] = ()
    card: Card | None = None
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    footer_button: Button | None = None
    feedback: str = ""
    title: str = ""
    proposals: tuple[Proposal, ...] = ()
    quoted: str = ""

    def as_bytes(self) -> bytes:
        """Return the form in which Content keeps it: only what is set, so that equal messages are equal bytes."""
        return json.dumps(
            {name: value for name, value in asdict(self).items() if value or name == "markdown"}, ensure_ascii=False
        ).encode()


def from_bytes(kept: bytes) -> Message:
    """Return what `as_bytes` gave."""
    found = json.loads(kept)
    card = found.get("card")
    footer_button = found.get("footer_button")
    return Message(
        markdown=found["markdown"],
        sources=tuple(Link(**one) for one in found.get("sources", ())),
        charts=tuple(found.get("charts", ())),
        card=Card(card["title"], tuple(Line(**one) for one in card["lines"]), card["progress"]) if card else None,
        buttons=tuple(_button(one) for one in found.get("buttons", ())),
        footer=found.get("footer", ""),
        footer_button=_button(footer_button) if footer_button else None,
        feedback=found.get("feedback", ""),
        title=found.get("title", ""),
        proposals=tuple(_proposal(one) for one in found.get("proposals", ())),
        quoted=found.get("quoted", ""),
    )


def _proposal(kept: Mapping[str, Any]) -> Proposal:
    buttons = tuple(_button(one) for one in kept["buttons"])
    return Proposal(**{**kept, "values": tuple(Value(**one) for one in kept["values"]), "buttons": buttons})


def _button(kept: Mapping[str, Any]) -> Button:
    return Button(Press(kept["press"]), kept["label"], kept["value"], kept["main"])
