"""Buttons, menus and feedback in messages: what arrives at the unmodified Bolt app, and what the presser sees."""

from collections.abc import Callable

import pytest
from slack_bolt import App

from tests.app.rehearsal.conftest import web_client
from tests.app.rehearsal.interactivity.bolt import ANN, SALES, Json, ask_in_thread, bolt, button, plain
from tests.given.rehearsal import ControlRefused, RehearsalProcess


def acknowledging(*action_ids: str) -> Callable[[App], None]:
    """Listeners that only acknowledge."""

    def register(app: App) -> None:
        for action_id in action_ids:
            app.action(action_id)(lambda ack: ack())

    return register


def test_a_press_arrives_as_slack_sends_it(rehearsal: RehearsalProcess) -> None:
    # given a question with two buttons in a thread
    with bolt(rehearsal, acknowledging("yes")) as heard:
        root, ts = ask_in_thread(rehearsal, button("yes", "run:7"), button("no", "run:7", "No"))
        # when
        answered = rehearsal.press("ann", "sales", ts, "yes")
    # then
    assert answered["acknowledged"]
    (body,) = [one for one in heard if one["type"] == "block_actions"]
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": SALES,
        "is_ephemeral": False,
        "thread_ts": root,
    }
    assert body["user"] == {"id": ANN, "username": "ann", "name": "ann", "team_id": rehearsal.team_id}
    assert (body["team"]["id"], body["api_app_id"]) == (rehearsal.team_id, rehearsal.app_id)
    assert body["channel"] == {"id": SALES, "name": "sales"}
    assert (body["message"]["ts"], body["message"]["thread_ts"]) == (ts, root)
    assert body["trigger_id"]
    assert body["response_url"].startswith(f"{rehearsal.url}/actions/{rehearsal.team_id}/")
    assert body["state"] == {"values": {}}
    (action,) = body["actions"]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "yes",
        "block_id": "choices",
        "value": "run:7",
        "text": plain("Yes"),
    }


def test_a_button_can_be_pressed_again(rehearsal: RehearsalProcess) -> None:
    # given
    with bolt(rehearsal, acknowledging("yes")) as heard:
        _, ts = ask_in_thread(rehearsal, button("yes", "1"))
        # when
        rehearsal.press("ann", "sales", ts, "yes")
        rehearsal.press("ben", "sales", ts, "yes")
    # then
    assert [one["user"]["name"] for one in heard if one["type"] == "block_actions"] == ["ann", "ben"]


def test_what_the_message_does_not_have_cannot_be_pressed(rehearsal: RehearsalProcess) -> None:
    # given
    _, ts = ask_in_thread(rehearsal, button("yes", "1"))
    # when / then
    with pytest.raises(ControlRefused, match="Nothing here has the action_id 'delete_all'; there is yes"):
        rehearsal.press("ann", "sales", ts, "delete_all")
    assert rehearsal.interactions() == []


@pytest.mark.parametrize("forger", ["ben", "gus"])
def test_a_forged_press_arrives_all_the_same(rehearsal: RehearsalProcess, forger: str) -> None:
    # given a question whose buttons were replaced by a record
    with bolt(rehearsal, acknowledging("yes")) as heard:
        _, ts = ask_in_thread(rehearsal, button("yes", "1"))
        web_client(rehearsal).chat_update(channel=SALES, ts=ts, text="Ann said yes.")
        # when someone whose client still shows the old button presses it
        rehearsal.press(forger, "sales", ts, "yes", value="1", forged=True)
    # then
    (body,) = [one for one in heard if one["type"] == "block_actions"]
    assert (body["actions"][0]["value"], body["message"]["text"]) == ("1", "Ann said yes.")


def test_feedback_says_which_of_the_two(rehearsal: RehearsalProcess) -> None:
    # given
    feedback = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": plain("Good"), "value": "up:7"},
        "negative_button": {"text": plain("Bad"), "value": "down:7"},
    }
    with bolt(rehearsal, acknowledging("feedback")) as heard:
        _, ts = ask_in_thread(rehearsal, feedback, kind="context_actions")
        # when
        rehearsal.press("ann", "sales", ts, "feedback", value="down:7")
    # then
    (body,) = [one for one in heard if one["type"] == "block_actions"]
    assert (body["actions"][0]["type"], body["actions"][0]["value"]) == ("feedback_buttons", "down:7")


def test_a_choice_in_a_menu_of_a_message_names_the_option(rehearsal: RehearsalProcess) -> None:
    # given
    options = [{"text": plain(name), "value": name.lower()} for name in ("North", "South")]
    with bolt(rehearsal, acknowledging("more")) as heard:
        _, ts = ask_in_thread(rehearsal, {"type": "overflow", "action_id": "more", "options": options})
        # when
        rehearsal.press("ann", "sales", ts, "more", value="south")
        # then an option that is not offered is refused
        with pytest.raises(ControlRefused, match="more offers north, south, not 'east'"):
            rehearsal.press("ann", "sales", ts, "more", value="east")
    (body,) = [one for one in heard if one["type"] == "block_actions"]
    assert body["actions"][0]["selected_option"] == options[1]


def test_an_unacknowledged_press_is_an_error_to_the_presser_and_never_comes_again(rehearsal: RehearsalProcess) -> None:
    # given an app that hears the press and does not acknowledge it, and a short patience
    rehearsal.delivery(ack_seconds=0.2, retry_after=[0, 0, 0])

    def register(app: App) -> None:
        @app.action("yes")
        def yes() -> None:
            """Say nothing."""

    with bolt(rehearsal, register) as heard:
        root, ts = ask_in_thread(rehearsal, button("yes", "1"))
        # when
        answered = rehearsal.press("ann", "sales", ts, "yes")
    # then
    assert not answered["acknowledged"]
    assert len([one for one in heard if one["type"] == "block_actions"]) == 1
    (shown,) = [entry for entry in rehearsal.visible("sales", root) if entry["what"] == "interaction_failed"]
    assert (shown["shown_to"], shown["text"]) == (ANN, "The app did not respond in time. Try again.")


def test_someone_outside_the_channel_presses_nothing(rehearsal: RehearsalProcess) -> None:
    # given
    _, ts = ask_in_thread(rehearsal, button("yes", "1"))
    # when / then
    with pytest.raises(ControlRefused, match="chloe is not in #sales"):
        rehearsal.press("chloe", "sales", ts, "yes")


def test_a_button_shown_to_one_person_alone_can_be_pressed_by_them(rehearsal: RehearsalProcess) -> None:
    # given an ephemeral question
    with bolt(rehearsal, acknowledging("yes")) as heard:
        shown = web_client(rehearsal).chat_postEphemeral(
            channel=SALES,
            user=ANN,
            text="Sure?",
            blocks=[{"type": "actions", "block_id": "b", "elements": [button("yes", "1")]}],
        )
        # when
        rehearsal.press("ann", "sales", shown["message_ts"], "yes")
        with pytest.raises(ControlRefused, match="ben sees no message"):
            rehearsal.press("ben", "sales", shown["message_ts"], "yes")
    # then
    bodies: list[Json] = [one for one in heard if one["type"] == "block_actions"]
    assert [(one["container"]["is_ephemeral"], "message" in one) for one in bodies] == [(True, False)]


def test_a_menu_that_asks_its_app_offers_what_the_app_says(rehearsal: RehearsalProcess) -> None:
    # given a menu whose options the app offers
    option = {"text": plain("Northern region"), "value": "north"}

    def register(app: App) -> None:
        app.action("region")(lambda ack: ack())
        app.options("region")(lambda ack: ack(options=[option]))

    with bolt(rehearsal, register) as heard:
        _, ts = ask_in_thread(rehearsal, {"type": "external_select", "action_id": "region"})
        where = {"user": "ann", "channel": "sales", "ts": ts, "action_id": "region"}
        # when it is chosen before anything was typed, and after
        with pytest.raises(ControlRefused, match="region offers"):
            rehearsal.press("ann", "sales", ts, "region", value="north")
        offered = rehearsal.control("POST", "/suggest", where | {"value": "nor"})
        rehearsal.press("ann", "sales", ts, "region", value="north")
    # then
    assert offered["options"] == [option]
    asked, pressed = (one for one in heard if one["type"] in ("block_suggestion", "block_actions"))
    assert (asked["value"], asked["action_id"], asked["message"]["ts"]) == ("nor", "region", ts)
    assert pressed["actions"][0]["selected_option"] == option
    assert pressed["state"]["values"]["choices"]["region"]["selected_option"] == option


def test_a_button_that_is_not_shown_to_someone_is_not_theirs_to_press(rehearsal: RehearsalProcess) -> None:
    # given
    _, ts = ask_in_thread(rehearsal, button("yes", "1") | {"visible_to_user_ids": [ANN]})
    # when / then
    with pytest.raises(ControlRefused, match="ben does not see yes"):
        rehearsal.press("ben", "sales", ts, "yes")
