"""Every Web API method that we call: how it takes its arguments, which scopes it needs, whether it may be repeated."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """One method.

    Attributes:
        scopes: bot scopes, all of them needed. docs.slack.dev, the method's page.
        form: arguments go as a form: methods that read do not all take JSON (docs.slack.dev, apis/web-api).
        repeatable: the second call changes nothing that the first did not (E21).
    """

    scopes: tuple[str, ...] = ()
    form: bool = False
    repeatable: bool = False


HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Method] = {
    "agents.sessions.setStatus": Method(("chat:write",), repeatable=True),
    "apps.connections.open": Method(form=True, repeatable=True),
    "assistant.threads.setStatus": Method(("chat:write",), repeatable=True),
    "assistant.threads.setSuggestedPrompts": Method(("assistant:write",), repeatable=True),
    "auth.test": Method(form=True, repeatable=True),
    "bots.info": Method(("users:read",), form=True, repeatable=True),
    "chat.appendStream": Method(("chat:write",)),
    "chat.delete": Method(("chat:write",), repeatable=True),
    "chat.postEphemeral": Method(("chat:write",)),
    "chat.postMessage": Method(("chat:write",)),
    "chat.startStream": Method(("chat:write",)),
    "chat.stopStream": Method(("chat:write",), repeatable=True),
    "chat.update": Method(("chat:write",), repeatable=True),
    "conversations.history": Method(HISTORY, form=True, repeatable=True),
    "conversations.info": Method(("channels:read", "groups:read", "im:read", "mpim:read"), form=True, repeatable=True),
    "conversations.open": Method(("im:write",), repeatable=True),
    "conversations.replies": Method(HISTORY, form=True, repeatable=True),
    "files.completeUploadExternal": Method(("files:write",), form=True),
    "files.getUploadURLExternal": Method(("files:write",), form=True, repeatable=True),
    "files.info": Method(("files:read",), form=True, repeatable=True),
    "reactions.add": Method(("reactions:write",), repeatable=True),
    "reactions.remove": Method(("reactions:write",), repeatable=True),
    "users.info": Method(("users:read",), form=True, repeatable=True),
    "views.open": Method(),
    "views.publish": Method(repeatable=True),
}

EVENTS: dict[str, tuple[str, ...]] = {
    "agent_session_stopped": (),
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
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
    """Return every bot scope that our calls, events and features need."""
    by_calls = {scope for method in METHODS.values() for scope in method.scopes}
    return frozenset(
        by_calls | {scope for table in (EVENTS, FEATURES) for scopes in table.values() for scope in scopes}
    )


def scopes_page() -> Iterable[str]:
    """Yield the lines of docs/reference/scopes.md: each bot scope with what needs it."""
    yield "# Slack scopes\n"
    yield "`manifest.yml` asks for exactly these.\n"
    yield "| bot scope | what needs it |"
    yield "| --- | --- |"
    for scope in sorted(scopes_needed()):
        calls = [f"`{name}`" for name, method in sorted(METHODS.items()) if scope in method.scopes]
        events = [f"the event `{name}`" for name, scopes in sorted(EVENTS.items()) if scope in scopes]
        features = [f"the feature `{name}`" for name, scopes in sorted(FEATURES.items()) if scope in scopes]
        yield f"| `{scope}` | {', '.join(calls + events + features)} |"
