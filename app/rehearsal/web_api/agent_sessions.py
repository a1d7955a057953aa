"""agents.sessions.setStatus and agents.sessions.rename (slack.md 1.2)."""

from app.rehearsal.events.occasions import root_changed
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments, wrong_argument
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.own_messages import LOOKS, WRITE, check_looks, check_root
from app.rehearsal.web_api.reach import writable_channel
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.message_shapes import message_json
from app.rehearsal.world.sessions import STATUSES, Session

TITLE = 200  # slack.md 2
NO_STOP_BUTTON = "missing_agent_session_stopped_event_subscription"


@method("agents.sessions.setStatus", 3, f"channel_id thread_ts status title initiator_user_id {LOOKS}", WRITE)
def set_status(stage: Stage, args: Arguments) -> Json:
    """Set the status of a thread's session; the first time makes the session. Warns when nobody could press Stop."""
    check_looks(stage, args)
    channel, root = _thread(stage, args)
    initiator = args.text("initiator_user_id", "") or None
    if initiator and initiator not in channel.members:
        # "guess" for the code; that the initiator must be in the channel: slack.md 1.2
        raise SlackError("user_not_in_channel")
    title = _title(args) if "title" in args else ""
    session = set_session_status(stage, channel.id, root, args.text("status"), title, initiator)
    answer: Json = {"status": session.status, "agent_status": session.status, "title": session.title}
    if "agent_session_stopped" in stage.manifest.events:
        return answer
    return answer | {"warning": NO_STOP_BUTTON, "response_metadata": {"warnings": [NO_STOP_BUTTON]}}


@method("agents.sessions.rename", 3, "channel_id thread_ts title", WRITE)
def rename(stage: Stage, args: Arguments) -> Json:
    """Give a session another title."""
    channel, root = _thread(stage, args)
    session = stage.world.sessions.of(channel.id, root)
    if session is None:
        raise SlackError("session_not_found")  # "guess" for the code
    root_message = stage.world.messages[channel.id][root]
    before = message_json(stage.world, root_message, stage.base_url)
    session.rename(_title(args), stage.world.clock.now())
    stage.deliveries.send(root_changed(stage, root_message, before))
    return {"title": session.title}


def set_session_status(
    stage: Stage, channel: str, root: str, status: str, title: str = "", initiator: str | None = None
) -> Session:
    """Set a session's status as of now; the app hears that the thread's root changed.

    Raises SlackError for a status that is none, or an app that is no agent.
    """
    if status not in STATUSES:
        raise wrong_argument(f"must be one of {', '.join(STATUSES)}: status")
    if not stage.manifest.agent:
        # slack.md 1.2: the app must be declared an agent; "guess" for the code
        raise SlackError("access_denied")
    root_message = stage.world.messages[channel][root]
    before = message_json(stage.world, root_message, stage.base_url)
    session = stage.world.sessions.set_status(channel, root, status, stage.world.clock.now(), title, initiator)
    stage.deliveries.send(root_changed(stage, root_message, before))
    return session


def _thread(stage: Stage, args: Arguments) -> tuple[Channel, str]:
    channel = writable_channel(stage, args.text("channel_id"))
    root = args.text("thread_ts")
    check_root(stage, channel.id, root)
    return channel, root


def _title(args: Arguments) -> str:
    title = args.text("title")
    if len(title) > TITLE:
        raise wrong_argument(f"must be less than {TITLE + 1} characters: title")
    return title
