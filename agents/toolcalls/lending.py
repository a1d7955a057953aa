"""Lends a tool what it may use for one call, within its Run's own thread, and nothing else (design.md 2)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.journal import content, inputs, runs, threads
from agents.journal.transaction import Journal, Transaction
from agents.policy.addresses import exact
from agents.policy.from_settings import FromSettings
from agents.policy.pages import Known, ground_of, may_follow
from agents.surface import Place, Surface
from agents.toolcalls.acting import LentCanvases, LentMessages, LentTopics
from agents.toolcalls.lent import SENTENCES, Lent
from agents.toolcalls.life import ToolCall
from agents.toolcalls.requests import LentRequests
from agents.web.fetching import Reach, fetch
from agents.web.known import known_to
from tools.contract import (
    Attachment,
    BadArguments,
    Destination,
    InChannel,
    Page,
    Posted,
    Tool,
    ToolContext,
    ToolFailed,
)

LISTED_MESSAGES = 1_000
"""Messages of the thread that are looked through for files that nobody handed to Tagwork directly."""


def lend(
    journal: Journal,
    surface: Surface,
    place: Place,
    call: ToolCall,
    tool: Tool,
    settings: Mapping[str, Mapping[str, str]],
    policy: FromSettings,
    reach: Reach,
    *,
    by_rule: Destination | None = None,
) -> ToolContext:
    """Return what one call is lent. `policy` and `reach` say how far the web goes.

    `by_rule`: the page or the other channel that a rule lets this very call read, and nothing else there.
    """
    page = by_rule.id if by_rule is not None and by_rule.kind == "page" else ""
    channel = by_rule.id if by_rule is not None and by_rule.kind == "channel" else ""
    lent = Lent(journal, surface, place, call, tool.seconds)
    return ToolContext(
        call_id=call.id,
        seconds=tool.seconds,
        files=ThreadFiles(lent),
        thread=ThreadMessages(lent),
        channel=ChannelMessages(lent, channel),
        web=AllowedPages(journal, call, policy, reach, page),
        messages=LentMessages(lent),
        topics=LentTopics(lent),
        canvases=LentCanvases(lent),
        requests=LentRequests(lent, reach),
        settings=settings.get(tool.name, {}),
    )


class ThreadMessages:
    """The Run's own thread (tools.contract.Thread)."""

    def __init__(self, lent: Lent) -> None:
        self._lent = lent

    def messages(self, *, after: str = "", limit: int = 100) -> tuple[Sequence[Posted], bool]:
        """Return messages of the thread, oldest first, and whether there are more."""
        lent = self._lent
        return lent.ask(lambda: lent.surface.messages(lent.place, after=after, limit=limit, seconds=lent.seconds))


class ChannelMessages:
    """The channel that the Run's thread stands in, and one other that a rule names (tools.contract.Channel)."""

    def __init__(self, lent: Lent, other: str = "") -> None:
        self._lent = lent
        self._other = other

    def messages(
        self, channel: str = "", *, after: str = "", before: str = "", limit: int = 100
    ) -> tuple[Sequence[InChannel], bool]:
        """Return messages of the channel, oldest first, and whether there are earlier ones."""
        lent = self._lent
        wanted = channel or lent.place.channel
        if wanted not in {lent.place.channel, self._other}:
            raise ToolFailed("Only the channel of this thread can be read.")
        return lent.ask(
            lambda: lent.surface.channel_messages(
                lent.place, wanted, after=after, before=before, limit=limit, seconds=lent.seconds
            )
        )


class AllowedPages:
    """The pages that the Run may read as things stand when one is asked for (tools.contract.Web)."""

    def __init__(self, journal: Journal, call: ToolCall, policy: FromSettings, reach: Reach, page: str = "") -> None:
        """`page`: an address that a rule lets this call read."""
        self._journal = journal
        self._call = call
        self._policy = policy
        self._reach = reach
        self._page = exact(page)

    def get(self, url: str) -> Page:
        """Return a page."""
        known = self._journal.read(self._known)
        if self._page:
            known = replace(known, written=known.written | {self._page})
        hosts = self._policy.hosts
        if not self._policy.web or ground_of(url, known, hosts) is None:
            raise ToolFailed("That page may not be read by this request.")
        return fetch(url, lambda before, to: may_follow(before, to, known, hosts), self._reach)

    def _known(self, tx: Transaction) -> Known:
        run = runs.by_id(tx, self._call.run_id)
        return known_to(tx, run) if run is not None else Known()


class ThreadFiles:
    """The files of the Run's own thread (tools.contract.Files). What was read once is kept in the journal."""

    def __init__(self, lent: Lent) -> None:
        self._lent = lent

    def listed(self) -> Sequence[Attachment]:
        """Return every file of the thread, oldest first."""
        found = {file.id: file for file in self._handed()}
        messages, _ = ThreadMessages(self._lent).messages(limit=LISTED_MESSAGES)
        in_thread = {file.id: file for posted in messages for file in posted.files}
        return list((in_thread | {id_: file for id_, file in found.items() if id_ not in in_thread}).values())

    def open(self, file_id: str) -> bytes:
        """Return a file's bytes."""
        lent = self._lent
        name = f"{lent.place.channel}/{lent.place.root}/{file_id}"
        kept = lent.journal.read(lambda tx: self._kept(tx, name))
        if kept is not None:
            return kept
        described = lent.ask(lambda: lent.surface.file(lent.place, file_id, seconds=lent.seconds))
        if described is None:
            raise BadArguments(f"There is no file {file_id} in this thread.")
        if described.size > content.MAX_BYTES:
            raise ToolFailed(SENTENCES["too_large"])
        body = lent.ask(
            lambda: lent.surface.download(lent.place, file_id, max_bytes=content.MAX_BYTES, seconds=lent.seconds)
        )
        labels = {"readers": [f"channel:{lent.place.channel}"], "trust": "untrusted", "sources": []}
        lent.journal.write(
            lambda tx: content.store(
                tx, lent.call.workspace_id, "file", body, name=name, media_type=described.media_type, labels=labels
            )
        )
        return body

    def _kept(self, tx: Transaction, name: str) -> bytes | None:
        found = content.newest_named(tx, self._lent.call.workspace_id, "file", name)
        return content.body_of(tx, found) if found else None

    def _handed(self) -> list[Attachment]:
        lent = self._lent

        def look(tx: Transaction) -> list[Attachment]:
            thread_id = threads.find(tx, lent.call.workspace_id, lent.place.channel, lent.place.root)
            return [
                Attachment(**file)
                for one in inputs.of_thread(tx, thread_id or "")
                for file in json.loads(content.body_of(tx, one.content_id)).get("files", ())
            ]

        return lent.journal.read(look)
