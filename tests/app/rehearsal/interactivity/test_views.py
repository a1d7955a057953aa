"""Modals and the App Home, with the unmodified Bolt app."""

from pathlib import Path
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import MANIFEST, error_of, web_client
from tests.app.rehearsal.interactivity.bolt import ANN, Json, bolt, button, plain
from tests.given.rehearsal import ControlRefused, RehearsalProcess


def modal(**more: Any) -> Json:
    """A modal with one required text input."""
    return {
        "type": "modal",
        "callback_id": "ask",
        "private_metadata": "run:7",
        "title": plain("Ask"),
        "submit": plain("Send"),
        "blocks": [
            {
                "type": "input",
                "block_id": "request",
                "label": plain("Request"),
                "element": {"type": "plain_text_input", "action_id": "text"},
            }
        ],
        **more,
    }


def home(*elements: Json, text: str = "Nothing is waiting.") -> Json:
    """An App Home with a sentence and perhaps things to press."""
    blocks: list[Json] = [{"type": "section", "block_id": "said", "text": plain(text)}]
    if elements:
        blocks.append({"type": "actions", "block_id": "todo", "elements": list(elements)})
    return {"type": "home", "blocks": blocks}


def opener(app: App) -> None:
    """The global shortcut opens the modal before it acknowledges."""

    @app.shortcut("ask_anything")
    def ask(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal())
        ack()

    @app.action("approve")
    def approve(ack: Ack) -> None:
        ack()


def open_modal(rehearsal: RehearsalProcess) -> str:
    """Ann uses the shortcut; out: the id of the modal before her."""
    rehearsal.shortcut("ann", "ask_anything")
    (view,) = rehearsal.modals("ann")
    return str(view["id"])


def test_a_modal_is_opened_filled_in_and_submitted(rehearsal: RehearsalProcess) -> None:
    # given
    def register(app: App) -> None:
        opener(app)
        app.view("ask")(lambda ack: ack())

    with bolt(rehearsal, register) as heard:
        view_id = open_modal(rehearsal)
        # when
        done = rehearsal.submit("ann", view_id, {"text": "Count the orders"})
    # then
    assert (done["response_action"], rehearsal.modals("ann")) == ("close", [])
    (body,) = [one for one in heard if one["type"] == "view_submission"]
    view = body["view"]
    assert (view["id"], view["callback_id"], view["private_metadata"]) == (view_id, "ask", "run:7")
    assert view["state"]["values"] == {"request": {"text": {"type": "plain_text_input", "value": "Count the orders"}}}
    assert (body["user"]["id"], view["team_id"], view["root_view_id"]) == (ANN, rehearsal.team_id, view_id)


def test_errors_keep_the_modal_and_stand_beside_the_input(rehearsal: RehearsalProcess) -> None:
    # given
    def register(app: App) -> None:
        opener(app)

        @app.view("ask")
        def ask(ack: Ack) -> None:
            ack(response_action="errors", errors={"request": "Say which orders."})

    with bolt(rehearsal, register):
        view_id = open_modal(rehearsal)
        # when
        done = rehearsal.submit("ann", view_id, {"text": "Count"})
    # then
    assert (done["response_action"], done["errors"]) == ("errors", {"request": "Say which orders."})
    assert [view["errors"] for view in rehearsal.modals("ann")] == [{"request": "Say which orders."}]


def test_an_answer_can_push_a_modal_and_clear_the_stack(rehearsal: RehearsalProcess) -> None:
    # given
    def register(app: App) -> None:
        opener(app)

        @app.view("ask")
        def ask(ack: Ack) -> None:
            ack(response_action="push", view=modal(callback_id="second"))

        @app.view("second")
        def second(ack: Ack) -> None:
            ack(response_action="clear")

    with bolt(rehearsal, register):
        first = open_modal(rehearsal)
        # when
        rehearsal.submit("ann", first, {"text": "a"})
        below, top = rehearsal.modals("ann")
        # then
        assert (top["previous_view_id"], top["root_view_id"]) == (below["id"], first)
        # when
        rehearsal.submit("ann", top["id"], {"text": "b"})
    # then
    assert rehearsal.modals("ann") == []


def test_an_empty_required_input_is_not_submitted(rehearsal: RehearsalProcess) -> None:
    # given
    with bolt(rehearsal, opener) as heard:
        view_id = open_modal(rehearsal)
        # when / then
        with pytest.raises(ControlRefused, match="request is required and empty"):
            rehearsal.submit("ann", view_id, {})
    assert [one for one in heard if one["type"] == "view_submission"] == []


def test_closing_is_told_only_to_who_asked_for_it(rehearsal: RehearsalProcess) -> None:
    # given
    def register(app: App) -> None:
        @app.shortcut("ask_anything")
        def ask(ack: Ack, body: Json, client: WebClient) -> None:
            client.views_open(trigger_id=body["trigger_id"], view=modal(notify_on_close=True))
            ack()

        app.view_closed("ask")(lambda ack: ack())

    with bolt(rehearsal, register) as heard:
        view_id = open_modal(rehearsal)
        # when
        rehearsal.control("POST", "/close", {"user": "ann", "view_id": view_id})
    # then
    (body,) = [one for one in heard if one["type"] == "view_closed"]
    assert (body["view"]["id"], body["is_cleared"], "trigger_id" in body) == (view_id, False, False)
    assert rehearsal.modals("ann") == []


def test_a_trigger_is_good_once_and_for_three_seconds(tmp_path: Path) -> None:
    # given
    with RehearsalProcess.start(manifest=MANIFEST, clock_file=tmp_path / "clock") as rehearsal:
        client = web_client(rehearsal)
        used, late = (rehearsal.shortcut("ann", "ask_anything")["trigger_id"] for _ in range(2))
        # when / then
        client.views_open(trigger_id=used, view=modal())
        assert error_of(lambda: client.views_open(trigger_id=used, view=modal()))["error"] == "exchanged_trigger_id"
        rehearsal.clock(3.5)
        assert error_of(lambda: client.views_open(trigger_id=late, view=modal()))["error"] == "expired_trigger_id"
        assert error_of(lambda: client.views_open(trigger_id="1.2.3", view=modal()))["error"] == "invalid_trigger_id"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"type": "message"}, "must be one of modal [json-pointer:/view/type]"),
        ({"colour": "red"}, "invalid additional property: colour [json-pointer:/view]"),
        ({"submit": None}, "must be an object [json-pointer:/view/submit]"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
    ],
)
def test_a_view_that_slack_refuses_is_refused_with_its_place(
    rehearsal: RehearsalProcess, client: WebClient, wrong: Json, sentence: str
) -> None:
    # given
    trigger = rehearsal.shortcut("ann", "ask_anything")["trigger_id"]
    # when
    refusal = error_of(lambda: client.api_call("views.open", json={"trigger_id": trigger, "view": modal(**wrong)}))
    # then
    assert refusal["error"] == "invalid_arguments"
    assert f"[ERROR] {sentence}" in refusal["response_metadata"]["messages"]  # type: ignore[index]


def test_an_update_with_an_old_hash_conflicts_and_inputs_keep_what_is_in_them(rehearsal: RehearsalProcess) -> None:
    # given
    client = web_client(rehearsal)
    with bolt(rehearsal, opener):
        view_id = open_modal(rehearsal)
    old = rehearsal.modals("ann")[0]["hash"]
    # when
    client.views_update(view_id=view_id, hash=old, view=modal(title=plain("Ask again")))
    # then
    assert rehearsal.modals("ann")[0]["title"]["text"] == "Ask again"
    refusal = error_of(lambda: client.views_update(view_id=view_id, hash=old, view=modal()))
    assert refusal["error"] == "hash_conflict"


def test_the_home_is_published_opened_and_pressed(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    with bolt(rehearsal, opener) as heard:
        client.views_publish(user_id=ANN, view=home(button("approve", "call:9", "Approve")))
        # when
        rehearsal.control("POST", "/open_home", {"user": "ann"})
        pressed = rehearsal.press("ann", None, None, "approve", home=True)
        rehearsal.wait_for("events", name="app_home_opened")
    # then
    (opened,) = rehearsal.events("app_home_opened")
    event = opened["payload"]["event"]
    assert (event["user"], event["tab"], event["view"]["type"]) == (ANN, "home", "home")
    (body,) = [one for one in heard if one["type"] == "block_actions"]
    assert body["container"] == {"type": "view", "view_id": event["view"]["id"]}
    assert (body["actions"][0]["value"], "channel" in body, "message" in body) == ("call:9", False, False)
    assert (pressed["acknowledged"], pressed["response_url"]) == (True, None)
    with pytest.raises(ControlRefused, match="no App Home for ben"):
        rehearsal.press("ben", None, None, "approve", home=True)


def test_a_home_published_anew_is_what_is_seen(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    first = client.views_publish(user_id=ANN, view=home())["view"]
    # when
    client.views_publish(user_id=ANN, view=home(text="One thing is waiting."), hash=first["hash"])
    # then
    shown = rehearsal.control("GET", "/home", {"user": "ann"})["view"]
    assert (shown["id"], shown["blocks"][0]["text"]["text"]) == (first["id"], "One thing is waiting.")
    refusal = error_of(lambda: client.views_publish(user_id=ANN, view=home(), hash=first["hash"]))
    assert refusal["error"] == "hash_conflict"
