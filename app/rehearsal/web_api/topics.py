"""conversations.setTopic."""

from app.rehearsal.events.occasions import topic_set
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.stage import Stage
from app.rehearsal.web_api.arguments import Arguments
from app.rehearsal.web_api.methods import method
from app.rehearsal.web_api.reach import known_channel, need_scope
from app.rehearsal.world.channels import channel_json

# Slack's page on the method: the broad scope or the narrow one of the channel's kind
WRITE = {
    "public": ("channels:manage", "channels:write.topic"),
    "private": ("groups:write", "groups:write.topic"),
    "im": ("im:write", "im:write.topic"),
    "mpim": ("mpim:write", "mpim:write.topic"),
}
TOPIC = 250


@method("conversations.setTopic", 2, "channel topic", tuple(scope for scopes in WRITE.values() for scope in scopes))
def set_topic(stage: Stage, args: Arguments) -> Json:
    """Set what stands at the top of a channel. "guess": an equal topic changes nothing and posts nothing."""
    channel = known_channel(stage, args.text("channel"))
    need_scope(stage, *WRITE[channel.kind])
    if channel.archived:
        raise SlackError("is_archived")
    if stage.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    if channel.kind == "im":
        raise SlackError("method_not_supported_for_channel_type")
    topic = args.text("topic", "")
    if len(topic) > TOPIC:
        raise SlackError("too_long")
    if topic != channel.topic:
        channel.topic, channel.topic_creator = topic, stage.bot_user
        channel.topic_set = int(stage.world.clock.now())
        stage.deliveries.send(topic_set(stage, channel))
    return {"channel": channel_json(channel, stage.world.team_id, stage.bot_user)}
