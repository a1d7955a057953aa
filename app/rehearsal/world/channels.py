"""Channels and direct messages, and how conversations.info shows them."""

from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json

KINDS = ("public", "private", "im", "mpim")
# the word of `channel_type` in events, and of the scopes: channels:read, groups:history, …
EVENT_WORD = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}
SCOPE_WORD = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


@dataclass
class Channel:
    """One conversation. `kind` is one of KINDS; `members` are user ids; `external` = shared with another workspace.

    `topic_set` is in Unix seconds; `canvas` is the file of its canvas, empty where it has none.
    """

    id: str
    name: str
    kind: str
    members: list[str] = field(default_factory=list)
    external: bool = False
    archived: bool = False
    creator: str = ""
    created: int = 0
    topic: str = ""
    topic_creator: str = ""
    topic_set: int = 0
    canvas: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of channel; the kinds are {', '.join(KINDS)}.")

    @property
    def event_word(self) -> str:
        """What events call it: channel, group, im or mpim."""
        return EVENT_WORD[self.kind]

    @property
    def scope_word(self) -> str:
        """The first half of the scopes that reach it: channels, groups, im or mpim."""
        return SCOPE_WORD[self.kind]


def channel_json(channel: Channel, team_id: str, bot_user: str) -> Json:
    """The `channel` object of conversations.info."""
    shared = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_org_shared": False,
        "context_team_id": team_id,
    }
    if channel.kind == "im":
        other = next((member for member in channel.members if member != bot_user), bot_user)
        return shared | {"user": other, "is_user_deleted": False, "priority": 0}
    return shared | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind in ("public", "private"),
        "is_group": False,
        "is_private": channel.kind != "public",
        "is_general": channel.name == "general",
        "is_shared": channel.external,
        "is_ext_shared": channel.external,
        "is_pending_ext_shared": False,
        "is_member": bot_user in channel.members,
        "creator": channel.creator,
        "unlinked": 0,
        "shared_team_ids": [team_id],
        "topic": {"value": channel.topic, "creator": channel.topic_creator, "last_set": channel.topic_set},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        **_properties(channel),
    }


def _properties(channel: Channel) -> Json:
    if not channel.canvas:
        return {}
    # as several observed in 2026: a tab, and no `canvas` beside the tabs as in Slack's older answers
    tab = {"id": f"Ct{channel.canvas}", "type": "canvas", "label": "", "data": {"file_id": channel.canvas}}
    return {"properties": {"tabs": [tab]}}
