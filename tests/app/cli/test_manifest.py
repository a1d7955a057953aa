"""`tagwork manifest` gives Slack what manifest.yml says, in every form that Slack takes."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from typer.testing import CliRunner

from agents.errors import BadSetting
from app.cli import build
from app.rehearsal.manifest import Manifest

ROOT = Path(__file__).parents[3]


def printed(*words: str) -> str:
    """Return what `tagwork manifest …` prints."""
    told = CliRunner().invoke(build(), ["manifest", *words])
    assert told.exit_code == 0, told.output
    return told.stdout


def the_manifest() -> Any:
    """Return manifest.yml."""
    return yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))


def test_it_prints_the_file() -> None:
    # given manifest.yml, when printed, then it is the file, byte for byte
    assert printed() == (ROOT / "manifest.yml").read_text(encoding="utf-8")
    assert json.loads(printed("--json")) == the_manifest()


def test_the_link_opens_slack_with_the_whole_manifest_filled_in() -> None:
    # given the link, when taken apart
    address = urlsplit(printed("--link").strip())
    asked = parse_qs(address.query)

    # then it is Slack's page for a new app, and carries the manifest and nothing else
    assert (address.scheme, address.netloc, address.path) == ("https", "api.slack.com", "/apps")
    assert asked["new_app"] == ["1"]
    assert json.loads(asked["manifest_json"][0]) == the_manifest()


def test_for_http_every_way_in_has_its_address_and_socket_mode_is_off(tmp_path: Path) -> None:
    # given where Slack reaches Tagwork, when the manifest is printed for it
    text = printed("--url", "https://tagwork.example.com/")
    tree = yaml.safe_load(text)

    # then events, interactivity and the command go there
    wanted = "https://tagwork.example.com/slack/events"
    settings = tree["settings"]
    assert settings["event_subscriptions"]["request_url"] == wanted
    assert settings["interactivity"] == {"is_enabled": True, "request_url": wanted}
    assert [one["url"] for one in tree["features"]["slash_commands"]] == [wanted]
    assert settings["socket_mode_enabled"] is False

    # and what it asks for is the same
    (tmp_path / "http.yml").write_text(text, encoding="utf-8")
    for_http, as_it_stands = Manifest.read(tmp_path / "http.yml"), Manifest.read(ROOT / "manifest.yml")
    assert (for_http.scopes, for_http.events) == (as_it_stands.scopes, as_it_stands.events)


@pytest.mark.parametrize("url", ["http://tagwork.example.com", "tagwork.example.com", "https://", "https://a/?b=c"])
def test_an_address_that_slack_would_not_take_is_refused(url: str) -> None:
    # given such an address, when the manifest is printed for it, then the complaint names the shape
    told = CliRunner().invoke(build(), ["manifest", "--url", url])
    assert isinstance(told.exception, BadSetting)
    assert "https://tagwork.example.com" in str(told.exception)
