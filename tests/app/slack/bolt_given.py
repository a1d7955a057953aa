"""A Bolt App as the product builds it, on an Intake that keeps what it is given and a Web API on the wire."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from agents.intake import Became, Change, Click, Decision, Filled, Form, Home, Missing, Order, Post, Receipt
from agents.messages import Message
from agents.surface import Person
from app.slack.aside import Aside
from app.slack.bolt import build_bolt
from app.slack.egress import Egress
from app.slack.first_sign import FirstSign
from app.slack.surface import SlackSurface
from tests.app.slack.events_given import US, Json
from tests.app.slack.wire_server import WireServer, wire_server

SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class KeptIntake:
    """An Intake that stores in a list; `failing` is raised instead while it is set."""

    became: Became = Became.STARTED
    posts: list[Post] = field(default_factory=list)
    deletions: list[tuple[str, str, str, str]] = field(default_factory=list)
    people: list[tuple[str, str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    clicks: list[Click] = field(default_factory=list)
    stops: list[tuple[str, ...]] = field(default_factory=list)
    forms: list[Filled] = field(default_factory=list)
    joins: list[tuple[str, ...]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    notes: list[tuple[str, ...]] = field(default_factory=list)
    met_people: list[Person] = field(default_factory=list)
    knows: bool = True
    along: bool = False
    failing: Exception | None = None
    refused: int = 0

    def receive(self, post: Post) -> Receipt:
        """Keep a post."""
        if self.failing is not None:
            self.refused += 1
            raise self.failing
        self.posts.append(post)
        return Receipt(self.became, "run1", "input1")

    def reads_along(self, app_id: str, team_id: str, channel: str) -> bool:
        """As `along` says."""
        if self.failing is not None:
            raise self.failing
        return self.along

    def deleted(self, app_id: str, team_id: str, channel: str, ts: str) -> None:
        """Keep a deletion."""
        self.deletions.append((app_id, team_id, channel, ts))

    def edited(self, change: Change) -> None:
        """Keep an edit."""
        self.changes.append(change)

    def pressed(self, click: Click) -> Receipt:
        """Keep a click."""
        if self.failing is not None:
            raise self.failing
        self.clicks.append(click)
        return Receipt(Became.COMMAND)

    def whole(self, click: Click) -> Sequence[tuple[str, str]]:
        """Nothing is whole."""
        return ()

    def stopped(self, *told: str) -> Receipt:
        """Keep a Stop of a thread."""
        self.stops.append(told)
        return Receipt(Became.COMMAND)

    def reacted(self, *told: str) -> Receipt:
        """Keep a Stop of a message."""
        self.stops.append(told)
        return Receipt(Became.COMMAND)

    def ordered(self, order: Order) -> Message | Missing:
        """Keep a command; its author is known where `knows`."""
        self.orders.append(order)
        known = self.knows or bool(self.met_people)
        return Message(markdown=f"Done: {order.text}") if known else Missing(person=True)

    def decided(self, decision: Decision) -> Message | Missing:
        """Keep what someone decided."""
        self.decisions.append(decision)
        return Message(markdown="Saved." if decision.save else "Dropped.")

    def belongs(self, app_id: str, team_id: str, to: str, found: Set[str], user_id: str) -> None:
        """Keep who belongs where."""

    def met(self, app_id: str, team_id: str, person: Person) -> None:
        """Keep who someone is."""
        self.met_people.append(person)

    def explained(self, *told: str) -> None:
        """Keep what was wrong."""
        self.notes.append(told)

    def at_home(self, who: Order) -> Home | Missing:
        """Nothing runs."""
        return Home((), (), ())

    def form(self, who: Order, place: str) -> Form | Message | Missing:
        """Nobody may."""
        return Message(markdown="You may not.")

    def filled_in(self, who: Order, filled: Filled) -> Message | Missing:
        """Keep a form."""
        self.forms.append(filled)
        return Message(markdown="This is what it would do.")

    def joined(self, *told: str) -> None:
        """Keep a join."""
        self.joins.append(told)

    def person_changed(self, app_id: str, team_id: str, user_id: str) -> None:
        """Keep a change."""
        self.people.append((app_id, team_id, user_id))


@dataclass
class Built:
    """What `a_bolt` gives."""

    app: App
    intake: KeptIntake
    wire: WireServer
    first_sign: FirstSign
    aside: Aside
    rejected: list[Mapping[str, Any]]

    def dispatch(self, body: Json, *, retry: int = 0) -> BoltResponse:
        """Hand over an event as the Socket Mode adapter does."""
        headers = {"x-slack-retry-num": str(retry)} if retry else {}
        return self.app.dispatch(
            BoltRequest(mode="socket_mode", body=json.loads(json.dumps(body)), headers={**headers})
        )

    def calls(self) -> list[str]:
        """Return the Web API methods that were called; every sign that is under way is awaited first."""
        self.first_sign.close()
        self.aside.close()
        return [seen.path for seen in self.wire.seen]


@contextmanager
def a_bolt(
    *,
    intake: KeptIntake | None = None,
    still_running: Callable[[str], bool] = lambda _: True,
    signing_secret: str = SECRET,
) -> Iterator[Built]:
    """Build one for the test's time."""
    with wire_server() as wire:
        egress = Egress("xoxb-1-secret", wire.api)
        intake, rejected = intake or KeptIntake(), list[Mapping[str, Any]]()
        surface = SlackSurface(egress, US)
        first_sign, aside = FirstSign(surface, still_running), Aside(egress, surface)
        app = build_bolt(
            client=egress.client,
            us=US,
            intake=intake,
            first_sign=first_sign,
            aside=aside,
            on_rejected=rejected.append,
            signing_secret=signing_secret,
        )
        yield Built(app, intake, wire, first_sign, aside, rejected)
        first_sign.close()
        aside.close()
        egress.close()
