"""Slash commands and shortcuts, by Socket Mode and by signed HTTP."""

import json
from urllib.parse import parse_qs

import pytest
from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import MANIFEST
from tests.app.rehearsal.events.test_signed_http import receiver
from tests.app.rehearsal.interactivity.bolt import ANN, SALES, Json, bolt
from tests.given.rehearsal import ControlRefused, RehearsalProcess


def status_command(app: App) -> None:
    """`/tagwork` answers in its acknowledgement."""

    @app.command("/tagwork")
    def tagwork(ack: Ack, command: Json) -> None:
        ack(f"You said: {command['text']}")


def test_a_command_arrives_with_its_fields_and_its_answer_is_shown_to_the_person_alone(
    rehearsal: RehearsalProcess,
) -> None:
    # given
    with bolt(rehearsal, status_command) as heard:
        # when
        answered = rehearsal.command("ann", "sales", "/tagwork", "status")
    # then
    assert (answered["acknowledged"], answered["answer"]) == (True, "You said: status")
    (body,) = heard
    assert (body["command"], body["text"], body["user_id"], body["user_name"]) == ("/tagwork", "status", ANN, "ann")
    assert (body["channel_id"], body["channel_name"]) == (SALES, "sales")
    assert (body["team_id"], body["api_app_id"]) == (rehearsal.team_id, rehearsal.app_id)
    assert body["trigger_id"]
    assert body["response_url"].startswith(f"{rehearsal.url}/commands/")
    (entry,) = rehearsal.visible("sales")
    assert (entry["what"], entry["shown_to"], entry["text"]) == ("ephemeral", ANN, "You said: status")
    assert rehearsal.history("sales") == []


def test_a_command_answers_everyone_when_it_says_so(rehearsal: RehearsalProcess) -> None:
    # given
    def register(app: App) -> None:
        @app.command("/tagwork")
        def tagwork(ack: Ack) -> None:
            ack(text="All can read this.", response_type="in_channel")

    with bolt(rehearsal, register):
        # when
        rehearsal.command("ann", "sales", "/tagwork")
    # then
    assert [message["text"] for message in rehearsal.history("sales")] == ["All can read this."]


def test_people_and_channels_are_escaped_only_where_the_manifest_says_so(rehearsal: RehearsalProcess) -> None:
    # given
    def register(app: App) -> None:
        for name in ("/tagwork", "/plain"):
            app.command(name)(lambda ack: ack())

    with bolt(rehearsal, register) as heard:
        # when
        for name in ("/tagwork", "/plain"):
            rehearsal.command("ann", "sales", name, "allow @ben in #general, not @nobody")
    # then
    assert [body["text"] for body in heard] == [
        "allow <@U0BEN000001|ben> in <#C0GENERAL01|general>, not @nobody",
        "allow @ben in #general, not @nobody",
    ]


def test_commands_outside_the_manifest_and_inside_threads_are_refused(rehearsal: RehearsalProcess) -> None:
    with pytest.raises(ControlRefused, match="/other is not a command of the manifest; it has /tagwork, /plain"):
        rehearsal.command("ann", "sales", "/other")
    with pytest.raises(ControlRefused, match="no slash commands inside threads"):
        rehearsal.control(
            "POST", "/command", {"user": "ann", "channel": "sales", "command": "/tagwork", "thread_ts": "1.000001"}
        )


def test_a_command_that_nobody_hears_fails_for_the_person(rehearsal: RehearsalProcess) -> None:
    # given no connection
    # when
    answered = rehearsal.command("ann", "sales", "/tagwork", "status")
    # then
    assert (answered["acknowledged"], answered["outcome"]) == (False, "no_connection")
    (entry,) = rehearsal.visible("sales")
    assert (entry["what"], entry["text"]) == (
        "interaction_failed",
        '/tagwork failed with the error "dispatch_failed"',
    )


def test_a_lost_acknowledgement_is_a_timeout_to_the_person(rehearsal: RehearsalProcess) -> None:
    # given
    rehearsal.delivery(ack_seconds=0.2)
    rehearsal.fault("ack_lost", "ack")
    with bolt(rehearsal, status_command):
        # when
        rehearsal.command("ann", "sales", "/tagwork")
    # then
    (entry,) = rehearsal.visible("sales")
    assert entry["text"] == '/tagwork failed with the error "operation_timeout"'


def test_a_message_shortcut_brings_its_message(rehearsal: RehearsalProcess) -> None:
    # given
    def register(app: App) -> None:
        app.shortcut("ask_about_message")(lambda ack: ack())

    with bolt(rehearsal, register) as heard:
        posted = rehearsal.post("ben", "sales", "The figures are in.", deliveries=[])
        # when
        rehearsal.shortcut("ann", "ask_about_message", channel="sales", ts=posted.ts)
    # then
    (body,) = heard
    assert (body["type"], body["callback_id"], body["message_ts"]) == ("message_action", "ask_about_message", posted.ts)
    assert (body["message"]["user"], body["message"]["text"]) == ("U0BEN000001", "The figures are in.")
    assert (body["user"]["id"], body["channel"]["id"]) == (ANN, SALES)


def test_a_global_shortcut_comes_from_no_channel(rehearsal: RehearsalProcess) -> None:
    # given
    def register(app: App) -> None:
        app.shortcut("ask_anything")(lambda ack: ack())

    with bolt(rehearsal, register) as heard:
        # when
        rehearsal.shortcut("ann", "ask_anything")
    # then
    (body,) = heard
    assert (body["type"], "channel" in body, "response_url" in body) == ("shortcut", False, False)
    with pytest.raises(ControlRefused, match="made_up is not a shortcut of the manifest"):
        rehearsal.shortcut("ann", "made_up")


def test_by_http_commands_and_presses_come_as_signed_forms() -> None:
    # given a Bolt app behind an HTTP server, whose secret is known only after Rehearsal started
    apps: list[App] = []
    forms: list[dict[str, list[str]]] = []

    def answer(body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        forms.append(parse_qs(body))
        response = apps[0].dispatch(BoltRequest(body=body, headers={**headers}))
        return response.status, {name: values[0] for name, values in response.headers.items()}, response.body

    with receiver(answer) as url, RehearsalProcess.start(manifest=MANIFEST, deliver_to=url) as rehearsal:
        client = WebClient(token=rehearsal.bot_token, base_url=rehearsal.slack_api_url)
        app = App(client=client, signing_secret=rehearsal.signing_secret, process_before_response=True)
        status_command(app)
        app.shortcut("ask_anything")(lambda ack: ack())
        apps.append(app)
        # when
        answered = rehearsal.command("ann", "sales", "/tagwork", "status & more")
        pressed = rehearsal.shortcut("ann", "ask_anything")
    # then
    assert (answered["answer"], pressed["outcome"]) == ("You said: status & more", "http_200")
    command, shortcut = forms
    assert command["text"] == ["status & more"]
    assert json.loads(shortcut["payload"][0])["callback_id"] == "ask_anything"
