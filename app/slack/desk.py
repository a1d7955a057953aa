"""The App Home and its modals: shown, pressed and sent off. What is pressed becomes the command that says the same.

All of it is beside the acknowledgement: Slack is asked who someone is, within the last minute, before anything is
judged. What is lost in here did nothing; the person presses again.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock, Timer
from typing import Protocol, TypeVar

from agents.intake import Channel, Decision, Filled, Form, Home, Missing, Order
from agents.messages import Message
from app.slack import desk_views
from app.slack.aside import Aside
from app.slack.desk_views import CHANNEL, DESK, EASE, FREEZE, PRESET, SETTINGS, THAW
from app.slack.fields import Payload, object_in, text_in
from app.slack.identity import Identity
from app.slack.interactions import trigger_of, who_of
from app.slack.wording import HELP, UNKNOWN_PERSON

T = TypeVar("T")

LOOKING = "One moment, I'm looking at what that would do."
SAVING = "One moment, I'm saving it."

LOOKED_AT = 600.0
"""Seconds for which someone's Home is kept up to date after they opened it."""

MOST_HOMES = 20
"""Homes that one change publishes again, those opened last."""

LOOKS = 5.0
"""Seconds between two looks at whether what a Home shows has changed, by whichever process: a Run began elsewhere, or
ended, or waits for a yes."""

Who = tuple[str, str, str]
"""App, team and person of a Home."""


class Governs(Protocol):
    """What the desk needs of agents.intake.Intake."""

    def ordered(self, order: Order) -> Message | Missing:
        """Carry out a command."""

    def decided(self, decision: Decision) -> Message | Missing:
        """Save a change that someone was shown, or drop it."""

    def at_home(self, who: Order) -> Home | Missing:
        """Return what someone sees at a glance."""

    def form(self, who: Order, place: str) -> Form | Message | Missing:
        """Return a scope's settings as a form."""

    def filled_in(self, who: Order, filled: Filled) -> Message | Missing:
        """Show what a form would change."""


class Desk:
    """The App Home and its modals. `ask`: asks Slack for what is missing, and tries again."""

    def __init__(self, us: Identity, intake: Governs, aside: Aside, ask: "Asks") -> None:
        self._us = us
        self._intake = intake
        self._aside = aside
        self._ask = ask
        self._opened: OrderedDict[Who, float] = OrderedDict()
        self._shown: dict[Who, str] = {}
        self._looks = False
        self._lock = Lock()

    def opened(self, app_id: str, team_id: str, user_id: str) -> None:
        """Someone opened their Home: it is shown, and kept up to date for a while."""
        home = (app_id, team_id, user_id)
        with self._lock:
            self._opened.pop(home, None)
            self._opened[home] = time.monotonic()
            # Slack shows what it has until it is told anew: whoever opens it is to see it as it is
            self._shown.pop(home, None)
            while len(self._opened) > MOST_HOMES:
                left, _ = self._opened.popitem(last=False)
                self._shown.pop(left, None)
            begins, self._looks = not self._looks, True
        self._aside.later("Publishing the App Home", lambda: self._publish(home))
        if begins:
            self._look_later()

    def changed(self) -> None:
        """Publish those Homes again that were opened lately and show what is not so any more."""
        oldest = time.monotonic() - LOOKED_AT
        with self._lock:
            homes = [who for who, at in self._opened.items() if at > oldest]
        for who in homes:
            self._aside.later("Publishing the App Home again", lambda who=who: self._publish(who))  # type: ignore[misc]

    def _look_later(self) -> None:
        look = Timer(LOOKS, self._look)
        look.daemon = True
        look.start()

    def _look(self) -> None:
        with self._lock:
            oldest = time.monotonic() - LOOKED_AT
            self._looks = any(at > oldest for at in self._opened.values())
        if self._looks:
            self.changed()
            self._look_later()

    def pressed(self, body: Payload) -> None:
        """Someone pressed a control of their Home."""
        actions = body.get("actions")
        action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
        name = text_in(action, "action_id").removeprefix(DESK)
        trigger = trigger_of(body)
        if name in {FREEZE, THAW}:
            who = _who(
                body, f"{name} workspace because of a press in the App Home" if name == FREEZE else "thaw workspace"
            )
            self._aside.later("Freezing", lambda: self._at_once(who, trigger))
        elif name in {SETTINGS, CHANNEL}:
            place = text_in(action, "selected_conversation") if name == CHANNEL else ""
            who = _who(body, "")
            self._aside.later("Opening settings", lambda: self._open_form(who, place, trigger))
        elif name.startswith(PRESET):
            who = _who(body, f"policy preset {name.partition(':')[2]}")
            self._aside.later("Showing a preset", lambda: self._aside.open_modal(trigger, self._answer(who)))
        elif name == EASE:
            # they could type it as well: it shows what it would do, and who they are is asked
            who = _who(body, f"allow {text_in(action, 'value').removeprefix('allow ')}")
            self._aside.later("Showing an easing", lambda: self._aside.open_modal(trigger, self._answer(who)))

    def filled_in(self, body: Payload) -> None:
        """Someone sent a form off: it becomes what that would do."""
        who, filled, view_id = _who(body, ""), desk_views.filled_of(body), text_in(object_in(body, "view"), "id")

        def show() -> None:
            answer = self._ask(who, lambda: self._intake.filled_in(who, filled))
            self._aside.change_modal(view_id, desk_views.shown(answer or Message(markdown=UNKNOWN_PERSON)))

        self._aside.later("Showing what a form would do", show)

    def saved(self, body: Payload) -> None:
        """Someone saves what they were shown in a modal: it becomes what came of it."""
        view = object_in(body, "view")
        who, view_id = _who(body, ""), text_in(view, "id")
        decision = Decision(
            app_id=who.app_id,
            team_id=who.team_id,
            channel=who.channel,
            channel_kind=Channel.DIRECT,
            user_id=who.user_id,
            change_id=text_in(view, "private_metadata")[:200],
            save=True,
        )

        def save() -> None:
            answer = self._ask(decision, lambda: self._intake.decided(decision))
            self._aside.change_modal(view_id, desk_views.shown(answer or Message(markdown=UNKNOWN_PERSON)))
            self.changed()

        self._aside.later("Saving a change", save)

    def _publish(self, home: Who) -> None:
        who = _order(*home, "")
        told = self._ask(who, lambda: self._intake.at_home(who))
        if told is None:
            return
        cards = {(one.channel, one.at) for one in (told.admin.pending if told.admin else ()) if one.at}
        links = {card: self._us.permalink(*card, "") for card in cards}
        view = desk_views.home(HELP, told, links)
        says = json.dumps(view, sort_keys=True)
        with self._lock:
            if self._shown.get(home) == says:
                return
        self._aside.publish_home(who.user_id, view)
        with self._lock:
            self._shown[home] = says

    def _at_once(self, who: Order, trigger: str) -> None:
        self._aside.open_modal(trigger, self._answer(who))
        self.changed()

    def _answer(self, who: Order) -> dict[str, object]:
        answer = self._ask(who, lambda: self._intake.ordered(who))
        return desk_views.shown(answer or Message(markdown=UNKNOWN_PERSON))

    def _open_form(self, who: Order, place: str, trigger: str) -> None:
        def ask() -> Form | Message | Missing:
            return self._intake.form(who, place)

        answer: Form | Message = self._ask(who, ask) or Message(markdown=UNKNOWN_PERSON)
        view = desk_views.form(answer) if isinstance(answer, Form) else desk_views.shown(answer)
        self._aside.open_modal(trigger, view)


class Asks(Protocol):
    """Asks Slack for what is missing and tries again. None: Slack did not say it."""

    def __call__(self, by: Order | Decision, act: Callable[[], T | Missing]) -> T | None:
        """Do it once nothing is missing."""


def _who(body: Payload, text: str) -> Order:
    return _order(*who_of(body), text)


def _order(app_id: str, team_id: str, user_id: str, text: str) -> Order:
    """Return a command as if it were given in someone's direct messages, where it is about the workspace."""
    return Order(app_id=app_id, team_id=team_id, channel="", channel_kind=Channel.DIRECT, user_id=user_id, text=text)
