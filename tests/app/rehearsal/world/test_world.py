"""The state of a workspace, without HTTP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rehearsal.clock import Clock
from app.rehearsal.ids import Ids
from app.rehearsal.slack_error import SlackError
from app.rehearsal.world.default_world import make_world
from app.rehearsal.world.messages import Message
from app.rehearsal.world.world import REACTION_KINDS_PER_MESSAGE, World


def fresh_world() -> World:
    """The default workspace."""
    return make_world({}, Clock(), "key")


def say(world: World, text: str, root: str | None = None) -> Message:
    """A message of Ann's in #sales."""
    return world.say(Message("C0SALES0001", world.new_ts(), "U0ANN000001", text, root))


def test_the_default_workspace_has_every_kind_of_person_and_channel() -> None:
    # given / when
    world = fresh_world()
    # then
    assert {person.kind for person in world.people.values()} == {
        "owner", "admin", "member", "guest", "single_channel_guest", "stranger", "deactivated", "bot",
    }  # fmt: skip
    assert {channel.kind for channel in world.channels.values()} == {"public", "private", "im"}
    assert any(channel.external for channel in world.channels.values())
    assert any(channel.archived for channel in world.channels.values())
    assert all(world.app.bot_user in world.direct_message("U0ANN000001").members for _ in range(2))


def test_two_starts_make_the_same_ids_and_two_teams_different_tokens() -> None:
    # given / when
    one, two = fresh_world(), fresh_world()
    # then
    assert sorted(one.channels) == sorted(two.channels)
    assert one.credentials == two.credentials
    assert Ids("T1").new("F") != Ids("T2").new("F")


@given(st.lists(st.floats(min_value=1.6e9, max_value=1.9e9), min_size=2, max_size=50))
def test_timestamps_always_grow_whatever_the_clock_does(times: list[float]) -> None:
    # given a clock that jumps / when
    ids = Ids("T1")
    stamps = [ids.ts(now) for now in times]
    # then
    assert stamps == sorted(set(stamps), key=lambda ts: tuple(map(int, ts.split("."))))
    assert all(len(ts.partition(".")[2]) == 6 for ts in stamps)


def test_a_message_takes_fifty_kinds_of_reaction() -> None:
    # given
    world = fresh_world()
    said = say(world, "hello")
    for number in range(REACTION_KINDS_PER_MESSAGE):
        world.react(said, "U0BEN000001", f"r{number}")
    # when / then
    with pytest.raises(SlackError, match="too_many_reactions"):
        world.react(said, "U0BEN000001", "one_more")
    world.react(said, "U0ANN000001", "r0")


def test_nothing_leaves_the_log_of_what_was_visible() -> None:
    # given
    world = fresh_world()
    said = say(world, "first")
    # when
    world.edit(said, "U0ANN000001", "second", [])
    world.delete(said)
    # then
    assert [entry["text"] for entry in world.visible.of("C0SALES0001", said.ts)] == ["first", "second", "second"]
    with pytest.raises(SlackError, match="message_not_found"):
        world.message("C0SALES0001", said.ts)


def test_a_thread_holds_its_root_and_its_replies_only() -> None:
    # given
    world = fresh_world()
    root, other = say(world, "root"), say(world, "other")
    reply = say(world, "reply", root.ts)
    # when / then
    assert world.thread("C0SALES0001", root.ts) == [root, reply]
    assert world.live_replies("C0SALES0001", other.ts) == []
