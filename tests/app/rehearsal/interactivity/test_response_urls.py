"""response_url: how an app answers where a person acted, and when it no longer may."""

from pathlib import Path

import pytest
from slack_bolt import Ack, App
from slack_sdk.webhook import WebhookClient

from tests.app.rehearsal.conftest import MANIFEST, web_client
from tests.app.rehearsal.interactivity.bolt import ANN, SALES, ask_in_thread, bolt, button
from tests.given.rehearsal import RehearsalProcess


def accept(app: App) -> None:
    """Acknowledge what these tests press and type."""

    @app.action("yes")
    def yes(ack: Ack) -> None:
        ack()

    @app.command("/tagwork")
    def tagwork(ack: Ack) -> None:
        ack()


def pressed(rehearsal: RehearsalProcess) -> tuple[str, str, WebhookClient]:
    """A question that Ann pressed: the thread's and the question's ts, and a client of the response_url."""
    with bolt(rehearsal, accept):
        root, ts = ask_in_thread(rehearsal, button("yes", "1"))
        url = rehearsal.press("ann", "sales", ts, "yes")["response_url"]
    return root, ts, WebhookClient(url)


def test_an_answer_is_for_the_person_alone_unless_it_says_otherwise(rehearsal: RehearsalProcess) -> None:
    # given
    root, _, webhook = pressed(rehearsal)
    # when
    alone = webhook.send(text="Thank you.", headers={"x-test": "1"})
    everyone = webhook.send_dict({"text": "Ann said yes.", "response_type": "in_channel", "thread_ts": root})
    # then
    assert (alone.status_code, alone.body, everyone.body) == (200, "ok", "ok")
    (entry,) = [one for one in rehearsal.visible("sales") if one["what"] == "ephemeral"]
    assert (entry["shown_to"], entry["text"]) == (ANN, "Thank you.")
    assert rehearsal.thread("sales", root)[-1]["text"] == "Ann said yes."


def test_an_answer_can_replace_or_delete_the_message(rehearsal: RehearsalProcess) -> None:
    # given
    root, ts, webhook = pressed(rehearsal)
    # when
    webhook.send(text="Ann said yes.", replace_original=True)
    # then
    assert [one["text"] for one in rehearsal.thread("sales", root) if one["ts"] == ts] == ["Ann said yes."]
    # when
    webhook.send(delete_original=True)
    # then
    assert [one["deleted"] for one in rehearsal.thread("sales", root) if one["ts"] == ts] == [True]


def test_the_sixth_answer_is_refused(rehearsal: RehearsalProcess) -> None:
    # given
    _, _, webhook = pressed(rehearsal)
    # when
    answers = [webhook.send(text=f"Answer {number}") for number in range(6)]
    # then
    assert [(one.status_code, one.body) for one in answers] == [(200, "ok")] * 5 + [(404, "used_url")]


def test_after_half_an_hour_the_address_has_expired(tmp_path: Path) -> None:
    # given
    with RehearsalProcess.start(manifest=MANIFEST, clock_file=tmp_path / "clock") as rehearsal:
        _, _, webhook = pressed(rehearsal)
        # when
        rehearsal.clock(30 * 60 + 1)
        late = webhook.send(text="Late.")
    # then
    assert (late.status_code, late.body) == (404, "expired_url")


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"mrkdwn": True}, "no_text"),
        ({"text": "x", "response_type": "everyone"}, "invalid_response_type"),
        ({"text": "x", "colour": "red"}, "invalid_arguments"),
        ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
    ],
)
def test_what_slack_would_not_show_is_refused_and_costs_no_use(
    rehearsal: RehearsalProcess, told: dict[str, object], refusal: str
) -> None:
    # given
    _, _, webhook = pressed(rehearsal)
    # when
    refused = webhook.send_dict(told)
    # then
    assert (refused.status_code, refused.body) == (400, refusal)
    assert [webhook.send(text="x").body for _ in range(5)] == ["ok"] * 5


def test_a_message_for_one_person_can_be_replaced_for_them(rehearsal: RehearsalProcess) -> None:
    # given an ephemeral question
    with bolt(rehearsal, accept):
        shown = web_client(rehearsal).chat_postEphemeral(
            channel=SALES,
            user=ANN,
            text="Sure?",
            blocks=[{"type": "actions", "block_id": "b", "elements": [button("yes", "1")]}],
        )
        url = rehearsal.press("ann", "sales", shown["message_ts"], "yes")["response_url"]
    # when
    WebhookClient(url).send(text="Done.", replace_original=True)
    # then
    entries = [(one["what"], one["ts"], one["text"]) for one in rehearsal.visible("sales")]
    assert entries == [
        ("ephemeral", shown["message_ts"], "Sure?"),
        ("ephemeral_updated", shown["message_ts"], "Done."),
    ]
