"""One event on its way: the event itself, its envelope, and what became of each attempt to deliver it."""

from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.world import World


@dataclass
class Event:
    """`name` is message or app_mention or the event's type. `state`: waiting, acknowledged, given_up.

    Each attempt is an object: number, via, at, outcome, seconds, reason (why it was a retry).
    """

    id: str
    name: str
    payload: Json
    state: str = "waiting"
    attempts: list[Json] = field(default_factory=list)

    def shown(self) -> Json:
        """The event as the control API shows it."""
        return dict(vars(self))


def new_event(world: World, name: str, event: Json, channel: Channel | None) -> Event:
    """Wrap `event` as Slack's Events API does (slack.md 5.4, 1.8)."""
    event_id = world.ids.new("Ev")
    payload = {
        "token": world.credentials.verification_token,
        "team_id": world.team_id,
        "context_team_id": world.team_id,
        "context_enterprise_id": world.enterprise_id,
        "api_app_id": world.app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(world.clock.now()),
        "authorizations": [
            {
                "enterprise_id": world.enterprise_id,
                "team_id": world.team_id,
                "user_id": world.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.external),
        "event_context": f"4-{world.ids.uuid().replace('-', '')}",
    }
    return Event(event_id, name, payload)
