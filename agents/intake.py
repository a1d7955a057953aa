"""A post becomes an Input, a command or a refusal, in one transaction. Nothing here waits on a network."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import structlog

from agents.admission import FRESH, admit, say_once
from agents.audit.events import Event
from agents.deliveries.life import Kind
from agents.engine.poke import Poker, Queue
from agents.errors import NotFound
from agents.ids import new_id
from agents.journal import content, deliveries, inputs, people, runs, threads, turns, workspaces
from agents.journal.database import now
from agents.journal.inputs import Input
from agents.journal.transaction import Journal, Transaction
from agents.journal.workspaces import Workspace
from agents.labels import Labels
from agents.posts import Author, Became, Channel, Door, Post, Receipt, Sentences
from agents.redaction import redact
from agents.runs.life import UNENDED, Run
from agents.surface import PersonKind
from tools.contract import Attachment, Trust

__all__ = ["Author", "Became", "Channel", "Door", "Intake", "Post", "Receipt", "Sentences"]

log = structlog.get_logger()

DELETED = "deleted"
"""What a post became whose deletion came before it."""


class Intake:
    """Takes posts in. Every method is one transaction on the journal; what it raises means that nothing was stored."""

    def __init__(
        self,
        journal: Journal,
        door: Door,
        poker: Poker,
        *,
        actor: str = "app",
        on_unjudged: Callable[[Post, str], None] = lambda post, input_id: None,
        newcomer: Callable[[Transaction, Post], Workspace | None] = lambda tx, post: None,
    ) -> None:
        """`on_unjudged` is told of an Input whose author must be asked for; `newcomer` may register an unknown team."""
        self._journal = journal
        self._door = door
        self._poker = poker
        self._actor = actor
        self._on_unjudged = on_unjudged
        self._newcomer = newcomer

    def receive(self, post: Post) -> Receipt:
        """Store a post and say what it became. Raises JournalBusy: it must not be acknowledged."""
        return self._journal.write(lambda tx: self._receive(tx, post))

    def deleted(self, app_id: str, team_id: str, channel: str, ts: str) -> None:
        """Note that a post is gone, so that it starts nothing when it arrives after its deletion (E16)."""

        def note(tx: Transaction) -> None:
            workspace = workspaces.of_team(tx, app_id, team_id)
            if workspace is not None:
                threads.first_seen(tx, workspace, channel, ts, DELETED, None)

        self._journal.write(note)

    def person_changed(self, app_id: str, team_id: str, user_id: str) -> None:
        """Forget what was known of someone; the surface is asked again."""

        def forget(tx: Transaction) -> None:
            workspace = workspaces.of_team(tx, app_id, team_id)
            if workspace is not None:
                people.forget(tx, workspace.id, user_id)

        self._journal.write(forget)

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
            tx.record(workspace.id, Event.POST_REJECTED, actor=self._actor, fault=fault[:200], **stored.as_data())

        self._journal.write(keep)

    def still_running(self, run_id: str) -> bool:
        """Whether a Run is there and has not ended."""
        run = self._journal.read(lambda tx: runs.by_id(tx, run_id))
        return run is not None and run.status in UNENDED

    def _receive(self, tx: Transaction, post: Post) -> Receipt:
        workspace = workspaces.of_team(tx, post.app_id, post.team_id) or self._newcomer(tx, post)
        if workspace is None:
            raise NotFound(f"no installation for app {post.app_id!r} in team {post.team_id!r}")
        standing = threads.seen(tx, workspace, post.channel, post.ts)
        if standing is not None:
            return self._again(tx, workspace, post, standing.input_id)
        thread_id = threads.find(tx, workspace.id, post.channel, post.root)
        unended = runs.unended_of(tx, thread_id) if thread_id else None
        if not post.addressed and unended is None:
            return Receipt(Became.NOT_OURS)
        refusal = self._refusal_at_once(post)
        if refusal is not None:
            return self._refuse(tx, workspace, post, *refusal) if post.addressed else Receipt(Became.NOT_OURS)
        if not post.text.strip() and not post.files and not post.named_files:
            return self._help(tx, workspace, post) if post.addressed else Receipt(Became.NOT_OURS)
        return self._store(tx, workspace, post)

    def _refusal_at_once(self, post: Post) -> tuple[str, str, str] | None:
        """What the post itself says against its author or place: (why, sentence, once-key), or None."""
        sentences = self._door.sentences
        if post.author.bot_id or not post.author.user_id:
            return "bot", sentences.refusals[PersonKind.BOT], f"bot:{post.channel}"
        if post.external:
            return "stranger", sentences.refusals[PersonKind.STRANGER], f"stranger:{post.channel}"
        if self._door.channels and post.channel not in self._door.channels and post.channel_kind is not Channel.DIRECT:
            return "not_here", sentences.not_here, f"not_here:{post.channel}"
        if len(post.text) > self._door.most_characters:
            return "too_long", sentences.too_long(len(post.text), self._door.most_characters), ""
        return None

    def _refuse(self, tx: Transaction, workspace: Workspace, post: Post, why: str, sentence: str, once: str) -> Receipt:
        if not threads.first_seen(tx, workspace, post.channel, post.ts, f"refused:{why}", None):
            return Receipt(Became.DUPLICATE)
        thread_id = threads.lock(tx, workspace.id, post.channel, post.channel_kind.value, post.root)
        tx.record(workspace.id, Event.POST_REFUSED, actor=_who(post), why=why, channel=post.channel, ts=post.ts)
        say_once(tx, self._poker, workspace.id, thread_id, sentence, once, actor=self._actor)
        return Receipt(Became.REFUSED)

    def _help(self, tx: Transaction, workspace: Workspace, post: Post) -> Receipt:
        if not threads.first_seen(tx, workspace, post.channel, post.ts, "help", None):
            return Receipt(Became.DUPLICATE)
        thread_id = threads.lock(tx, workspace.id, post.channel, post.channel_kind.value, post.root)
        tx.record(workspace.id, Event.HELP_ASKED, actor=_who(post), channel=post.channel, ts=post.ts)
        say_once(tx, self._poker, workspace.id, thread_id, self._door.sentences.help, "", actor=self._actor)
        return Receipt(Became.HELPED)

    def _store(self, tx: Transaction, workspace: Workspace, post: Post) -> Receipt:
        input_id = new_id()
        if not threads.first_seen(tx, workspace, post.channel, post.ts, "input", input_id):
            standing = threads.seen(tx, workspace, post.channel, post.ts)
            return self._again(tx, workspace, post, standing.input_id if standing else None)
        thread_id = threads.lock(tx, workspace.id, post.channel, post.channel_kind.value, post.root)
        redacted = redact(post.text)
        stored = content.store(
            tx,
            workspace.id,
            "input",
            _body(redacted.text, post.files, post.named_files),
            media_type="application/json",
            labels=_labels(post),
        )
        inputs.add(
            tx,
            id=input_id,
            workspace_id=workspace.id,
            thread_id=thread_id,
            run_id=None,
            kind="request",
            standing=inputs.UNJUDGED,
            author=post.author.user_id,
            addressed=post.addressed,
            ts=post.ts,
            content_id=stored.id,
            labels=_labels(post),
            due_at=now(),
        )
        if redacted.kinds:
            tx.record(workspace.id, Event.INPUT_REDACTED, actor=_who(post), input=input_id, kinds=list(redacted.kinds))
            tell = deliveries.plan(
                tx,
                workspace_id=workspace.id,
                thread_id=thread_id,
                kind=Kind.PRIVATE,
                text=self._door.sentences.secrets_replaced,
                user_id=post.author.user_id,
                actor=self._actor,
            )
            tx.after_commit(lambda: self._poker.poke(Queue.DELIVER, tell or ""))
        known = people.known(tx, workspace.id, post.author.user_id)
        if known is None or known.age > FRESH:
            tx.record(workspace.id, Event.INPUT_UNJUDGED, actor=_who(post), input=input_id, **stored.as_data())
            tx.after_commit(lambda: self._on_unjudged(post, input_id))
            return Receipt(Became.UNJUDGED, "", input_id)
        judged = admit(tx, self._door, self._poker, input_id, known.person.kind, actor=self._actor)
        return judged or Receipt(Became.DUPLICATE, "", input_id)

    def _again(self, tx: Transaction, workspace: Workspace, post: Post, input_id: str | None) -> Receipt:
        """A post that was seen before: at most its files are added to the Input it became, and nothing starts (E16)."""
        if input_id is None or not (post.files or post.named_files):
            return Receipt(Became.DUPLICATE, "", input_id or "")
        peek = inputs.by_id(tx, input_id)
        if peek is None:
            return Receipt(Became.DUPLICATE)
        threads.lock_by_id(tx, peek.thread_id)
        run = runs.lock(tx, peek.run_id) if peek.run_id else None
        standing = inputs.by_id(tx, input_id)
        assert standing is not None  # noqa: S101
        kept = json.loads(content.body_of(tx, standing.content_id))
        had = {file["id"] for file in kept["files"]} | set(kept["named"])
        files = [asdict(file) for file in post.files if file.id not in {one["id"] for one in kept["files"]}]
        named = [one for one in post.named_files if one not in had]
        if not files and not named:
            return Receipt(Became.DUPLICATE, standing.run_id or "", input_id)
        stored = content.store(
            tx,
            workspace.id,
            "input",
            json.dumps({**kept, "files": [*kept["files"], *files], "named": [*kept["named"], *named]}).encode(),
            media_type="application/json",
            labels=standing.labels,
        )
        tx.record(
            workspace.id,
            Event.INPUT_COMPLETED,
            run_id=standing.run_id,
            actor=_who(post),
            input=input_id,
            **stored.as_data(),
        )
        if run is not None and (standing.read_in_turn or _sent(tx, run, input_id)):
            self._note(tx, workspace, standing, run, files, named)
        else:
            inputs.replace_content(tx, input_id, stored.id)
        return Receipt(Became.COMPLETED, standing.run_id or "", input_id)

    def _note(
        self, tx: Transaction, workspace: Workspace, standing: Input, run: Run, files: list[Any], named: list[str]
    ) -> None:
        """Files that came after a Turn was sent their Input: said to the Run as a note."""
        if run.status not in UNENDED:
            return
        body = json.dumps({"text": "(attached to the message above)", "files": files, "named": named}).encode()
        stored = content.store(tx, workspace.id, "input", body, media_type="application/json", labels=standing.labels)
        inputs.add(
            tx,
            id=new_id(),
            workspace_id=workspace.id,
            thread_id=standing.thread_id,
            run_id=run.id,
            kind="note",
            standing=inputs.ADMITTED,
            author=standing.author,
            ts=standing.ts,
            content_id=stored.id,
            labels=dict(standing.labels),
        )
        runs.make_due(tx, run.id)
        tx.after_commit(lambda: self._poker.poke(Queue.ADVANCE, run.id))


def _sent(tx: Transaction, run: Run, input_id: str) -> bool:
    under_way = turns.started(tx, run.id)
    return under_way is not None and input_id in under_way.input_ids


def _body(text: str, files: Sequence[Attachment], named: Sequence[str]) -> bytes:
    return json.dumps(
        {"text": text, "files": [asdict(file) for file in files], "named": list(named)}, ensure_ascii=False
    ).encode()


def _labels(post: Post) -> dict[str, Any]:
    readers = frozenset() if post.channel_kind is Channel.PUBLIC else frozenset({f"channel:{post.channel}"})
    return Labels(readers, Trust.TRUSTED).as_json()


def _who(post: Post) -> str:
    return f"person:{post.author.user_id}" if post.author.user_id else f"bot:{post.author.bot_id}"
