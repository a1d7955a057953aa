"""Streams of a workspace: begin, go on, end, and what the passing of time and the Stop button do to them."""

from app.rehearsal.blocks.check import with_ids
from app.rehearsal.world.messages import Message
from app.rehearsal.world.stream import LIFE_SECONDS
from app.rehearsal.world.world import World


def begin_stream(world: World, message: Message) -> None:
    """Put a streaming message where its channel and thread say."""
    _lay_out(message)
    world.streaming.append(message)
    world.say(message, "stream_started")


def go_on(world: World, message: Message) -> None:
    """Show what the stream holds by now."""
    _lay_out(message)
    world.show("stream_appended", message)


def end_stream(world: World, message: Message, how: str) -> None:
    """No more comes into this message. `how`: stopped, expired, stopped_by_user, died."""
    if message.stream is None:
        raise ValueError("Only a message that is streamed can stop streaming.")
    message.stream.ended = how
    world.streaming.remove(message)
    _lay_out(message)
    world.show("stream_ended", message, how=how)


def expire_streams(world: World) -> None:
    """End the streams that have lived their five minutes."""
    now = world.clock.now()
    for message in [*world.streaming]:
        if message.stream and now - message.stream.started >= LIFE_SECONDS:
            end_stream(world, message, "expired")


def kill_stream(world: World, channel: str | None, ts: str | None) -> None:
    """Let this stream die before its time, if it runs."""
    for message in [*world.streaming]:
        if (message.channel, message.ts) == (channel, ts):
            end_stream(world, message, "died")


def stop_streams(world: World, channel: str, root: str) -> list[str]:
    """End every stream of a thread, as the Stop button does. Out: the ts of each that was running."""
    running = [one for one in world.streaming if one.channel == channel and one.root == root]
    for message in running:
        end_stream(world, message, "stopped_by_user")
    return [one.ts for one in running]


def _lay_out(message: Message) -> None:
    if message.stream is not None:
        message.text, message.blocks = message.stream.text, with_ids(message.stream.shown())
