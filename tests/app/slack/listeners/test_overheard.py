"""Words beside any thread, to others, reach Intake where their channel is read along."""

import pytest

from agents.errors import JournalBusy
from agents.intake import Became
from tests.app.slack.bolt_given import KeptIntake, a_bolt
from tests.app.slack.events_given import a_message, an_event


@pytest.mark.parametrize("subtype", [None, "file_share"])
def test_what_is_written_to_others_reaches_intake_where_it_is_read_along(subtype: str | None) -> None:
    with a_bolt(intake=KeptIntake(Became.OVERHEARD, along=True)) as built:
        # given a channel that is read along, when someone writes in it, then Intake has it, and nothing shows that
        assert built.dispatch(an_event(a_message(subtype=subtype))).status == 200
        assert [post.addressed for post in built.intake.posts] == [False]
        assert built.calls() == []


@pytest.mark.parametrize(
    "told",
    [{"channel_type": "mpim"}, {"subtype": "channel_join"}],
    ids=["a group's direct messages", "no words of a person"],
)
def test_other_messages_are_left_alone(told: dict[str, str]) -> None:
    with a_bolt(intake=KeptIntake(Became.OVERHEARD, along=True)) as built:
        assert built.dispatch(an_event(a_message(**told))).status == 200
        assert built.intake.posts == []


def test_a_journal_that_is_away_makes_slack_send_nothing_again() -> None:
    with a_bolt(intake=KeptIntake(Became.OVERHEARD, along=True, failing=JournalBusy("away"))) as built:
        # given a journal that does not answer, when people talk to each other, then that is acknowledged, and not kept
        assert built.dispatch(an_event(a_message())).status == 200
        assert built.intake.posts == []
