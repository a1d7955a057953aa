"""Controls for what people do with an agent's sessions: the native Stop, another title, looking somewhere else."""

from app.rehearsal.control.asked import Refused, only
from app.rehearsal.control.places import check_may_be_in, place
from app.rehearsal.events.occasions import app_context_changed, session_stopped, session_title_changed
from app.rehearsal.json_shape import Json
from app.rehearsal.stage import Stage
from app.rehearsal.world.streaming import stop_streams


async def stop(stage: Stage, asked: Json) -> Json:
    """Press the native Stop of a thread whose session is `processing`. Fields: `user`, `channel`, `thread_ts`. Slack
    ends the running streams of the thread and the app hears agent_session_stopped; the session's status stays as it is
    until the app changes it. Refused when no session of that thread is processing, or when the manifest does not
    subscribe to the event: then there is no button. Answers `streaming_message_ts` and `events`."""
    only(asked, "user", "channel", "thread_ts")
    person = stage.world.person(asked["user"])
    channel = place(stage, asked["channel"], person)
    check_may_be_in(channel, person)
    if "agent_session_stopped" not in stage.manifest.events:
        raise Refused("There is no Stop button: the manifest does not subscribe to agent_session_stopped.")
    root = asked["thread_ts"]
    session = stage.world.sessions.of(channel.id, root)
    if session is None or session.status != "processing":
        status = f"it is {session.status}" if session else "it has none"
        raise Refused(f"There is no Stop button: the session of this thread must be processing, and {status}.")
    ended = stop_streams(stage.world, channel.id, root)
    events = session_stopped(stage, channel, person.id, root, ended)
    stage.deliveries.send(events)
    return {"streaming_message_ts": ended, "events": [{"name": one.name, "event_id": one.id} for one in events]}


async def rename_session(stage: Stage, asked: Json) -> Json:
    """Give a session another title, as a person. Fields: `user`, `channel`, `thread_ts`, `title`. The app hears
    agent_session_title_changed."""
    only(asked, "user", "channel", "thread_ts", "title")
    person = stage.world.person(asked["user"])
    channel = place(stage, asked["channel"], person)
    check_may_be_in(channel, person)
    session = stage.world.sessions.of(channel.id, asked["thread_ts"])
    if session is None:
        raise Refused("This thread has no session to rename.")
    session.rename(asked["title"], stage.world.clock.now())
    events = session_title_changed(stage, channel, person.id, session)
    stage.deliveries.send(events)
    return {"events": [{"name": one.name, "event_id": one.id} for one in events]}


async def look_at(stage: Stage, asked: Json) -> Json:
    """Look at another channel while the app's conversation is open. Fields: `user`, `channel`. The app hears
    app_context_changed."""
    only(asked, "user", "channel")
    person = stage.world.person(asked["user"])
    channel = stage.world.channel(asked["channel"])
    check_may_be_in(channel, person)
    events = app_context_changed(stage, person.id, channel)
    stage.deliveries.send(events)
    return {"events": [{"name": one.name, "event_id": one.id} for one in events]}


async def sessions(stage: Stage, asked: Json) -> Json:
    """The agent sessions, oldest first: `channel`, `thread_ts`, `status`, `title`, `initiator`, and `history`, each
    status and title with its time."""
    only(asked)
    return {"sessions": stage.world.sessions.shown()}


async def statuses(stage: Stage, asked: Json) -> Json:
    """The passing lines under threads: `shown` (those that stand), `history` (every change, with `why` when Slack took
    one away: message, expired) and the suggested `prompts`; each with `channel` and `thread_ts`."""
    only(asked)
    return stage.world.statuses.shown()
