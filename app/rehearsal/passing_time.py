"""What happens in Slack by itself as time passes. Rehearsal catches up with its clock at every call and control."""

from app.rehearsal.stage import Stage
from app.rehearsal.world.streaming import expire_streams


def pass_time(stage: Stage) -> None:
    """Let happen what is due: streams end after five minutes, statuses after two."""
    expire_streams(stage.world)
    stage.world.statuses.expire(stage.world.clock.now())
