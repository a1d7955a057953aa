"""What people do to messages after they stand: edit, delete, react."""

import pytest
from slack_sdk import WebClient

from tests.given.rehearsal import ControlRefused, RehearsalProcess

SALES = "C0SALES0001"


def test_an_edit_tells_what_stood_there_before(rehearsal: RehearsalProcess) -> None:
    # given
    posted = rehearsal.post("ann", "sales", "@tagwork count March", deliveries=[])
    # when
    rehearsal.edit("sales", posted.ts, "@tagwork count April")
    # then
    (event,) = rehearsal.events("message")
    told = event["payload"]["event"]
    assert (told["subtype"], told["hidden"]) == ("message_changed", True)
    assert (told["previous_message"]["text"], told["message"]["text"]) == (
        "<@U0TAGWORK01> count March",
        "<@U0TAGWORK01> count April",
    )
    assert told["message"]["edited"]["user"] == "U0ANN000001"
    assert rehearsal.events("app_mention") == []


def test_an_edit_can_make_a_mention_come_again(rehearsal: RehearsalProcess) -> None:
    # given
    posted = rehearsal.post("ann", "sales", "count March", deliveries=[])
    # when
    rehearsal.control(
        "POST", "/edit", {"channel": "sales", "ts": posted.ts, "text": "@tagwork count", "mention_again": True}
    )
    # then the mention has the ts of the message that was there, and says that it was edited
    (mention,) = rehearsal.events("app_mention")
    assert mention["payload"]["event"]["ts"] == posted.ts
    assert mention["payload"]["event"]["edited"]["user"] == "U0ANN000001"


def test_nobody_edits_what_another_wrote(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    posted = rehearsal.post("ann", "sales", "mine", deliveries=[])
    answer = client.chat_postMessage(channel=SALES, text="the app's")["ts"]
    # when / then
    for ts in (posted.ts, answer):
        with pytest.raises(ControlRefused, match="Only the author"):
            rehearsal.control("POST", "/edit", {"user": "ben", "channel": "sales", "ts": ts, "text": "changed"})


def test_reactions_are_listed_with_who_reacted(rehearsal: RehearsalProcess) -> None:
    # given
    posted = rehearsal.post("ann", "sales", "hello", deliveries=[])
    # when
    rehearsal.react("ann", "sales", posted.ts, "eyes")
    rehearsal.react("ben", "sales", posted.ts, "eyes")
    # then
    found = rehearsal.control("GET", "/reactions", {"channel": "sales", "ts": posted.ts})["reactions"]
    assert found == [{"name": "eyes", "users": ["U0ANN000001", "U0BEN000001"], "count": 2}]
