"""chat.startStream, chat.appendStream, chat.stopStream (slack.md 1.1)."""

from app.rehearsal.events.occasions import message_changed, message_posted
from app.rehearsal.json_shape import Json
from app.rehearsal.metadata import read_metadata
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.agent_sessions import set_session_status
from app.rehearsal.web_api.arguments import Arguments, wrong_argument
from app.rehearsal.web_api.chunks import add_content, read_stream_blocks
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.own_messages import LOOKS, WRITE, check_looks, check_root, own, own_message
from app.rehearsal.web_api.reach import writable_channel
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.message_shapes import message_json
from app.rehearsal.world.messages import Message
from app.rehearsal.world.stream import MODES, Stream
from app.rehearsal.world.streaming import begin_stream, end_stream, go_on

CONTENT = "markdown_text chunks"


@method(
    "chat.startStream",
    2,
    f"channel thread_ts recipient_user_id recipient_team_id task_display_mode {LOOKS} {CONTENT}",
    WRITE,
)
def start_stream(stage: Stage, args: Arguments) -> Json:
    """Begin a streamed reply in a thread, with or without content. It lives five minutes."""
    check_looks(stage, args)
    channel = writable_channel(stage, args.text("channel"))
    root = args.text("thread_ts")
    check_root(stage, channel.id, root)
    _check_recipient(stage, args, channel)
    display = args.text("task_display_mode", "timeline")
    if display not in MODES:
        raise wrong_argument(f"must be one of {', '.join(MODES)}: task_display_mode")
    stream = Stream(stage.world.clock.now(), display)
    add_content(stream, args, required=False)
    said = own(stage, channel.id, root, stream=stream)
    begin_stream(stage.world, said)
    # as captured from Slack: the app hears of its stream as of a post without text, and of its end as of a change
    stage.deliveries.send(message_posted(stage, said))
    return {"channel": channel.id, "ts": said.ts}


@method("chat.appendStream", 4, f"channel ts {CONTENT}", WRITE)
def append_stream(stage: Stage, args: Arguments) -> Json:
    """Add to a message that still streams."""
    said, stream = _running(stage, args)
    if stream.ended == "stopped_by_user":
        # Slack's page: "The streaming message was stopped by the user and no further appends are accepted"
        raise SlackError("stopped_by_user")
    _check_running(stream)
    add_content(stream, args, required=True)
    go_on(stage.world, said)
    return {"channel": said.channel, "ts": said.ts}


@method("chat.stopStream", 2, f"channel ts blocks metadata session_status {CONTENT}", WRITE)
def stop_stream(stage: Stage, args: Arguments) -> Json:
    """End a stream, perhaps with a last piece, blocks at the bottom and metadata. The thread's session becomes
    `active` unless `session_status` says otherwise."""
    said, stream = _running(stage, args)
    _check_running(stream)
    metadata = read_metadata(args.given.get("metadata"))
    last_blocks = read_stream_blocks(args.given["blocks"]) if args.given.get("blocks") else []
    before = message_json(stage.world, said, stage.base_url)
    add_content(stream, args, required=False)
    _set_session(stage, args, said)
    stream.last_blocks, said.metadata = last_blocks, metadata
    end_stream(stage.world, said, "stopped")
    stage.deliveries.send(message_changed(stage, said, before))
    shown = message_json(stage.world, said, stage.base_url, with_metadata=True)
    return {"channel": said.channel, "ts": said.ts, "message": shown}


def _running(stage: Stage, args: Arguments) -> tuple[Message, Stream]:
    said = own_message(stage, args, "message_not_owned_by_app")
    if said.stream is None:
        raise SlackError("message_not_in_streaming_state")
    return said, said.stream


def _check_running(stream: Stream) -> None:
    if stream.ended is not None:
        raise SlackError("message_not_in_streaming_state")


def _check_recipient(stage: Stage, args: Arguments, channel: Channel) -> None:
    if channel.kind == "im":
        return
    for name in ("recipient_user_id", "recipient_team_id"):
        if name not in args:
            raise SlackError(f"missing_{name}")
    person = stage.world.people.get(args.text("recipient_user_id"))
    # the codes of these two are a "guess"; that the team is the recipient's own: slack.md 1.10
    if person is None:
        raise SlackError("user_not_found")
    if args.text("recipient_team_id") != person.team_id:
        raise wrong_argument("recipient_team_id is not the team of recipient_user_id")


def _set_session(stage: Stage, args: Arguments, said: Message) -> None:
    root = said.root or said.ts
    if "session_status" in args:
        set_session_status(stage, said.channel, root, args.text("session_status"))
    elif stage.world.sessions.of(said.channel, root):
        set_session_status(stage, said.channel, root, "active")
