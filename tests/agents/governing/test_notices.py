"""Who is told that a policy changed: channels whose rights widen, admins in one summary, nobody more than hourly."""

import pytest

from tests.given.engines import Engine
from tests.given.orders import IDS, decides, gives
from tests.given.time import move


def posts(engine: Engine, channel: str) -> list[str]:
    """Return the words of our own messages that stand in a channel itself, oldest first."""
    found = [one for one in engine.rehearsal.history(IDS[channel]) if one["by_app"] and not one["deleted"]]
    return [str(one["text"]) for one in sorted(found, key=lambda one: str(one["ts"]))]


def direct(engine: Engine) -> tuple[set[str], list[str]]:
    """Return whose direct messages were opened, and the words of all that was sent to any."""
    opened = {str(one["args"]["users"]) for one in engine.rehearsal.calls("conversations.open")}
    sent = [one["args"] for one in engine.rehearsal.calls("chat.postMessage")]
    return opened, [str(one["text"]) for one in sent if str(one["channel"]).startswith("D")]


def saves(engine: Engine, text: str, *, user: str = "adam") -> None:
    """Have an admin change something, and let it be told."""
    decides(engine, user, gives(engine, user, text))
    engine.work()


def test_a_channel_is_told_once_what_widens_and_not_what_narrows(engine: Engine) -> None:
    # given a channel, when its rights narrow, then nobody there is told
    saves(engine, "deny read_thread in #C0SALES0001")
    assert posts(engine, "sales") == []

    # when they widen, then it is told, by whom and what; another channel is not
    saves(engine, "allow post_message for members in #C0SALES0001")
    [told] = posts(engine, "sales")
    assert told.startswith("adam changed what I may do in this channel:")
    assert "allows post_message" in told
    assert "read_thread" not in told
    assert posts(engine, "general") == []


def test_what_widens_within_the_hour_is_summed_up_at_its_end(engine: Engine) -> None:
    # given a channel that was told of a change just now
    saves(engine, "allow post_message in #C0SALES0001")
    assert len(posts(engine, "sales")) == 1

    # when two more widen it, then nothing is told at once
    saves(engine, "allow set_topic in #C0SALES0001")
    saves(engine, "allow write_canvas in #C0SALES0001")
    assert len(posts(engine, "sales")) == 1

    # when the hour is over, then one message has both
    move(engine.journal.database.clock, 3_700)
    engine.work()
    first, second = posts(engine, "sales")
    assert "post_message" in first
    assert "set_topic" in second
    assert "write_canvas" in second

    # when another widens it after that, then it is told at its own hour, and never before
    saves(engine, "allow schedule_message in #C0SALES0001")
    assert len(posts(engine, "sales")) == 2


@pytest.mark.parametrize("widens", [True, False])
def test_other_admins_get_a_summary_of_any_change(engine: Engine, widens: bool) -> None:
    # given two admins whom we know
    gives(engine, "olivia", "status")
    gives(engine, "adam", "status")

    # when one changes something, then the other is told, with the words it was ordered by; members are not
    saves(engine, "allow set_topic in workspace" if widens else "deny set_topic in workspace")
    opened, [told] = direct(engine)
    assert opened == {IDS["olivia"]}
    assert told.startswith("adam changed the policy (/tagwork ")
    assert "set_topic" in told


def test_joining_a_channel_says_what_that_means(engine: Engine) -> None:
    # given a workspace that keeps things for a week
    where = (engine.rehearsal.app_id, engine.rehearsal.team_id, IDS["general"])

    # when we join a channel, and the event comes twice
    engine.intake.joined(*where, "1795546120.000200")
    engine.intake.joined(*where, "1795546120.000200")
    engine.work()

    # then it is said once what is read and kept, for how long, where it goes, who decides and how to stop it
    [told] = posts(engine, "general")
    for part in ("What I read", "for 30 days", "400 days", "Where it goes", "owners and admins", "/tagwork freeze"):
        assert part in told
