"""Clicks reach Intake whole, are acknowledged once they are stored, and never otherwise."""

import json

import pytest

from agents.errors import JournalBusy
from agents.messages import Press
from agents.stopping import How
from tests.app.slack.bolt_given import KeptIntake, a_bolt
from tests.app.slack.events_given import US
from tests.app.slack.interactions_given import AT, ROOT, a_click


@pytest.mark.parametrize(
    ("action_id", "value", "press", "kept"),
    [
        ("tagwork:stop:1", "run1", Press.STOP, "run1"),
        ("tagwork:answer:2", "question1:2", Press.ANSWER, "question1:2"),
        ("tagwork:why:1", "run1", Press.WHY, "run1"),
        ("tagwork:feedback", "good:run1", Press.GOOD, "run1"),
        ("tagwork:feedback", "bad:run1", Press.BAD, "run1"),
    ],
)
def test_every_button_of_ours_is_a_click_with_its_place(action_id: str, value: str, press: Press, kept: str) -> None:
    with a_bolt() as built:
        # given a click, when it comes, then it is stored with who, where and what, and acknowledged
        assert built.dispatch(a_click(action_id, value)).status == 200
        [click] = built.intake.clicks
        assert (click.press, click.value, click.how) == (press, kept, How.BUTTON)
        assert (click.team_id, click.channel, click.root, click.at) == (US.team_id, "C0SALES0001", ROOT, AT)
        assert (click.user_id, click.external) == ("U0ANN000001", False)


@pytest.mark.failure_mode(51)
def test_a_click_that_could_not_be_stored_is_not_acknowledged() -> None:
    with a_bolt(intake=KeptIntake(failing=JournalBusy("locked"))) as built:
        # given a journal that is locked, when a button is pressed, then Slack shows its presser an error
        assert built.dispatch(a_click("tagwork:stop:1", "run1")).status == 500


def test_whoever_did_not_like_an_answer_is_asked_why() -> None:
    with a_bolt() as built:
        # given a thumb down, when pressed, then it is stored, and a modal asks what was wrong
        assert built.dispatch(a_click("tagwork:feedback", "bad:run1")).status == 200
        assert built.calls() == ["views.open"]
        assert b'"private_metadata": "run1"' in built.wire.seen[0].body


@pytest.mark.failure_mode(61)
def test_a_click_from_another_organisation_is_one_of_a_stranger() -> None:
    with a_bolt() as built:
        # given a presser of another team, when they press, then Intake is told so
        built.dispatch(a_click("tagwork:stop:1", "run1", user={"id": "U0EVE000001", "team_id": "T0OTHER0001"}))
        assert [click.external for click in built.intake.clicks] == [True]


@pytest.mark.failure_mode(60)
@pytest.mark.parametrize("action_id", ["tagwork:", "tagwork:sudo:1", "tagwork:feedback"])
def test_a_button_that_we_never_made_is_nothing(action_id: str) -> None:
    with a_bolt() as built:
        # given an action_id that only looks like ours, when it comes, then nothing is stored
        assert built.dispatch(a_click(action_id, "x")).status == 200
        assert built.intake.clicks == []


def test_saving_a_change_is_answered_in_the_place_of_what_was_shown() -> None:
    with a_bolt() as built:
        # given a change that someone was shown, when they save it, then that message becomes the answer
        url = f"{built.wire.url}/actions/T0HOME00001/1/abc"
        assert built.dispatch(a_click("tagwork:save:1", "change1", response_url=url)).status == 200
        assert [path.rsplit("/", 1)[-1] for path in built.calls()] == ["abc"]
        told = json.loads(built.wire.seen[-1].body)
        assert (told["replace_original"], told["text"]) == (True, "Saved.")
        assert [(one.change_id, one.save) for one in built.intake.decisions] == [("change1", True)]
        assert built.intake.clicks == []
