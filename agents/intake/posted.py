"""A post becomes an Input, a command or a refusal."""

import json
from dataclasses import asdict
from typing import Any

from agents.admission import admit_stored
from agents.audit.events import Event
from agents.errors import NotFound
from agents.ids import new_id
from agents.intake.commanded import command_in, obey_post
from agents.intake.desk import Desk
from agents.intake.late_files import again
from agents.journal import content, inputs, runs, threads, workspaces
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.journal.workspaces import Workspace
from agents.labels import Labels
from agents.policy.conditions import Trigger
from agents.policy.settings import Guests
from agents.posts import Became, Channel, Post, Receipt
from agents.redaction import redact
from agents.surface import PersonKind, Place
from agents.telling import say_once, tell
from agents.who_may_ask import standing_of
from tools.contract import Trust

READ_ALONG_IN = frozenset({Channel.PUBLIC, Channel.PRIVATE})


def receive(desk: Desk, tx: Transaction, post: Post) -> Receipt:
    """Store a post with what it becomes, and say so."""
    workspace = workspaces.of_team(tx, post.app_id, post.team_id) or desk.newcomer(tx, post)
    if workspace is None:
        raise NotFound(f"no installation for app {post.app_id!r} in team {post.team_id!r}")
    standing = threads.seen(tx, workspace, post.channel, post.of_key)
    if standing is not None:
        return again(desk, tx, workspace, post, standing.input_id)
    thread_id = threads.find(tx, workspace.id, post.channel, post.root)
    unended = runs.unended_of(tx, thread_id) if thread_id else None
    command = command_in(tx, post, thread_id, unended)
    follows = _follows(desk, tx, workspace, post, thread_id)
    overheard = not follows and unended is None and command is None and _reads_along(desk, tx, workspace, post)
    starts = post.addressed or follows or overheard
    if command is None and not starts and unended is None:
        return Receipt(Became.NOT_OURS)
    refusal = _refusal_at_once(desk, tx, workspace, post)
    if refusal is not None:
        return _refuse(desk, tx, workspace, post, *refusal) if post.addressed else Receipt(Became.NOT_OURS)
    if command is not None:
        return obey_post(desk, tx, workspace, post, command)
    if not post.text.strip() and not post.files and not post.named_files:
        return _help(desk, tx, workspace, post) if post.addressed else Receipt(Became.NOT_OURS)
    trigger = Trigger.AMBIENT if overheard else _trigger(post)
    kind = inputs.REQUEST if starts else inputs.FOLLOW_UP
    return _store(desk, tx, workspace, post, kind, trigger, new=thread_id is None)


def _follows(desk: Desk, tx: Transaction, workspace: Workspace, post: Post, thread_id: str | None) -> bool:
    """Whether a reply without a mention goes on with a thread that has had a Run."""
    if thread_id is None or post.to_another or post.root == post.ts or runs.last_of(tx, thread_id) is None:
        return False
    return desk.follows(tx, workspace.id, post.channel)


def _reads_along(desk: Desk, tx: Transaction, workspace: Workspace, post: Post) -> bool:
    """Whether what nobody addressed to us is read all the same: of people of this organisation, in a channel."""
    if post.addressed or post.to_another or post.external or post.channel_kind not in READ_ALONG_IN:
        return False
    return bool(post.author.user_id) and desk.reads_along(tx, workspace.id, post.channel)


def _refusal_at_once(desk: Desk, tx: Transaction, workspace: Workspace, post: Post) -> tuple[str, str, str] | None:
    """What the post itself says against its author or place: (why, sentence, once-key), or None."""
    sentences = desk.door.sentences
    if post.author.bot_id or not post.author.user_id:
        return "bot", sentences.refusals[PersonKind.BOT], f"bot:{post.channel}"
    if post.external and desk.holding(tx, workspace.id, post.channel).guests.value is Guests.RESTRICT:
        return "stranger", sentences.refusals[PersonKind.STRANGER], f"stranger:{post.channel}"
    if not desk.answers_in(tx, workspace.id, post.channel, post.channel_kind):
        return "not_here", sentences.not_here, f"not_here:{post.channel}"
    if len(post.text) > desk.door.most_characters:
        return "too_long", sentences.too_long(len(post.text), desk.door.most_characters), ""
    return None


def _refuse(
    desk: Desk, tx: Transaction, workspace: Workspace, post: Post, why: str, sentence: str, once: str
) -> Receipt:
    if not threads.first_seen(tx, workspace, post.channel, post.of_key, f"refused:{why}", None):
        return Receipt(Became.DUPLICATE)
    thread_id = threads.lock(tx, workspace.id, post.channel, post.channel_kind.value, post.root)
    tx.record(workspace.id, Event.POST_REFUSED, actor=post.actor, why=why, channel=post.channel, ts=post.ts)
    say_once(desk.hand, tx, workspace.id, thread_id, sentence, once)
    return Receipt(Became.REFUSED)


def _help(desk: Desk, tx: Transaction, workspace: Workspace, post: Post) -> Receipt:
    if not threads.first_seen(tx, workspace, post.channel, post.of_key, "help", None):
        return Receipt(Became.DUPLICATE)
    thread_id = threads.lock(tx, workspace.id, post.channel, post.channel_kind.value, post.root)
    tx.record(workspace.id, Event.HELP_ASKED, actor=post.actor, channel=post.channel, ts=post.ts)
    say_once(desk.hand, tx, workspace.id, thread_id, desk.door.sentences.help, "")
    return Receipt(Became.HELPED)


def _store(
    desk: Desk, tx: Transaction, workspace: Workspace, post: Post, kind: str, trigger: Trigger, *, new: bool
) -> Receipt:
    input_id = new_id()
    if not threads.first_seen(tx, workspace, post.channel, post.of_key, "input", input_id):
        standing = threads.seen(tx, workspace, post.channel, post.of_key)
        return again(desk, tx, workspace, post, standing.input_id if standing else None)
    thread_id = threads.lock(tx, workspace.id, post.channel, post.channel_kind.value, post.root, seems_new=new)
    redacted = redact(post.text)
    stored = content.store(
        tx, workspace.id, "input", _body(redacted.text, post), media_type="application/json", labels=_labels(post)
    )
    one = inputs.add(
        tx,
        id=input_id,
        workspace_id=workspace.id,
        thread_id=thread_id,
        run_id=None,
        kind=kind,
        standing=inputs.UNJUDGED,
        author=post.author.user_id,
        addressed=post.addressed,
        trigger=trigger.value,
        ts=post.ts,
        content_id=stored.id,
        labels=_labels(post),
        due_at=now(),
    )
    if redacted.kinds:
        tx.record(workspace.id, Event.INPUT_REDACTED, actor=post.actor, input=input_id, kinds=list(redacted.kinds))
        tell(desk.hand, tx, workspace.id, thread_id, post.author.user_id, desk.door.sentences.secrets_replaced)
    who = standing_of(tx, desk.door, workspace.id, post.channel, post.author.user_id, external=post.external)
    if who.kind is None:
        tx.record(workspace.id, Event.INPUT_UNJUDGED, actor=post.actor, input=input_id, **stored.as_data())
        tx.after_commit(lambda: desk.on_unjudged(post, input_id))
        return Receipt(Became.UNJUDGED, "", input_id)
    place = Place(workspace.team_id, post.channel, post.root)
    judged = admit_stored(desk.hand, tx, desk.door, one, stored, place, who)
    return judged or Receipt(Became.DUPLICATE, "", input_id)


def _body(text: str, post: Post) -> bytes:
    kept = {"text": text, "files": [asdict(file) for file in post.files], "named": list(post.named_files)}
    about = {"about": {"author": post.about.author, "text": redact(post.about.text).text}} if post.about else {}
    return json.dumps({**kept, **about}, ensure_ascii=False).encode()


def _labels(post: Post) -> dict[str, Any]:
    readers = frozenset() if post.channel_kind is Channel.PUBLIC else frozenset({f"channel:{post.channel}"})
    return Labels(readers, Trust.TRUSTED).as_json()


def _trigger(post: Post) -> Trigger:
    if post.about is not None or post.key:
        return Trigger.SHORTCUT
    if post.channel_kind is Channel.DIRECT:
        return Trigger.DIRECT
    return Trigger.MENTION if post.addressed else Trigger.REPLY
