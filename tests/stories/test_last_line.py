"""The last line of an answer says what it cost and what it was made from; why? says the rest to whoever asks."""

import pytest

from tests.given.rehearsal import Json, Posted
from tests.given.tagwork import TagworkProcesses, answered
from tests.given.waiting import until


def elements_of(message: Json) -> list[Json]:
    """Return everything that stands in a message's blocks, buttons and texts alike."""
    found: list[Json] = []
    waiting: list[object] = [message["blocks"]]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def whispers(tagwork: TagworkProcesses, posted: Posted, containing: str) -> list[Json]:
    """Return what single people were shown in a channel."""
    entries = tagwork.rehearsal.visible(posted.channel)
    return [one for one in entries if one["what"] == "ephemeral" and containing in str(one["text"])]


@pytest.mark.parity("Reply footer", "match")
@pytest.mark.parity("Reply footer", "beat")
def test_an_answer_names_its_number_model_and_cost_and_why_says_who_asked(served: TagworkProcesses) -> None:
    # given an answer
    rehearsal = served.rehearsal
    posted = rehearsal.post("ann", "sales", "@tagwork hello, what can you do?")
    answered(rehearsal, posted)
    [answer] = rehearsal.wait_for("bot_messages", channel=posted.channel, thread_ts=posted.ts)

    # when its last line is read, then it names the Run, the model and what it cost
    elements = elements_of(answer)
    texts = " ".join(str(one.get("text")) for one in elements if one.get("type") in {"mrkdwn", "plain_text", "text"})
    assert "#1 · claude-sonnet-5-5 · $0." in texts

    # when a colleague presses why?
    [button] = [
        one
        for one in elements
        if one.get("type") == "button" and isinstance(one["text"], dict) and one["text"]["text"] == "why?"
    ]
    rehearsal.press("ben", posted.channel, str(answer["ts"]), str(button["action_id"]))

    # then they alone are told who asked, what was used, and that the trail stands as it was recorded
    told = until(lambda: whispers(served, posted, "asked by ann"), "somebody is told why")
    assert [one["shown_to"] for one in told] == ["U0BEN000001"]
    assert "each as it was recorded" in str(told[0]["text"])
