"""What people write, press, change and order is taken in, each in one transaction. Nothing here waits on a network."""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import TypeVar

import structlog

from agents import amending, pressing
from agents.admission import admit
from agents.approvals.showing import pages
from agents.audit.events import Event
from agents.engine.hand import Hand
from agents.engine.poke import Poker
from agents.governing import forms, joining
from agents.governing.forms import Filled, Form
from agents.governing.home import Home, home
from agents.intake import clicked, commanded, posted
from agents.intake.desk import Desk, installed
from agents.intake.twins import Twins
from agents.journal import belonging, content, people, runs, workspaces
from agents.journal.freezes import What
from agents.journal.transaction import Journal, Transaction
from agents.journal.workspaces import Workspace
from agents.messages import Message
from agents.posts import Author, Became, Change, Channel, Decision, Door, Order, Post, Quoted, Receipt, Sentences
from agents.pressing import Click
from agents.redaction import redact
from agents.surface import Person
from agents.thawing import made_due
from agents.who_may_ask import Missing, standing_of
from tools.contract import Tool

__all__ = [
    "Author",
    "Became",
    "Change",
    "Channel",
    "Click",
    "Decision",
    "Door",
    "Filled",
    "Form",
    "Home",
    "Intake",
    "Missing",
    "Order",
    "Post",
    "Quoted",
    "Receipt",
    "Sentences",
]

log = structlog.get_logger()

T = TypeVar("T")


class Intake:
    """Takes in what people do. Every method is one transaction on the journal; what raises was not stored."""

    def __init__(
        self,
        journal: Journal,
        door: Door,
        poker: Poker,
        *,
        actor: str = "app",
        on_unjudged: Callable[[Post | None, str], None] = lambda post, input_id: None,
        newcomer: Callable[[Transaction, Post], Workspace | None] = lambda tx, post: None,
        catalogue: Mapping[str, Tool] | None = None,
    ) -> None:
        """`on_unjudged`, `newcomer` and `catalogue`: see Desk."""
        self._journal = journal
        self._desk = Desk(Hand(actor, poker), door, on_unjudged, newcomer, catalogue or {}, self._thawed)
        self._twins = Twins()

    def receive(self, post: Post) -> Receipt:
        """Store a post and say what it became. Raises JournalBusy: it must not be acknowledged."""
        return self._twins.once(post, lambda: self._journal.write(lambda tx: posted.receive(self._desk, tx, post)))

    def reads_along(self, app_id: str, team_id: str, channel: str) -> bool:
        """Whether what nobody addressed to us is read in a channel. Writes nothing. Raises JournalBusy."""

        def read(tx: Transaction) -> bool:
            workspace = workspaces.of_team(tx, app_id, team_id)
            return workspace is not None and self._desk.reads_along(tx, workspace.id, channel)

        return self._journal.read(read)

    def edited(self, change: Change) -> None:
        """Take note of an edit: of what is still unread, or as a note to the Run that has read it."""
        desk = self._desk

        def note(tx: Transaction, workspace: Workspace) -> None:
            input_id = amending.edited(tx, workspace, change, desk.door.most_characters)
            who = standing_of(tx, desk.door, workspace.id, change.channel, change.user_id)
            if input_id is not None and who.kind is None:
                tx.after_commit(lambda: desk.on_unjudged(None, input_id))
            elif input_id is not None:
                admit(desk.hand, tx, desk.door, input_id, who)

        self._in(change.app_id, change.team_id, note)

    def deleted(self, app_id: str, team_id: str, channel: str, ts: str) -> None:
        """Take note that a post is gone: it starts nothing later, and a Run that it asked for is stopped."""
        self._in(app_id, team_id, lambda tx, workspace: amending.deleted(self._desk.hand, tx, workspace, channel, ts))

    def pressed(self, click: Click) -> Receipt:
        """Take in a click. What it brings about, or that its presser must be asked for, is stored when this returns."""
        return self._journal.write(lambda tx: clicked.pressed(self._desk, tx, click))

    def whole(self, click: Click) -> Sequence[tuple[str, str]]:
        """Return all values of the call that a pressed card names, in pages; none where the click is not of ours."""

        def read(tx: Transaction) -> Sequence[tuple[str, str]]:
            # whoever is of another organisation sees what the card shows, and no more
            workspace = None if click.external else workspaces.of_team(tx, click.app_id, click.team_id)
            arguments = pressing.whole(tx, workspace.id, click) if workspace is not None else None
            return pages(arguments) if arguments is not None else ()

        return self._journal.read(read)

    def stopped(self, app_id: str, team_id: str, channel: str, root: str, user_id: str) -> Receipt:
        """Take in the surface's own Stop in a thread. Where nothing runs there, nothing happens."""
        return self._journal.write(lambda tx: clicked.stop_in(self._desk, tx, app_id, team_id, channel, root, user_id))

    def reacted(self, app_id: str, team_id: str, channel: str, ts: str, user_id: str) -> Receipt:
        """Take in a Stop by a reaction on a message: the request, a follow-up, or one of ours."""
        return self._journal.write(lambda tx: clicked.reacted(self._desk, tx, app_id, team_id, channel, ts, user_id))

    def ordered(self, order: Order) -> Message | Missing:
        """Carry out a command that came by itself and return the answer; Missing: ask that, say so, order again."""
        return self._journal.write(lambda tx: commanded.ordered(self._desk, tx, order))

    def decided(self, decision: Decision) -> Message | Missing:
        """Save a change that someone was shown, or drop it, and return the answer; Missing: as `ordered`."""
        return self._journal.write(lambda tx: commanded.decided(self._desk, tx, decision))

    def belongs(self, app_id: str, team_id: str, to: str, found: Set[str], user_id: str) -> None:
        """Keep whether someone is in a channel or a user group: `found` are those who are, as the surface just said."""
        self._in(app_id, team_id, lambda tx, workspace: belonging.keep(tx, workspace.id, to, found, {user_id}))

    def met(self, app_id: str, team_id: str, person: Person) -> None:
        """Keep what the surface just said of someone."""
        self._in(app_id, team_id, lambda tx, workspace: people.keep(tx, workspace.id, person))

    def person_changed(self, app_id: str, team_id: str, user_id: str) -> None:
        """Take what was known of someone for old; the surface is asked again."""
        self._in(app_id, team_id, lambda tx, workspace: people.doubt(tx, workspace.id, user_id))

    def joined(self, app_id: str, team_id: str, channel: str, at: str) -> None:
        """Say in a channel that we just joined what that means; once for each time `at` which that was."""
        desk = self._desk
        self._in(
            app_id,
            team_id,
            lambda tx, workspace: joining.joined(desk.hand, tx, desk.door, workspace.id, channel, at=at),
        )

    def explained(self, app_id: str, team_id: str, user_id: str, run_id: str, note: str) -> None:
        """Keep why someone did not like an answer; only of those who said that they did not."""
        words = redact(note).text[: self._desk.door.most_characters]
        self._in(app_id, team_id, lambda tx, workspace: pressing.explain(tx, workspace.id, run_id, user_id, words))

    def at_home(self, who: Order) -> Home | Missing:
        """Return what someone sees of Tagwork at a glance; Missing: as `ordered`."""
        desk = self._desk
        return self._journal.read(lambda tx: home(tx, desk.place(who, installed(tx, who.app_id, who.team_id).id)))

    def form(self, who: Order, place: str) -> Form | Message | Missing:
        """Return the settings of a channel as a form, of the workspace where `place` is empty; Missing: likewise."""
        desk = self._desk
        return self._journal.write(
            lambda tx: forms.form(tx, desk.place(who, installed(tx, who.app_id, who.team_id).id), place)
        )

    def filled_in(self, who: Order, filled: Filled) -> Message | Missing:
        """Show what a form would change, to be saved by its button; Missing: likewise."""
        desk = self._desk
        return self._journal.write(
            lambda tx: forms.fill_in(tx, desk.place(who, installed(tx, who.app_id, who.team_id).id), filled)
        )

    def rejected(self, app_id: str, team_id: str, payload: bytes, fault: str) -> None:
        """Keep a payload that could not be read twice over, for operators (E16)."""

        def keep(tx: Transaction) -> None:
            workspace = workspaces.of_team(tx, app_id, team_id)
            if workspace is None:
                log.error("a payload of an unknown workspace was rejected", app_id=app_id, team_id=team_id, fault=fault)
                return
            stored = content.store(
                tx, workspace.id, "rejected_payload", payload[: content.MAX_BYTES], media_type="application/json"
            )
            actor = self._desk.hand.actor
            tx.record(workspace.id, Event.POST_REJECTED, actor=actor, fault=fault[:200], **stored.as_data())

        self._journal.write(keep)

    def reacts(self, run_id: str) -> None:
        """Keep that a mark is about to be made on a Run's request. Raises JournalBusy."""
        self._journal.write(lambda tx: runs.reacts(tx, run_id))

    def still_running(self, run_id: str) -> bool:
        """Whether a Run is there and has not ended."""
        run = self._journal.read(lambda tx: runs.by_id(tx, run_id))
        return run is not None and run.ended_at is None

    def _thawed(self, workspace_id: str, kind: What, what: str) -> None:
        """Have what a freeze held back go on: one transaction a Run, after the one that thawed (E2)."""
        made_due(self._journal, self._desk.hand, workspace_id, kind, what)

    def _in(self, app_id: str, team_id: str, work: Callable[[Transaction, Workspace], T]) -> None:
        """Do something in a Workspace; what comes from a team that is not installed is nobody's."""

        def whole(tx: Transaction) -> None:
            workspace = workspaces.of_team(tx, app_id, team_id)
            if workspace is not None:
                work(tx, workspace)

        self._journal.write(whole)
