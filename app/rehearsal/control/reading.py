"""Controls that show what happened: histories, everything ever visible, calls, events, connections."""

from app.rehearsal.control.asked import only
from app.rehearsal.control.conditions import Condition
from app.rehearsal.events.socket_mode import SocketMode
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.timings import timings_of
from app.rehearsal.world.message_shapes import message_json, reactions_json
from app.rehearsal.world.messages import Message

# a wait never outlives a test
LONGEST_WAIT = 300.0


def seen(stage: Stage, said: Message) -> Json:
    """A message as people see it, with its metadata, whether it was deleted since, and whether more of it may come."""
    shown = message_json(stage.world, said, stage.base_url, with_metadata=True)
    return shown | {
        "deleted": said.deleted,
        "channel": said.channel,
        "by_app": said.bot_id == stage.world.app.bot_id,
        "streaming": said.streaming,
    }


async def world(stage: Stage, asked: Json) -> Json:
    """The workspace: `team_id`, `app`, `people` (id, name, kind, …), `channels` (id, name, kind, members, …)."""
    only(asked)
    return {
        "team_id": stage.world.team_id,
        "app": vars(stage.world.app),
        "people": [vars(one) for one in stage.world.people.values()],
        "channels": [vars(one) for one in stage.world.channels.values()],
    }


async def history(stage: Stage, asked: Json) -> Json:
    """All messages of a channel, oldest first, replies and deleted ones (`deleted`: true) too. Field: `channel`."""
    only(asked, "channel")
    channel = stage.world.channel(asked["channel"])
    said = sorted(stage.world.messages[channel.id].values(), key=lambda one: one.ts)
    return {"messages": [seen(stage, one) for one in said]}


async def thread(stage: Stage, asked: Json) -> Json:
    """All messages of one thread, oldest first, deleted ones too (`deleted`), each with `by_app` and `streaming`.
    Fields: `channel`, `thread_ts`."""
    only(asked, "channel", "thread_ts")
    channel = stage.world.channel(asked["channel"])
    return {"messages": [seen(stage, one) for one in stage.world.thread(channel.id, asked["thread_ts"])]}


async def reactions(stage: Stage, asked: Json) -> Json:
    """The reactions on a message: `reactions`, each name with its `users` and `count`. Fields: `channel`, `ts`."""
    only(asked, "channel", "ts")
    said = stage.world.message(stage.world.channel(asked["channel"]).id, asked["ts"])
    return {"reactions": reactions_json(said)}


async def visible(stage: Stage, asked: Json) -> Json:
    """Everything that was ever visible, in order: posts, updates, deletions, ephemerals, reactions, with times.
    Optional fields: `channel`, `thread_ts`."""
    only(asked, "channel", "thread_ts")
    channel = stage.world.channel(asked["channel"]).id if "channel" in asked else None
    return {"entries": stage.world.visible.of(channel, asked.get("thread_ts"))}


async def canvas(stage: Stage, asked: Json) -> Json:
    """The canvas of a channel: its `sections` in order, each with `id`, `kind` and `text`. Field: `channel`."""
    only(asked, "channel")
    channel = stage.world.channel(asked["channel"])
    found = stage.world.canvases.get(channel.canvas)
    return {"id": channel.canvas, "sections": [one.shown() for one in found.sections] if found else []}


async def timings(stage: Stage, asked: Json) -> Json:
    """How long the app took with each mention, in order: `channel`, `ts`, `sent_at`, and the seconds from there until
    its app_mention and all its events were acknowledged (`acknowledged`, `all_acknowledged`), until the first status
    `processing` or reaction (`sign`), and until the last message of the app in that thread (`answer`); null where it
    did not come about. `messages` counts these. Optional field: `after` (so many mentions are left out)."""
    only(asked, "after")
    return {"mentions": timings_of(stage, int(asked.get("after", 0)))}


async def calls(stage: Stage, asked: Json) -> Json:
    """The calls received, in order: `seq`, `method`, `args`, `token` (bot, app, none, unknown), `at`, `outcome`,
    `took_effect`, `fault`, `ts` (of the message made). Downloads are method `files`. Optional fields: `method`,
    `channel` (for files: the file's id), `outcome`, `after` (a seq)."""
    only(asked, "method", "channel", "outcome", "after")
    found = stage.calls.matching(
        asked.get("method"), asked.get("channel"), asked.get("outcome"), int(asked.get("after", 0))
    )
    return {"calls": [call.shown() for call in found]}


async def events(stage: Stage, asked: Json) -> Json:
    """The events for the app, in order: `id`, `name`, `payload`, `state` (waiting, acknowledged, given_up) and
    `attempts` (number, via, at, outcome, seconds). Optional field: `name`."""
    only(asked, "name")
    return {"events": [one.shown() for one in stage.deliveries.events if asked.get("name") in (None, one.name)]}


async def connections(stage: Stage, asked: Json) -> Json:
    """The open Socket Mode connections: `open`, and per connection its number and the messages received on it."""
    only(asked)
    line = stage.deliveries.line
    opened = line.connections if isinstance(line, SocketMode) else []
    return {"open": len(opened), "connections": [{"number": one.number, "received": one.received} for one in opened]}


async def wait(stage: Stage, asked: Json) -> Json:
    """Wait until a condition holds, at most `timeout_seconds` (default 10, real time). Fields: `for` and what belongs
    to it. `bot_messages`: `channel`, `thread_ts`, `at_least`, `containing`. `calls`: `method`, `channel`, `outcome`,
    `at_least`. `reaction` / `no_reaction`: `channel`, `ts`, `name` (by the app). `session`: `channel`, `thread_ts`,
    `status`. `hold`: `name`, `at_least` arrived. `events`: `state`, `name`, `at_least`. `events_settled`: no event is
    on its way. `connections`: `at_least`. `interactions`: `kind`, `state`, `at_least`. `posted`: `at_least` messages
    by the app in all. `sessions_settled`: no thread's session is
    `processing` and no event is on its way. Answers `met` and `seen`, what was there in the end."""
    seconds = min(float(asked.pop("timeout_seconds", 10.0)), LONGEST_WAIT)
    condition = Condition(stage, asked)
    met, what = await stage.changes.until(condition.look, seconds)
    return {"met": met, "seen": what}
