"""manifest.yml asks for exactly what the code uses, both ways."""

import ast
import re
from pathlib import Path
from typing import Any

import yaml

from app.slack.methods import EVENTS, METHODS, scopes_needed, scopes_page

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
    assert list(scopes) == ["bot"]


def test_the_events_are_those_that_listeners_hear() -> None:
    # given what the listeners register for, read from their source
    named: set[str] = set()
    for file in (ROOT / "app/slack/listeners").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "event":
                named |= {str(part.value) for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
    heard = {name for name in named if re.fullmatch(r"[a-z_]+", name)} - {"type", "subtype", "message_deleted"}
    # when compared, then `message` stands for the four kinds of conversation, and all else is the same
    assert "message" in heard
    assert (heard - {"message"}) | KINDS == set(EVENTS)
    assert set(the_manifest()["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)


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
    # given the manifest, when read, then it has Socket Mode and no features of later days
    manifest = the_manifest()
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["display_information"]["name"] == "Tagwork"
    assert set(manifest["features"]) == {"app_home", "bot_user"}
    assert "functions" not in manifest


def test_the_page_of_scopes_is_current() -> None:
    # given docs/reference/scopes.md, when compared with what the code prints, then it is the same
    assert (ROOT / "docs/reference/scopes.md").read_text(encoding="utf-8") == scopes_page()
