"""The app's manifest, as Slack takes it: for Socket Mode as it stands in manifest.yml, or for signed HTTP."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import yaml

from agents.errors import BadSetting

FILES = (Path(__file__).with_name("manifest.yml"), Path(__file__).parents[2] / "manifest.yml")
"""Where the manifest is: beside this file where Tagwork was installed as a wheel, else at the root of the source."""

NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="
"""Slack's page that makes an app of a manifest. docs.slack.dev, app-manifests/configuring-apps-with-app-manifests."""

EVENTS_PATH = "/slack/events"


def manifest_text() -> str:
    """Return manifest.yml as it stands, comments included. Raises BadSetting where this installation has none."""
    for file in FILES:
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise BadSetting("This installation of Tagwork has no manifest.yml. Take it from the source of the same version.")


def read_manifest() -> dict[str, Any]:
    """Return the manifest for Socket Mode."""
    tree: dict[str, Any] = yaml.safe_load(manifest_text())
    return tree


def over_http(tree: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Return the manifest for signed HTTP: Slack sends everything to `base_url`, such as https://tagwork.example.com.

    Raises:
        BadSetting: Slack would not take that address.
    """
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise BadSetting("--url must be an address that Slack can reach by https, such as https://tagwork.example.com.")
    request_url = base_url.rstrip("/") + EVENTS_PATH
    made: dict[str, Any] = deepcopy(dict(tree))
    made["settings"]["socket_mode_enabled"] = False
    made["settings"]["event_subscriptions"] = {"request_url": request_url, **made["settings"]["event_subscriptions"]}
    made["settings"]["interactivity"]["request_url"] = request_url
    for command in made["features"]["slash_commands"]:
        command["url"] = request_url
    return made


def link_of(tree: Mapping[str, Any]) -> str:
    """Return the address of Slack's page on which the new app is filled in already."""
    return NEW_APP + quote(json.dumps(tree, separators=(",", ":"), ensure_ascii=False), safe="")
