"""Slack's JSON to our values: who, where, for us? The only reader of raw payloads; none of it is trusted."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agents.intake import Author, Channel, Post
from app.slack.fields import ID, BadPayload, Payload, id_in, text_in, ts_in
from app.slack.identity import Identity
from app.slack.typed_text import as_typed, begins_with_another, mentions, without_mention
from tools.contract import Attachment

REQUESTS = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of `message` that are something a person said. docs.slack.dev, events/message; "" stands for none."""

FILE_LINK = re.compile(r"/files/[UW][A-Z0-9]+/(F[A-Z0-9]+)")
"""A link to a file as clients copy it: https://<team>.slack.com/files/<user>/<file>/<name>."""

ELEMENTS_READ = 10_000
"""Parts of one message's blocks that are looked through for files; 50 blocks hold far fewer."""


def post_of(body: Payload, us: Identity, *, retry: int = 0) -> Post:
    """Return the message of an event `body` (`app_mention` or `message`) as a Post.

    Raises:
        BadPayload: a part is missing or of the wrong kind, or the team cannot be decided.
    """
    event = event_of(body)
    team = team_of(body)
    channel, ts, raw = id_in(event, "channel"), ts_in(event, "ts"), text_in(event, "text")
    author = author_of(event)
    direct = text_in(event, "channel_type") == "im" or channel.startswith("D")
    files = _attachments(event)
    return Post(
        app_id=id_in(body, "api_app_id"),
        team_id=team,
        channel=channel,
        channel_kind=kind_of_channel(event),
        ts=ts,
        root=ts_in(event, "thread_ts") if event.get("thread_ts") else ts,
        author=author,
        text=as_typed(without_mention(raw, us.bot_user_id)),
        addressed=direct or event.get("type") == "app_mention" or mentions(raw, us.bot_user_id),
        to_another=begins_with_another(raw, us.bot_user_id),
        external=_external(body, author, us.own_teams(team)),
        files=files,
        named_files=_named_files(event, {file.id for file in files}),
        event_id=text_in(body, "event_id"),
        retry=retry,
    )


def event_of(body: Payload) -> Payload:
    """Return the event of an event callback. Raises BadPayload where there is none."""
    event = body.get("event") if isinstance(body, Mapping) else None
    if not isinstance(event, Mapping):
        raise BadPayload("the payload has no event object")
    return event


def team_of(body: Payload) -> str:
    """Return the team whose installation received the event: the Workspace.

    In a Slack Connect channel `team_id` may be the other organisation's, so the authorization decides.

    Raises:
        BadPayload: neither names one team. It is refused, never guessed.
    """
    listed = body.get("authorizations")
    if isinstance(listed, list) and listed:
        first = listed[0] if isinstance(listed[0], Mapping) else {}
        if named := text_in(first, "team_id"):
            return named
        if body.get("is_ext_shared_channel"):
            raise BadPayload("authorizations names no team, and in a shared channel team_id may be someone else's")
    if team := text_in(body, "team_id"):
        return team
    raise BadPayload("neither authorizations nor team_id names a team")


def kind_of_channel(event: Payload) -> Channel:
    """Return the kind of the event's channel: from channel_type, else from the id's first letter.

    A `C` alone does not tell: private channels have such ids too, and `app_mention` names no type. It then counts as
    private, so that nothing travels further than it may.

    Raises:
        BadPayload: a letter that no channel begins with.
    """
    named = text_in(event, "channel_type")
    if named in set(Channel):
        return Channel(named)
    letter = id_in(event, "channel")[0]
    if letter in "CG":
        return Channel.PRIVATE
    if letter == "D":
        return Channel.DIRECT
    raise BadPayload("the event's channel is of no known kind")


def author_of(event: Payload) -> Author:
    """Return who wrote the event's message, as far as it says. Raises BadPayload when it names nobody."""
    profile = event.get("bot_profile")
    profile = profile if isinstance(profile, Mapping) else {}
    sender = event.get("user_profile")
    sender = sender if isinstance(sender, Mapping) else {}
    author = Author(
        user_id=text_in(event, "user"),
        team_id=text_in(event, "user_team") or text_in(event, "team") or text_in(sender, "team"),
        bot_id=text_in(event, "bot_id") or text_in(profile, "id"),
        app_id=text_in(event, "app_id") or text_in(profile, "app_id"),
    )
    if not author.user_id and not author.bot_id:
        raise BadPayload("the message names no author")
    return author


def is_request(event: Payload) -> bool:
    """Return whether a `message` event is something that somebody said; edits, joins and deletions are not."""
    subtype = event.get("subtype") or ""
    return isinstance(subtype, str) and subtype in REQUESTS and not event.get("hidden")


def is_ours(event: Payload, us: Identity) -> bool:
    """Return whether we wrote the event's message ourselves: by user, bot or app id."""
    profile = event.get("bot_profile")
    profile = profile if isinstance(profile, Mapping) else {}
    return (
        text_in(event, "user") == us.bot_user_id
        or us.bot_id in {text_in(event, "bot_id"), text_in(profile, "id")} - {""}
        or us.app_id in {text_in(event, "app_id"), text_in(profile, "app_id")} - {""}
    )


def mentions_us(event: Payload, us: Identity) -> bool:
    """Return whether the event's text mentions our bot user."""
    return mentions(text_in(event, "text"), us.bot_user_id)


def place_of(body: Payload) -> tuple[str, str, str]:
    """Return app, team and channel of an event's message. Raises BadPayload as deletion_of does."""
    event = event_of(body)
    return id_in(body, "api_app_id"), team_of(body), id_in(event, "channel")


def deletion_of(body: Payload) -> tuple[str, str, str, str]:
    """Return app, team, channel and ts of the message that a `message_deleted` event says is gone.

    Raises:
        BadPayload: a part is missing, or the team cannot be decided.
    """
    event = event_of(body)
    return id_in(body, "api_app_id"), team_of(body), id_in(event, "channel"), ts_in(event, "deleted_ts")


def changed_person_of(body: Payload) -> tuple[str, str, str]:
    """Return app, team and user id of a `user_change` event. Raises BadPayload as deletion_of does."""
    user = event_of(body).get("user")
    if not isinstance(user, Mapping):
        raise BadPayload("user_change without a user object")
    return id_in(body, "api_app_id"), team_of(body), id_in(user, "id")


def retry_of(headers: Mapping[str, Any]) -> int:
    """Return how often Slack delivered this event before, from its retry header (bolt: names to lists of values)."""
    values = headers.get("x-slack-retry-num") or ["0"]
    first = str(values[0])
    return int(first) if first.isascii() and first.isdigit() and len(first) < 4 else 0


def files_of(event: Payload) -> tuple[Attachment, ...]:
    """Return the files of a message that Slack described whole; entries that it only hints at are left out."""
    return _attachments(event)


def attachment_of(file: Payload) -> Attachment:
    """Return Slack's file object as an Attachment. Raises BadPayload without an id."""
    size = file.get("size")
    return Attachment(
        id=id_in(file, "id"),
        name=text_in(file, "name") or text_in(file, "title") or "unnamed",
        media_type=text_in(file, "mimetype") or "application/octet-stream",
        size=size if isinstance(size, int) and size > 0 else 0,
        posted_by=text_in(file, "user"),
        url=text_in(file, "permalink"),
    )


def _attachments(event: Payload) -> tuple[Attachment, ...]:
    files = event.get("files")
    listed = files if isinstance(files, list) else []
    described: dict[str, Attachment] = {}
    for file in listed:
        if isinstance(file, Mapping) and isinstance(file.get("id"), str) and ID.fullmatch(file["id"]):
            described.setdefault(file["id"], attachment_of(file))
    return tuple(described.values())


def _named_files(event: Payload, attached: set[str]) -> tuple[str, ...]:
    named: dict[str, None] = {}
    for part in _parts(event.get("blocks")):
        file_id = part.get("file_id")
        if isinstance(file_id, str) and re.fullmatch(r"F[A-Z0-9]+", file_id):
            named[file_id] = None
        named.update(dict.fromkeys(FILE_LINK.findall(text_in(part, "url"))))
    named.update(dict.fromkeys(FILE_LINK.findall(text_in(event, "text"))))
    return tuple(file_id for file_id in named if file_id not in attached)


def _parts(blocks: object) -> Iterator[Mapping[str, Any]]:
    waiting: list[object] = [blocks]
    for _ in range(ELEMENTS_READ):
        if not waiting:
            return
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(reversed(part))
        elif isinstance(part, Mapping):
            yield part
            waiting.extend(value for value in reversed(list(part.values())) if isinstance(value, list | dict))


def _external(body: Payload, author: Author, own_teams: frozenset[str]) -> bool:
    if author.team_id:
        return author.team_id not in own_teams
    return bool(body.get("is_ext_shared_channel"))
