"""Commands: as words in a message, or by themselves. The same judgement of who may ask as for any message."""

from agents import obeying, stopping
from agents.admission import admit, obey
from agents.audit.events import Event
from agents.clock import us
from agents.commands import Command, Unclear, Verb, spoken, typed
from agents.commands.typed import unclear_words
from agents.governing import answering, ordering
from agents.ids import new_id
from agents.intake.desk import Desk, installed
from agents.intake.keeping import keep
from agents.journal import inputs, runs, threads
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace
from agents.messages import Message
from agents.posts import Became, Channel, Decision, Order, Post, Receipt
from agents.stopping import How
from agents.surface import PersonKind
from agents.telling import thread_for_telling
from agents.who_may_ask import Missing, Standing, known_kind, missing, standing_of

LATE_STOP = us(300)
"""How long after a Run's end a stop word without a mention is answered with "already finished"."""


def command_in(tx: Transaction, post: Post, thread_id: str | None, unended: str | None) -> Command | None:
    """Return the command that a post is: any where it addresses us, else only a Stop of what runs in its thread."""
    command = spoken(post.text) if not (post.files or post.named_files) else None
    if command is None or post.addressed:
        return command
    if command.verb is not Verb.STOP or thread_id is None:
        return None
    last = runs.last_of(tx, thread_id)
    just_ended = last is not None and last.ended_at is not None and tx.now() - last.ended_at < LATE_STOP
    return command if unended is not None or just_ended else None


def obey_post(desk: Desk, tx: Transaction, workspace: Workspace, post: Post, command: Command) -> Receipt:
    """Carry out a command, or keep it until the surface has said who gave it. A Speaker's Stop never waits."""
    user_id, input_id = post.author.user_id, new_id()
    who = standing_of(tx, desk.door, workspace.id, post.channel, user_id, external=post.external)
    if who.kind is None and command == Command(Verb.STOP):
        thread_id = threads.find(tx, workspace.id, post.channel, post.root)
        unended = runs.unended_of(tx, thread_id) if thread_id else None
        who = Standing(PersonKind.MEMBER) if unended and stopping.spoke(tx, unended, user_id) else who
    kept = None if who.may else input_id
    if not threads.first_seen(tx, workspace, post.channel, post.of_key, "command", kept):
        return Receipt(Became.DUPLICATE)
    alone = post.root == post.ts and post.channel_kind is not Channel.DIRECT
    thread_id = thread_for_telling(tx, workspace.id, post.channel, post.channel_kind, post.root, alone=alone)
    if who.may and who.kind is not None:
        given = obeying.Given(workspace.id, post.channel, thread_id, user_id, who.kind, command, How.WORDS)
        obey(desk.hand, tx, desk.door, given)
        return Receipt(Became.COMMAND)
    body = {"verb": command.verb.value, "number": command.number}
    keep(tx, workspace, thread_id, inputs.COMMAND, input_id, user_id, post.ts, body)
    if who.kind is None:
        tx.after_commit(lambda: desk.on_unjudged(post, input_id))
        return Receipt(Became.UNJUDGED, "", input_id)
    return admit(desk.hand, tx, desk.door, input_id, who) or Receipt(Became.DUPLICATE, "", input_id)


def ordered(desk: Desk, tx: Transaction, order: Order) -> Message | Missing:
    """Carry out a command that came by itself, and return the answer; Missing: the surface must be asked that first.

    Whoever changes who may do what needs the right to, wherever Tagwork answers; all else is for whoever may ask there.
    """
    workspace = installed(tx, order.app_id, order.team_id)
    command = typed(order.text)
    at = desk.place(order, workspace.id)
    if isinstance(command, Command) and command.changes:
        lacks = answering.missing_for(tx, at, command) if not order.external else Missing()
        return answering.change(tx, at, command) if lacks.nothing else lacks
    lacks = _lacks(desk, tx, order, workspace.id)
    if not lacks.nothing:
        return lacks
    who = standing_of(tx, desk.door, workspace.id, order.channel, order.user_id, external=order.external)
    sentences = desk.door.sentences
    here = desk.answers_in(tx, workspace.id, order.channel, order.channel_kind)
    if who.kind is None or not who.may or not here:
        why = who.why or "not_here"
        actor = f"person:{order.user_id}"
        tx.record(workspace.id, Event.COMMAND_REFUSED, actor=actor, why=why, channel=order.channel)
        return Message(markdown=who.sentence or sentences.not_here)
    if isinstance(command, Unclear):
        return Message(
            markdown=unclear_words(command) if command.why else sentences.not_a_command(command.said, command.nearest)
        )
    lacks = answering.missing_to_answer(tx, at, command)
    if not lacks.nothing:
        return lacks
    given = obeying.Given(workspace.id, order.channel, None, order.user_id, who.kind, command)
    return answering.answer(tx, at, given, sentences.help)


def decided(desk: Desk, tx: Transaction, decision: Decision) -> Message | Missing:
    """Save a change that someone was shown, or drop it; Missing: as `ordered`."""
    workspace = installed(tx, decision.app_id, decision.team_id)
    at = desk.place(decision, workspace.id)
    return ordering.decide(tx, at, decision.change_id, save=decision.save)


def _lacks(desk: Desk, tx: Transaction, order: Order, workspace_id: str) -> Missing:
    kind = PersonKind.STRANGER if order.external else known_kind(tx, workspace_id, order.user_id)
    if kind is None:
        return Missing(person=True)
    holding = desk.holding(tx, workspace_id, order.channel)
    return missing(tx, holding, workspace_id, order.channel, order.user_id, kind)
