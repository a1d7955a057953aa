"""Every Web API method that we call: how it takes its arguments, which scopes it needs, how often it may be called,
whether it may be repeated."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """One method.

    Attributes:
        scopes: bot scopes, all of them needed. docs.slack.dev, the method's page.
        form: arguments go as a form: methods that read do not all take JSON (docs.slack.dev, apis/web-api).
        repeatable: the second call changes nothing that the first did not (E21).
        tier: Slack's class of rate limits (docs.slack.dev, apis/web-api/rate-limits, and the method's page);
            0: special, or not told, and not budgeted here unless call_budget.py names it.
        decorates: it is only ever called for what people can do without.
        optional: only tools that have to be allowed first call it; without its scopes they alone fail.
    """

    scopes: tuple[str, ...] = ()
    form: bool = False
    repeatable: bool = False
    tier: int = 0
    decorates: bool = False
    optional: bool = False


HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Method] = {
    "agents.sessions.setStatus": Method(("chat:write",), repeatable=True, tier=3, decorates=True),
    "apps.connections.open": Method(form=True, repeatable=True),
    "assistant.threads.setStatus": Method(("chat:write",), repeatable=True, decorates=True),
    "assistant.threads.setSuggestedPrompts": Method(("assistant:write",), repeatable=True, tier=3, decorates=True),
    "auth.test": Method(form=True, repeatable=True),
    "bots.info": Method(("users:read",), form=True, repeatable=True, tier=3),
    "canvases.edit": Method(("canvases:write",), tier=3, optional=True),
    "canvases.sections.lookup": Method(("canvases:read",), form=True, repeatable=True, tier=3, optional=True),
    "chat.appendStream": Method(("chat:write",), tier=4, decorates=True),
    "chat.delete": Method(("chat:write",), repeatable=True, tier=3),
    "chat.postEphemeral": Method(("chat:write",), tier=4),
    "chat.postMessage": Method(("chat:write",)),
    "chat.scheduleMessage": Method(("chat:write",), tier=3),
    "chat.scheduledMessages.list": Method(form=True, repeatable=True, tier=3),
    "chat.startStream": Method(("chat:write",), tier=2, decorates=True),
    "chat.stopStream": Method(("chat:write",), repeatable=True, tier=2),
    "chat.update": Method(("chat:write",), repeatable=True, tier=3),
    "conversations.canvases.create": Method(("canvases:write",), tier=2, optional=True),
    "conversations.history": Method(HISTORY, form=True, repeatable=True, tier=3),
    "conversations.info": Method(
        ("channels:read", "groups:read", "im:read", "mpim:read"), form=True, repeatable=True, tier=3
    ),
    "conversations.members": Method(
        ("channels:read", "groups:read", "im:read", "mpim:read"), form=True, repeatable=True, tier=4
    ),
    "conversations.open": Method(("im:write",), repeatable=True, tier=3),
    "conversations.replies": Method(HISTORY, form=True, repeatable=True, tier=3),
    "conversations.setTopic": Method(
        ("channels:write.topic", "groups:write.topic"), form=True, repeatable=True, tier=2, optional=True
    ),
    "files.completeUploadExternal": Method(("files:write",), form=True, tier=4),
    "files.getUploadURLExternal": Method(("files:write",), form=True, repeatable=True, tier=4),
    "files.info": Method(("files:read",), form=True, repeatable=True, tier=4),
    "reactions.add": Method(("reactions:write",), repeatable=True, tier=3, decorates=True),
    "reactions.remove": Method(("reactions:write",), repeatable=True, tier=2, decorates=True),
    "usergroups.users.list": Method(("usergroups:read",), form=True, repeatable=True, tier=2),
    "users.info": Method(("users:read",), form=True, repeatable=True, tier=4),
    "users.list": Method(("users:read",), form=True, repeatable=True, tier=2),
    "views.open": Method(tier=4),
    "views.update": Method(repeatable=True, tier=4),
    "views.publish": Method(repeatable=True, tier=4),
}

EVENTS: dict[str, tuple[str, ...]] = {
    "agent_session_stopped": (),
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "user_change": ("users:read",),
}
"""The events that the listeners hear, as the manifest names them, with the scopes of each. docs.slack.dev, events."""

FEATURES: dict[str, tuple[str, ...]] = {
    "agent_view": ("assistant:write",),
    "shortcuts": ("commands",),
    "slash_commands": ("commands",),
}
"""The features that the manifest declares, with the scopes that Slack adds for each. docs.slack.dev, app-manifest."""


def scopes_needed() -> frozenset[str]:
    """Return every bot scope that our calls, events and features need, but those of optional methods."""
    by_calls = {scope for method in METHODS.values() if not method.optional for scope in method.scopes}
    return frozenset(
        by_calls | {scope for table in (EVENTS, FEATURES) for scopes in table.values() for scope in scopes}
    )


def scopes_wanted() -> frozenset[str]:
    """Return the bot scopes that only optional methods need: whoever installs the app may decline them."""
    return frozenset(scope for method in METHODS.values() for scope in method.scopes) - scopes_needed()


def scopes_page() -> Iterable[str]:
    """Yield the lines of docs/reference/scopes.md: each bot scope with what needs it."""
    yield "# Slack scopes\n"
    yield "`manifest.yml` asks for exactly these. The optional ones may be declined: then only their calls fail.\n"
    yield "| bot scope | what needs it |"
    yield "| --- | --- |"
    for scope in sorted(scopes_needed() | scopes_wanted()):
        calls = [f"`{name}`" for name, method in sorted(METHODS.items()) if scope in method.scopes]
        events = [f"the event `{name}`" for name, scopes in sorted(EVENTS.items()) if scope in scopes]
        features = [f"the feature `{name}`" for name, scopes in sorted(FEATURES.items()) if scope in scopes]
        name = f"`{scope}`" if scope in scopes_needed() else f"`{scope}` (optional)"
        yield f"| {name} | {', '.join(calls + events + features)} |"
