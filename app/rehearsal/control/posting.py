"""Controls for what people do with messages: post, edit, delete, react."""

import base64
import mimetypes

from app.rehearsal.blocks.typed_text import Known, read_typed
from app.rehearsal.control.asked import Refused, only
from app.rehearsal.control.places import check_may_be_in, place
from app.rehearsal.events.envelope import Event, new_event
from app.rehearsal.events.occasions import (
    message_changed,
    message_deleted,
    message_event,
    message_posted,
    reaction_changed,
)
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.files import SharedFile
from app.rehearsal.world.message_shapes import message_json
from app.rehearsal.world.messages import Message
from app.rehearsal.world.people import Person

FILE_FORMS = ("event", "second_event", "link")


async def post(stage: Stage, asked: Json) -> Json:
    """Post as a person. Fields: `user`, `channel` (ids or names; channel `dm` = the person's direct message with the
    app), `text` (as typed: `@handle`, `#name`, `<@U…>`, URLs), `thread_ts`, `broadcast`, `webhook` (post as an incoming
    webhook of that name), `files` (list of `name` with `text` or `base64`, and `mimetype`), `file_ids` (uploaded
    before), `file_form`: `event` (files in the event, the default), `second_event` (the events come without files, then
    a second `message` event of the same post with them) or `link` (the text names the file, nothing else does),
    `deliveries`: the events to send in this order by name (`message`, `app_mention`; a repeated name is a duplicate of
    the same event id), default all of them once. Answers `channel`, `ts`, `thread_ts`, `files`, `events` (name and
    id)."""
    only(
        asked, "user", "channel", "text", "thread_ts", "broadcast", "webhook", "files", "file_ids", "file_form",
        "deliveries",
    )  # fmt: skip
    person = stage.world.person(asked["user"])
    channel = place(stage, asked["channel"], person)
    check_may_be_in(channel, person)
    form = asked.get("file_form", "event")
    if form not in FILE_FORMS:
        raise Refused(f"file_form must be one of {', '.join(FILE_FORMS)}.")
    files = [_upload(stage, person, one) for one in asked.get("files", ())]
    files += [stage.world.files[one] for one in asked.get("file_ids", ())]
    said = stage.world.say(_message(stage, asked, person, channel, files, form))
    if form == "link":
        for file in files:
            file.shares.setdefault(channel.id, []).append(said.ts)
    events = _events(stage, said, form, asked.get("deliveries"))
    stage.deliveries.send(events)
    return {
        "channel": channel.id,
        "ts": said.ts,
        "thread_ts": said.root or said.ts,
        "files": [file.id for file in files],
        "events": [{"name": event.name, "event_id": event.id} for event in events],
    }


async def upload(stage: Stage, asked: Json) -> Json:
    """Upload a file that no message shows yet. Fields: `user`, `name`, `text` or `base64`, `mimetype`. Answers `file`,
    to be named in `file_ids` of a post."""
    only(asked, "user", "name", "text", "base64", "mimetype")
    return {"file": _upload(stage, stage.world.person(asked["user"]), asked).id}


async def edit(stage: Stage, asked: Json) -> Json:
    """Edit a message as its author. Fields: `channel`, `ts`, `text`, `user` (only the author may), `mention_again`
    (true: a text that mentions the app makes an app_mention too, with `edited` in it). The app hears
    message_changed."""
    only(asked, "channel", "ts", "text", "user", "mention_again")
    said = stage.world.message(stage.world.channel(asked["channel"]).id, asked["ts"])
    if said.bot_id is not None or ("user" in asked and stage.world.person(asked["user"]).id != said.user):
        raise Refused("Only the author of a message can edit it; the app edits its own by chat.update.")
    before = message_json(stage.world, said, stage.base_url)
    text, block = read_typed(asked["text"], _known(stage, said.user))
    stage.world.edit(said, said.user, text, [block])
    events = message_changed(stage, said, before)
    if asked.get("mention_again"):
        events += [event for event in message_posted(stage, said) if event.name == "app_mention"]
    stage.deliveries.send(events)
    return {"ts": said.ts, "events": [{"name": one.name, "event_id": one.id} for one in events]}


async def delete(stage: Stage, asked: Json) -> Json:
    """Delete a message, whoever wrote it. Fields: `channel`, `ts`. The app hears message_deleted."""
    only(asked, "channel", "ts")
    said = stage.world.message(stage.world.channel(asked["channel"]).id, asked["ts"])
    before = message_json(stage.world, said, stage.base_url)
    stage.world.delete(said)
    events = message_deleted(stage, said, before)
    stage.deliveries.send(events)
    return {"ts": said.ts, "events": [{"name": one.name, "event_id": one.id} for one in events]}


async def react(stage: Stage, asked: Json) -> Json:
    """React as a person. Fields: `user`, `channel`, `ts`, `name`, `remove` (true takes the reaction back)."""
    only(asked, "user", "channel", "ts", "name", "remove")
    person = stage.world.person(asked["user"])
    said = stage.world.message(stage.world.channel(asked["channel"]).id, asked["ts"])
    remove = bool(asked.get("remove"))
    (stage.world.unreact if remove else stage.world.react)(said, person.id, asked["name"])
    what = "reaction_removed" if remove else "reaction_added"
    events = reaction_changed(stage, said, person.id, asked["name"], what)
    stage.deliveries.send(events)
    return {"events": [{"name": one.name, "event_id": one.id} for one in events]}


def _known(stage: Stage, person: str) -> Known:
    return Known(lambda handle: _user(stage, handle), lambda name: _channel(stage, name, person))


def _channel(stage: Stage, name: str, person: str) -> str | None:
    """The id of a channel that this person sees: of private ones only those that they are in."""
    named = (one for one in stage.world.channels.values() if one.name == name)
    return next((one.id for one in named if one.kind == "public" or person in one.members), None)


def _user(stage: Stage, handle: str) -> str | None:
    return next((one.id for one in stage.world.people.values() if one.name.lower() == handle), None)


def _upload(stage: Stage, person: Person, told: Json) -> SharedFile:
    content = base64.b64decode(told["base64"]) if "base64" in told else str(told.get("text", "")).encode()
    mimetype = told.get("mimetype") or mimetypes.guess_type(told["name"])[0] or ""
    return stage.world.upload(person.id, told["name"], content, mimetype)


def _message(
    stage: Stage, asked: Json, person: Person, channel: Channel, files: list[SharedFile], form: str
) -> Message:
    typed = asked.get("text", "")
    if form == "link":
        links = [
            f"<https://{stage.world.team_domain}.slack.com/files/{file.user}/{file.id}/{file.name}|{file.name}>"
            for file in files
        ]
        typed = " ".join([typed, *links]).strip()
    text, block = read_typed(typed, _known(stage, person.id))
    root = asked.get("thread_ts")
    if root:
        above = stage.world.messages[channel.id].get(root)
        if above is None:
            raise Refused(f"There is no message {root} in #{channel.name} to answer.")
        root = above.root or above.ts
    by_bot = person.kind == "bot"
    return Message(
        channel.id,
        stage.world.new_ts(),
        person.id,
        text,
        root,
        blocks=[block] if typed else [],
        files=[] if form == "link" else [file.id for file in files],
        bot_id=person.bot_id if by_bot else ("B0WEBHOOK01" if asked.get("webhook") else None),
        app_id=person.app_id if by_bot else None,
        via=asked.get("webhook"),
        client_msg_id=None if by_bot or asked.get("webhook") else stage.world.ids.uuid(),
        broadcast=bool(asked.get("broadcast") and root),
    )


def _events(stage: Stage, said: Message, form: str, wanted: list[str] | None) -> list[Event]:
    late_files = form == "second_event" and bool(said.files)
    events = message_posted(stage, said, without_files=late_files)
    if wanted is not None:
        by_name = {event.name: event for event in events}
        missing = sorted(set(wanted) - set(by_name))
        if missing:
            raise Refused(f"This post makes no {missing[0]} event; it makes {', '.join(by_name) or 'none'}.")
        events = [by_name[name] for name in wanted]
    if late_files and any(event.name == "message" for event in events):
        channel = stage.world.channels[said.channel]
        events.append(new_event(stage.world, "message", message_event(stage, said), channel))
    return events
