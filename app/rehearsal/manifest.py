"""What an app manifest grants: bot scopes and event subscriptions. Both decide what Rehearsal answers and delivers."""

from dataclasses import dataclass
from pathlib import Path

import yaml

# The scope an event needs (slack.md 4: every event's scope is a required one); None = no scope
EVENT_SCOPES: dict[str, str | None] = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_shared": "channels:read",
    "channel_unshared": "channels:read",
    "channel_id_changed": "channels:read",
    "file_shared": "files:read",
    "file_deleted": "files:read",
}


class ManifestRefused(ValueError):
    """The manifest asks for something that Slack would not accept. The message names it and the way out."""


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that matter on the wire."""

    scopes: frozenset[str]
    events: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a YAML or JSON manifest. Raises ManifestRefused when an event lacks its scope, OSError without file."""
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(tree, dict):
            raise ManifestRefused(f"{path} is not a manifest: expected a mapping at its top.")
        scopes = tree.get("oauth_config", {}).get("scopes", {})
        granted = frozenset(scopes.get("bot") or ()) | frozenset(scopes.get("bot_optional") or ())
        subscriptions = tree.get("settings", {}).get("event_subscriptions", {})
        events = frozenset(subscriptions.get("bot_events") or ())
        for event in sorted(events):
            needed = EVENT_SCOPES.get(event)
            if needed and needed not in granted:
                raise ManifestRefused(f"Event {event} needs the bot scope {needed}: add it to oauth_config.scopes.bot.")
        return cls(granted, events)
