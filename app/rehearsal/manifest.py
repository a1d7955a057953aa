"""What an app manifest grants: scopes, subscriptions and features. They decide what Rehearsal answers and delivers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    # slack.md 1.2 and 3; that these two belong to the agent's own scope is a "guess"
    "agent_session_stopped": "chat:write",
    "agent_session_title_changed": "chat:write",
}


# what each of them needs besides its own entry (slack.md 4)
COMMANDS_SCOPE = "commands"
SHORTCUT_KINDS = ("message", "global")


class ManifestRefused(ValueError):
    """The manifest asks for something that Slack would not accept. The message names it and the way out."""


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that matter on the wire.

    `commands` maps a slash command to whether people and channels in its text are escaped; `shortcuts` maps a
    callback_id to message or global. `agent`: the app is declared an agent. `home_tab`, `messages_tab`: the tabs
    of its App Home. `interactive`: buttons, shortcuts and views reach it.
    """

    scopes: frozenset[str]
    events: frozenset[str]
    commands: dict[str, bool]
    shortcuts: dict[str, str]
    agent: bool
    interactive: bool
    home_tab: bool
    messages_tab: bool

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a YAML or JSON manifest. Raises ManifestRefused for what Slack would refuse, OSError without file."""
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(tree, dict):
            raise ManifestRefused(f"{path} is not a manifest: expected a mapping at its top.")
        scopes = tree.get("oauth_config", {}).get("scopes", {})
        granted = frozenset(scopes.get("bot") or ()) | frozenset(scopes.get("bot_optional") or ())
        settings, features = tree.get("settings", {}), tree.get("features", {})
        home = features.get("app_home", {})
        made = cls(
            scopes=granted,
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events") or ()),
            commands={one["command"]: bool(one.get("should_escape")) for one in features.get("slash_commands") or ()},
            shortcuts={one["callback_id"]: one["type"] for one in features.get("shortcuts") or ()},
            agent="agent_view" in features,
            interactive=bool(settings.get("interactivity", {}).get("is_enabled")),
            home_tab=bool(home.get("home_tab_enabled")),
            messages_tab=bool(home.get("messages_tab_enabled")),
        )
        made._check(features)
        return made

    def _check(self, features: dict[str, Any]) -> None:
        for event in sorted(self.events):
            needed = EVENT_SCOPES.get(event)
            if needed and needed not in self.scopes:
                raise ManifestRefused(f"Event {event} needs the bot scope {needed}: add it to oauth_config.scopes.bot.")
        if (self.commands or self.shortcuts) and COMMANDS_SCOPE not in self.scopes:
            raise ManifestRefused(
                "Slash commands and shortcuts need the bot scope commands: add it to oauth_config.scopes.bot."
            )
        for callback_id, kind in self.shortcuts.items():
            if kind not in SHORTCUT_KINDS:
                raise ManifestRefused(f"The shortcut {callback_id} must be of type message or global, not {kind!r}.")
        if self.agent and "assistant_view" in features:
            raise ManifestRefused("agent_view and assistant_view must not be mixed: keep features.agent_view.")
