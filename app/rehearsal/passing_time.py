"""What happens in Slack by itself as time passes. Rehearsal catches up with its clock at every call and control."""

from app.rehearsal.events.occasions import message_posted
from app.rehearsal.stage import Stage
from app.rehearsal.world.streaming import expire_streams


def pass_time(stage: Stage) -> None:
    """Let happen what is due: streams end after five minutes, passing statuses after two, processing after an hour,
    and scheduled messages are posted."""
    world, now = stage.world, stage.world.clock.now()
    expire_streams(world)
    world.statuses.expire(now)
    for session in world.sessions.expired(now):
        # "guess": what follows an hour of processing; that it ends then is captured from Slack
        session.set_status("active", now, why="expired")
    for scheduled in world.schedule.take_due(now):
        said = scheduled.message
        channel = world.channels[said.channel]
        # "guess": where the app may not post by then, nothing is posted. Slack's page on chat.scheduleMessage warns
        # that what has metadata is never posted either
        if stage.bot_user in channel.members and not channel.archived and said.metadata is None:
            said.ts = world.new_ts()
            world.say(said)
            stage.deliveries.send(message_posted(stage, said))
