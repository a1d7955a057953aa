"""Who is in a channel or a user group is asked of Slack, page after page, every time."""

from collections.abc import Iterator

import pytest

from agents.surface import Conversation, Refused
from app.slack.belonging import conversation
from tests.app.slack.surface_given import Stage, on_stage

TEAM = "T0REHEARSE1"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with on_stage() as running:
        yield running


def test_only_those_who_were_asked_for_and_are_in_the_channel_are_returned(stage: Stage) -> None:
    # given a private channel of three people, when two are asked for of whom one is in it, then that one is returned
    among = {"U0ANN000001", "U0BEN000001"}
    assert stage.surface.members(TEAM, "C0FINANCE01", among, seconds=5) == {"U0ANN000001"}
    # and a channel that we are not in is refused, and not taken for empty
    with pytest.raises(Refused):
        stage.surface.members(TEAM, "C0SECRET001", among, seconds=5)


def test_a_user_group_is_read_whole(stage: Stage) -> None:
    # given the sales team, when it is read, then everyone of it is returned; one that is not there is refused
    assert stage.surface.group(TEAM, "S0SALESTEAM", seconds=5) == {"U0ANN000001", "U0BEN000001"}
    with pytest.raises(Refused, match="no_such_subteam"):
        stage.surface.group(TEAM, "S0NOBODY", seconds=5)


def test_whoever_asks_for_a_user_group_names_its_workspace(stage: Stage) -> None:
    # given an app that a whole organisation has installed: its token belongs to no workspace
    # when a group is read, then the call says of which workspace it is
    stage.surface.group(TEAM, "S0SALESTEAM", seconds=5)
    assert stage.rehearsal.calls("usergroups.users.list")[-1]["args"]["team_id"] == TEAM


def test_a_channel_says_with_whom_it_is_shared(stage: Stage) -> None:
    # given a private channel, and one that is shared with another organisation, when each is asked, then it says so
    assert stage.surface.conversation(TEAM, "C0FINANCE01", seconds=5) == Conversation(
        external=False, private=True, name="finance"
    )
    assert stage.surface.conversation(TEAM, "C0PARTNERS1", seconds=5).external


@pytest.mark.parametrize(
    ("told", "external"),
    [
        ({"is_ext_shared": False, "is_pending_ext_shared": False}, False),
        ({"is_ext_shared": False, "is_pending_ext_shared": True}, True),
        ({"is_ext_shared": False}, True),
        ({}, True),
        ({"is_im": True}, False),
    ],
)
def test_what_slack_does_not_say_is_taken_for_the_wider_audience(told: dict[str, bool], external: bool) -> None:
    # given what conversations.info may leave out, when it is read, then silence is not taken for "only us"
    assert conversation(told).external is external
