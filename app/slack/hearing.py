"""What every listener does with what it heard: read, store, then give a sign. Milliseconds, and no network."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence, Set
from threading import Lock
from typing import Any, Protocol, TypeVar

from agents.errors import JournalBusy
from agents.intake import Became, Change, Click, Decision, Missing, Order, Post, Receipt
from agents.messages import Message, Press
from agents.surface import CallFailed, Person
from app.slack import modals
from app.slack.aside import Aside
from app.slack.changes import change_of, home_of, join_of, session_stop_of, stop_sign_of
from app.slack.desk import Desk, Governs
from app.slack.fields import object_in, text_in
from app.slack.first_sign import FirstSign
from app.slack.identity import Identity
from app.slack.interactions import (
    asked_of,
    click_of,
    decision_of,
    order_of,
    page_of,
    pointed_of,
    trigger_of,
    typed_in,
    who_of,
)
from app.slack.limits import RETRIES
from app.slack.payloads import changed_person_of, deletion_of, event_of, is_ours, place_of, post_of, retry_of
from app.slack.wording import PROMPTS, UNKNOWN_PERSON, WHO_ARE_YOU

logger = logging.getLogger(__name__)

T = TypeVar("T")

REMEMBERED = 1_000
"""Events remembered as having raised once. Slack gives each up after three more tries within some six minutes."""

MOST_ASKED = 4
"""Times that Slack is asked for what a command needs: who someone is tells which groups matter, and time passes."""


class Hears(Governs, Protocol):
    """What the listeners need of agents.intake.Intake; each raises JournalBusy, and then nothing is acknowledged."""

    def receive(self, post: Post) -> Receipt:
        """Store a post."""

    def reads_along(self, app_id: str, team_id: str, channel: str) -> bool:
        """Say whether what nobody addressed to us is read in a channel."""

    def edited(self, change: Change) -> None:
        """Take note of an edit."""

    def deleted(self, app_id: str, team_id: str, channel: str, ts: str) -> None:
        """Take note that a message is gone."""

    def pressed(self, click: Click) -> Receipt:
        """Store a click."""

    def whole(self, click: Click) -> Sequence[tuple[str, str]]:
        """Return all values of the call that a pressed card names, in pages."""

    def stopped(self, app_id: str, team_id: str, channel: str, root: str, user_id: str) -> Receipt:
        """Store the Stop of a thread."""

    def reacted(self, app_id: str, team_id: str, channel: str, ts: str, user_id: str) -> Receipt:
        """Store a Stop by a reaction on a message."""

    def belongs(self, app_id: str, team_id: str, to: str, found: Set[str], user_id: str) -> None:
        """Keep whether someone is in a channel or a user group."""

    def met(self, app_id: str, team_id: str, person: Person) -> None:
        """Keep who someone is."""

    def explained(self, app_id: str, team_id: str, user_id: str, run_id: str, note: str) -> None:
        """Store why an answer was bad."""

    def joined(self, app_id: str, team_id: str, channel: str, at: str) -> None:
        """Take note that we joined a channel."""

    def person_changed(self, app_id: str, team_id: str, user_id: str) -> None:
        """Take note that what is known of a person is out of date."""


class Hearing:
    """The way from a payload to Intake, one for all listeners.

    Whatever raises in here is not acknowledged, so that Slack delivers again or shows an error (bolt.py).
    """

    def __init__(
        self,
        us: Identity,
        intake: Hears,
        first_sign: FirstSign,
        aside: Aside,
        on_rejected: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.us = us
        self._intake = intake
        self._first_sign = first_sign
        self._aside = aside
        self._on_rejected = on_rejected
        self.desk = Desk(us, intake, aside, self._asked)
        self._raised: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def post(self, body: Mapping[str, Any], headers: Mapping[str, Any]) -> None:
        """Store the message of an `app_mention` or `message` event; our own are dropped."""
        if is_ours(event_of(body), self.us):
            return
        post = post_of(body, self.us, retry=retry_of(headers))
        receipt = self._intake.receive(post)
        if post.retry:
            logger.info("Event %s came again (%d): %s", post.event_id, post.retry, receipt.became)
        self._first_sign.after(post, receipt)

    def overheard(self, body: Mapping[str, Any], headers: Mapping[str, Any]) -> None:
        """Store a message that nobody addressed to us, where its channel is read along; else nothing is written."""
        try:
            wanted = self._intake.reads_along(*place_of(body))
        except JournalBusy:
            # what nobody asked of us is no lost work, and Slack would send again whatever is written anywhere
            return
        if wanted:
            self.post(body, headers)

    def edit(self, body: Mapping[str, Any]) -> None:
        """Pass on that a person changed a message."""
        change = change_of(body, self.us)
        if change is not None:
            self._intake.edited(change)

    def deletion(self, body: Mapping[str, Any]) -> None:
        """Pass on that a message was deleted."""
        self._intake.deleted(*deletion_of(body))

    def reaction(self, body: Mapping[str, Any]) -> None:
        """Pass on a stop sign; every other reaction is only that."""
        stop = stop_sign_of(body)
        if stop is not None and stop[-1] != self.us.bot_user_id:
            self._intake.reacted(*stop)

    def session_stop(self, body: Mapping[str, Any]) -> None:
        """Pass on the Stop that Slack shows beside a session that is processing."""
        self._intake.stopped(*session_stop_of(body))

    def joined(self, body: Mapping[str, Any]) -> None:
        """Pass on that we joined a channel."""
        join = join_of(body, self.us)
        if join is not None:
            self._intake.joined(*join)

    def changed_person(self, body: Mapping[str, Any]) -> None:
        """Pass on that a person changed."""
        self._intake.person_changed(*changed_person_of(body))

    def click(self, body: Mapping[str, Any]) -> None:
        """Store a click of a button of ours; whoever did not like an answer is asked why."""
        click = click_of(body, self.us)
        if click is None:
            return
        if click.press is Press.SHOW:
            trigger = trigger_of(body)
            self._aside.later("Showing a call whole", lambda: self._show_whole(trigger, click))
            return
        if click.press in {Press.SAVE, Press.CANCEL}:
            decision, url = decision_of(body, click), text_in(body, "response_url")
            self._aside.later("Deciding on a change", lambda: self._decide_later(decision, url))
            return
        receipt = self._intake.pressed(click)
        if click.press is Press.BAD and receipt.became is not Became.REFUSED:
            trigger, view = trigger_of(body), modals.bad_answer(click.value)
            self._aside.later("Asking what was wrong", lambda: self._aside.open_modal(trigger, view))

    def turned(self, body: Mapping[str, Any]) -> None:
        """Show another page of a call that someone looks at."""
        view_id, at, click = page_of(body)

        def turn() -> None:
            self._aside.change_modal(view_id, modals.whole(self._intake.whole(click), click, at))

        self._aside.later("Turning a page", turn)

    def command(self, body: Mapping[str, Any]) -> Message:
        """Carry out a slash command; return the answer for its author."""
        order = order_of(body, self.us)
        answer = self._intake.ordered(order)
        if isinstance(answer, Message):
            return answer
        url = text_in(body, "response_url")
        self._aside.later("Answering a command", lambda: self._answer_later(order, url))
        return Message(markdown=WHO_ARE_YOU)

    def shortcut(self, body: Mapping[str, Any]) -> None:
        """Ask what to do with the message that someone pointed at."""
        trigger, pointed = trigger_of(body), pointed_of(body)

        def ask() -> None:
            here = self._aside.is_member(pointed.channel)
            self._aside.open_modal(trigger, modals.about_message(pointed) if here else modals.not_in_channel())

        self._aside.later("Asking what to do with a message", ask)

    def asked_about_message(self, body: Mapping[str, Any]) -> None:
        """Store the request that someone wrote about a message."""
        post = asked_of(body, self.us, modals.BLOCK, modals.FIELD)
        self._first_sign.after(post, self._intake.receive(post))

    def explained(self, body: Mapping[str, Any]) -> None:
        """Store what someone says was wrong with an answer."""
        view = object_in(body, "view")
        note = typed_in(view, modals.BLOCK, modals.FIELD)
        if note:
            self._intake.explained(*who_of(body), text_in(view, "private_metadata"), note)

    def home(self, body: Mapping[str, Any]) -> None:
        """Show someone their App Home, or suggest what to write in their direct messages."""
        app_id, team_id, user_id, tab, channel = home_of(body)
        if tab == "messages":
            self._aside.later("Suggesting prompts", lambda: self._aside.suggest(channel, PROMPTS))
            return
        self.desk.opened(app_id, team_id, user_id)

    def rejects(self, body: Mapping[str, Any], headers: Mapping[str, Any], error: Exception) -> bool:
        """Return whether a payload that raised is given up: stored as rejected, and so to be acknowledged (E16).

        The first raise is not; the second is, and so is Slack's last try. A busy journal never counts.
        """
        event_id, retry = str(body.get("event_id") or ""), retry_of(headers)
        if isinstance(error, JournalBusy):
            logger.warning("Event %s (try %d) was not taken in: %s", event_id or "without id", retry, error)
            return False
        logger.error(
            "Event %s (try %d) raised %s", event_id or "without id", retry, type(error).__name__, exc_info=error
        )
        if not self._raised_before(event_id) and retry < RETRIES:
            return False
        try:
            self._on_rejected(body)
        except JournalBusy as busy:
            logger.warning("Event %s could not be stored as rejected: %s", event_id, busy)
            return False
        except Exception:
            logger.exception("Event %s could not be stored as rejected", event_id)
            return False
        return True

    def _show_whole(self, trigger: str, click: Click) -> None:
        self._aside.open_modal(trigger, modals.whole(self._intake.whole(click), click, 0))

    def _answer_later(self, order: Order, response_url: str) -> None:
        """Carry out a command of someone who had to be asked about."""
        answer = self._asked(order, lambda: self._intake.ordered(order))
        self._aside.answer(response_url, answer or UNKNOWN_PERSON)
        self.desk.changed()

    def _decide_later(self, decision: Decision, response_url: str) -> None:
        """Save a change or drop it, in the place of the message that showed it."""
        answer = self._asked(decision, lambda: self._intake.decided(decision))
        self._aside.answer(response_url, answer or UNKNOWN_PERSON, instead=answer is not None)
        self.desk.changed()

    def _asked(self, by: Order | Decision, act: Callable[[], T | Missing]) -> T | None:
        """Do something, once Slack was asked for what is missing. None: Slack did not say it."""
        for _ in range(MOST_ASKED):
            found = act()
            if not isinstance(found, Missing):
                return found
            try:
                self._ask(by, found)
            except CallFailed as failed:
                logger.warning("Could not ask who gave a command: %s", failed.cause)
                return None
        return None

    def _ask(self, by: Order | Decision, missing: Missing) -> None:
        app_id, team_id, user_id = by.app_id, by.team_id, by.user_id
        if missing.person:
            self._intake.met(app_id, team_id, self._aside.person(team_id, user_id))
        for group in sorted(missing.groups):
            self._intake.belongs(app_id, team_id, group, self._aside.group(team_id, group), user_id)
        if missing.member:
            inside = self._aside.members(team_id, by.channel, {user_id})
            self._intake.belongs(app_id, team_id, by.channel, inside, user_id)

    def _raised_before(self, event_id: str) -> bool:
        if not event_id:
            return False
        with self._lock:
            before = event_id in self._raised
            self._raised[event_id] = None
            self._raised.move_to_end(event_id)
            while len(self._raised) > REMEMBERED:
                self._raised.popitem(last=False)
        return before
