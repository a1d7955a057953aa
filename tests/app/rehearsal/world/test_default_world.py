"""The world file: what it may replace, and what it may not hold."""

import json
from pathlib import Path

import pytest

from app.rehearsal.clock import Clock
from app.rehearsal.world.default_world import WorldRefused, make_world, read_world_file
from app.rehearsal.world.world import World


def world_of(folder: Path, told: object) -> World:
    """The world that this file makes."""
    file = folder / "world.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return make_world(read_world_file(file), Clock(), "key")


def test_a_file_replaces_team_app_tokens_and_secret(tmp_path: Path) -> None:
    # given / when
    world = world_of(
        tmp_path,
        {
            "team": {"id": "T0OTHER0001"},
            "app": {"app_id": "A0OTHER0001", "bot_user": "U0OTHER0001"},
            "tokens": {"bot": "xoxb-1", "app": "xapp-1"},
            "signing_secret": "secret",
            "enterprise_id": "E0ENTERPRI1",
        },
    )
    # then
    assert (world.team_id, world.app.app_id, world.enterprise_id) == ("T0OTHER0001", "A0OTHER0001", "E0ENTERPRI1")
    assert (world.credentials.bot_token, world.credentials.app_token) == ("xoxb-1", "xapp-1")
    assert world.credentials.signing_secret == "secret"
    assert "U0OTHER0001" in world.channel("sales").members


def test_a_file_replaces_people_and_channels_and_names_members_by_handle(tmp_path: Path) -> None:
    # given / when
    world = world_of(
        tmp_path,
        {
            "people": [{"id": "U0EVE000001", "name": "eve", "kind": "member"}],
            "channels": [
                {"id": "C0LAB000001", "name": "lab", "kind": "private", "members": ["eve", "bot"], "external": True}
            ],
        },
    )
    # then
    assert world.channel("lab").members == ["U0EVE000001", world.app.bot_user]
    assert world.channel("lab").external
    assert sorted(person.name for person in world.people.values()) == ["eve", "tagwork"]


@pytest.mark.parametrize(
    ("told", "named"),
    [({"peopel": []}, "peopel"), ([], "expected a mapping")],
)
def test_a_file_with_anything_else_is_refused_by_name(tmp_path: Path, told: object, named: str) -> None:
    # given / when / then
    with pytest.raises(WorldRefused, match=named):
        world_of(tmp_path, told)


def test_a_kind_of_person_that_slack_does_not_have_is_refused(tmp_path: Path) -> None:
    # given / when / then
    with pytest.raises(ValueError, match="no kind of person"):
        world_of(tmp_path, {"people": [{"id": "U1", "name": "eve", "kind": "wizard"}]})
