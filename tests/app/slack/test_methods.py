"""manifest.yml asks for exactly what the code uses, both ways."""

import ast
import re
from pathlib import Path
from typing import Any

import yaml

from app.slack.methods import EVENTS, FEATURES, METHODS, scopes_needed

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "app/slack").rglob("*.py"))
KINDS = {"message.channels", "message.groups", "message.im", "message.mpim"}

AHEAD = {"agent_session_stopped", "reaction_added", "/tagwork", "ask_about_message"} | {
    *("channels:read", "groups:read", "im:read", "mpim:read"),
}
"""What the manifest may ask for before its listeners and calls are there."""


def the_manifest() -> Any:
    """Return manifest.yml."""
    return yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))


def test_the_scopes_are_those_that_our_calls_and_events_need() -> None:
    # given the table of methods and events, when compared with the manifest, then neither has more
    scopes = the_manifest()["oauth_config"]["scopes"]
    assert scopes_needed() <= set(scopes["bot"])
    assert set(scopes["bot"]) - scopes_needed() <= AHEAD
    assert list(scopes) == ["bot"]


def registered(decorator: str) -> set[str]:
    """Return every text that a listener hands to `app.<decorator>`, read from its source."""
    named: set[str] = set()
    for file in (ROOT / "app/slack/listeners").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == decorator:
                named |= {str(part.value) for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
    return named


def test_the_events_are_those_that_listeners_hear() -> None:
    # given what the listeners register for
    heard = {name for name in registered("event") if re.fullmatch(r"[a-z_]+", name)} - {
        *("type", "subtype", "message_deleted", "message_changed"),
    }
    # when compared, then `message` stands for the four kinds of conversation, and all else is the same
    assert "message" in heard
    assert (heard - {"message"}) | KINDS <= set(EVENTS)
    assert set(EVENTS) - heard - KINDS <= AHEAD
    assert set(the_manifest()["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)


def test_the_command_and_the_shortcut_are_those_that_listeners_take() -> None:
    # given the manifest's slash command and shortcut
    features = the_manifest()["features"]
    offered = {one["command"] for one in features["slash_commands"]}
    offered |= {one["callback_id"] for one in features["shortcuts"]}
    # when compared with what listeners register for, then a person who uses one is heard
    taken = registered("command") | registered("shortcut")
    assert taken <= offered
    assert offered - taken <= AHEAD
    # and names in a command's text come with their ids
    assert all(one["should_escape"] is True for one in features["slash_commands"])


def test_every_method_we_call_is_in_the_table_and_every_entry_is_called() -> None:
    # given the sources, when searched for names of methods
    text = "".join(file.read_text(encoding="utf-8") for file in SOURCES if file.name != "methods.py")
    called = set(re.findall(r'"((?:[a-z]+\.)+[a-zA-Z]+)"', text)) & {
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
