"""Controls for slash commands and shortcuts, and the list of everything that people pressed, typed and filled in."""

import re

from app.rehearsal.control.acting import act, answered, check_interactive
from app.rehearsal.control.asked import Refused, only
from app.rehearsal.control.places import check_may_be_in, place
from app.rehearsal.interactivity import payloads
from app.rehearsal.interactivity.response_urls import ResponseUrl
from app.rehearsal.interactivity.telling import tell_answer, tell_failure
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage

# in a command's text: what should_escape makes of people, user groups and channels (slack.md 1.5)
NAMED = re.compile(r"(?<![\w@#])(?P<sign>[@#])(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)")


async def command(stage: Stage, asked: Json) -> Json:
    """Run a slash command. Fields: `user`, `channel`, `command` (with its slash; must be in the manifest), `text`.
    There are none inside threads: `thread_ts` is refused. What the acknowledgement carries is shown, to everyone with
    response_type in_channel, else to the person alone. Answers as press does, and `answer`, the text shown."""
    only(asked, "user", "channel", "command", "text", "thread_ts")
    if asked.get("thread_ts"):
        raise Refused("Slack runs no slash commands inside threads: run it in the channel.")
    name, known = asked["command"], stage.manifest.commands
    if name not in known:
        raise Refused(f"{name} is not a command of the manifest; it has {', '.join(known) or 'none'}.")
    person = stage.world.person(asked["user"])
    channel = place(stage, asked["channel"], person)
    check_may_be_in(channel, person)
    text = _escaped(stage, asked.get("text", "")) if known[name] else asked.get("text", "")
    payload = payloads.command(stage, person, channel, name, text)
    right = ResponseUrl(person.id, channel.id, stage.world.clock.now())
    made = await act(stage, "command", person, payload, right, "commands")
    shown = None
    if made.answer:
        try:
            shown = tell_answer(stage, person.id, channel.id, made.answer).text
        except SlackError as wrong:
            # that the person is told so is a "guess"
            made.state, made.outcome = "failed", wrong.code
            tell_failure(stage, made, channel.id)
    return answered(made) | {"answer": shown}


async def shortcut(stage: Stage, asked: Json) -> Json:
    """Use a shortcut of the manifest. Fields: `user`, `callback_id`, and for one on a message `channel` and `ts`.
    Answers as press does."""
    only(asked, "user", "callback_id", "channel", "ts")
    check_interactive(stage)
    callback_id, known = asked["callback_id"], stage.manifest.shortcuts
    if callback_id not in known:
        raise Refused(f"{callback_id} is not a shortcut of the manifest; it has {', '.join(known) or 'none'}.")
    person = stage.world.person(asked["user"])
    if known[callback_id] == "global":
        payload = payloads.global_shortcut(stage, person, callback_id)
        return answered(await act(stage, "shortcut", person, payload, None, ""))
    channel = place(stage, asked["channel"], person)
    check_may_be_in(channel, person)
    said = stage.world.message(channel.id, asked["ts"])
    payload = payloads.message_action(stage, person, said, callback_id)
    right = ResponseUrl(person.id, channel.id, stage.world.clock.now(), said.ts, said.root)
    return answered(await act(stage, "message_action", person, payload, right, "app"))


async def interactions(stage: Stage, asked: Json) -> Json:
    """What people pressed, typed and filled in, in order: `id`, `kind` (the payload's type, or command), `user`,
    `payload`, `state` (waiting, acknowledged, failed), `outcome`, `seconds`, `answer`. Optional field: `kind`."""
    only(asked, "kind")
    return {"interactions": [one.shown() for one in stage.interactions.of(asked.get("kind"))]}


def _escaped(stage: Stage, text: str) -> str:
    def escape(found: re.Match[str]) -> str:
        name, world = found["name"].lower(), stage.world
        if found["sign"] == "@":
            person = next((one for one in world.people.values() if one.name.lower() == name), None)
            if person is not None:
                return f"<@{person.id}|{person.name}>"
            group = next((one for one in world.usergroups.values() if one.handle == name), None)
            # that the name stands beside a group's id is a "guess"
            return f"<!subteam^{group.id}|@{group.handle}>" if group else found[0]
        channel = next((one for one in world.channels.values() if one.name == name), None)
        return f"<#{channel.id}|{channel.name}>" if channel else found[0]

    return NAMED.sub(escape, text)
