"""manifest.yml asks for exactly what the code uses, both ways."""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from app.slack.methods import EVENTS, FEATURES, METHODS, scopes_needed, scopes_wanted
from app.slack.wording import PROMPTS

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "app/slack").rglob("*.py"))
KINDS = {"message.channels", "message.groups", "message.im", "message.mpim"}


def the_manifest() -> Any:
    """Return manifest.yml."""
    return yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))


def test_the_scopes_are_those_that_our_calls_and_events_need() -> None:
    # given the table of methods and events, when compared with the manifest, then neither has more
    scopes = the_manifest()["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == scopes_needed()
    assert set(scopes["bot_optional"]) == scopes_wanted()
    assert list(scopes) == ["bot", "bot_optional"]
    # and what an installer may decline is nothing that answering needs
    assert scopes_wanted() == {"canvases:read", "canvases:write", "channels:write.topic", "groups:write.topic"}


class Registered:
    """Stands where listeners are given Bolt's App, and keeps what each registers for."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {}

    def __getattr__(self, kind: str) -> Callable[..., Callable[[object], object]]:
        def register(what: object, **_: object) -> Callable[[object], object]:
            named = what["type"] if isinstance(what, Mapping) else what
            if isinstance(named, str):
                self.names.setdefault(kind, set()).add(named)
            return lambda listener: listener

        return register


def registered() -> dict[str, set[str]]:
    """Return the events, commands and shortcuts that listeners register for."""
    app = Registered()
    for file in sorted((ROOT / "app/slack/listeners").glob("[a-z]*.py")):
        import_module(f"app.slack.listeners.{file.stem}").register(app, None)
    return app.names


def test_the_events_are_those_that_listeners_hear() -> None:
    # given what the listeners register for, when compared, then `message` stands for the four kinds of conversation
    heard = registered()["event"]
    assert "message" in heard
    assert (heard - {"message"}) | KINDS == set(EVENTS)
    assert set(the_manifest()["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)


def test_the_command_and_the_shortcut_are_those_that_listeners_take() -> None:
    # given the manifest's slash command and shortcut, when compared with what listeners take, then all is heard
    features, taken = the_manifest()["features"], registered()
    assert {one["command"] for one in features["slash_commands"]} == taken["command"]
    assert {one["callback_id"] for one in features["shortcuts"]} == taken["message_shortcut"]
    # and names in a command's text come with their ids
    assert all(one["should_escape"] is True for one in features["slash_commands"])


def test_the_suggested_prompts_are_the_same_wherever_they_stand() -> None:
    # given the manifest's prompts and those that we suggest in direct messages, when compared, then they are the same
    assert the_manifest()["features"]["agent_view"]["suggested_prompts"] == PROMPTS


def test_every_method_we_call_is_in_the_table_and_every_entry_is_called() -> None:
    # given the sources, when searched for names of methods
    text = "".join(file.read_text(encoding="utf-8") for file in SOURCES if file.name != "methods.py")
    called = set(re.findall(r'"((?:[a-zA-Z]+\.)+[a-zA-Z]+)"', text)) & {
        *METHODS,
        *re.findall(r'"(chat\.\w+|[a-z]+\.info)"', text),
    }
    # then table and calls agree
    assert called == set(METHODS)


def test_nothing_is_switched_on_that_is_not_built() -> None:
    # given the manifest, when read, then it has Socket Mode, the features whose scopes we know, and none of later days
    manifest = the_manifest()
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["display_information"]["name"] == "Tagwork"
    assert set(manifest["features"]) == {"app_home", "bot_user", *FEATURES}
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert "functions" not in manifest


def test_every_text_of_the_manifest_is_as_long_as_slack_takes() -> None:
    # given the manifest's texts and Slack's limits (docs.slack.dev, app-manifest)
    manifest = the_manifest()
    shown, features = manifest["display_information"], manifest["features"]
    # when measured, then each fits
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert 1 <= len(features["agent_view"]["suggested_prompts"]) <= 4
    assert all(len(one["name"]) <= 24 for one in features["shortcuts"])
