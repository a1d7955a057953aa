"""What people see of work under way, in its order: a sign, a line, a plan that ticks, the answer; nothing stays."""

import pytest

from tests.given.files import SALES
from tests.given.rehearsal import FileToPost, Json
from tests.given.replies import hold_model, release_model
from tests.given.tagwork import TagworkProcesses
from tests.given.waiting import until

TABLE = FileToPost("sales.csv", SALES.encode(), "text/csv")
LINE = "Looking at what was said here."
ANSWER = "Nobody named a figure."


def replies(tagwork: TagworkProcesses, *contents: list[Json]) -> None:
    """Queue replies of these blocks; the ones with a tool use stop for it."""
    for content in contents:
        stops = "tool_use" if any(block["type"] == "tool_use" for block in content) else "end_turn"
        tagwork.rehearsal.control("POST", "/claude/replies", {"content": content, "stop_reason": stops})


def uses(number: int, name: str, **arguments: object) -> Json:
    """Return a block in which the model uses a tool."""
    return {"type": "tool_use", "id": f"toolu_signs{number:015d}", "name": name, "input": arguments}


@pytest.mark.parity("Two-stage signal", "match")
def test_a_sign_a_line_and_a_plan_come_in_that_order_and_go_with_the_answer(served: TagworkProcesses) -> None:
    # given a model that first says what it does, then lays out a plan, then answers
    rehearsal = served.rehearsal
    steps = [{"title": "Read the thread"}, {"title": "Name the figure", "waits_for": [1]}]
    replies(
        served,
        [{"type": "text", "text": LINE}, uses(1, "read_thread")],
        [uses(2, "lay_out_plan", title="Find the figure", steps=steps), uses(3, "read_thread")],
        [{"type": "text", "text": ANSWER}],
    )

    # when someone asks
    posted = rehearsal.post("ann", "sales", "@tagwork which figure was named here?")
    rehearsal.wait_for(
        "bot_messages", channel=posted.channel, thread_ts=posted.ts, containing=ANSWER, timeout_seconds=30
    )
    rehearsal.wait_for("session", channel=posted.channel, thread_ts=posted.ts, status="active", timeout_seconds=30)

    def shown() -> list[tuple[str, str]]:
        calls = [one for one in rehearsal.calls() if one["args"].get("thread_ts") == posted.ts]
        return [(str(one["method"]), str(one["args"].get("status") or one["args"].get("text") or "")) for one in calls]

    # then Slack was shown the sign, the line, the plan and the answer, in that order
    said = shown()
    places = [
        said.index(("agents.sessions.setStatus", "processing")),
        next(at for at, (method, text) in enumerate(said) if method == "assistant.threads.setStatus" and LINE in text),
        next(at for at, (_, text) in enumerate(said) if text.startswith("Find the figure")),
        next(at for at, (method, text) in enumerate(said) if method == "chat.postMessage" and ANSWER in text),
    ]
    assert places == sorted(places)

    # and sign and line are taken away
    assert [text for method, text in said if method == "agents.sessions.setStatus"][-1] == "active"
    until(lambda: shown()[-1] == ("assistant.threads.setStatus", ""), "the line is taken away")


@pytest.mark.parity("Checklist", "match")
def test_the_plan_is_one_message_that_ticks_with_each_step(served: TagworkProcesses) -> None:
    # given a plan of two steps, of which the second stands still at a file's bytes
    rehearsal = served.rehearsal
    steps = [{"title": "Read the thread"}, {"title": "Read the table", "waits_for": [1]}]
    rehearsal.hold("bytes", "files", first=1)
    hold_model(rehearsal)

    # when someone asks
    posted = rehearsal.post("ann", "sales", "@tagwork how many rows?", files=[TABLE])
    replies(
        served,
        [uses(11, "lay_out_plan", title="Sum it up", steps=steps), uses(12, "read_thread")],
        [uses(13, "query_tables", sql="SELECT count(*) FROM sales", file_ids=posted.files)],
        [{"type": "text", "text": "Four rows."}],
    )
    release_model(rehearsal)

    def looks() -> list[str]:
        entries = rehearsal.visible(posted.channel, posted.ts)
        return [str(one["text"]) for one in entries if str(one["text"]).startswith(("Sum it up", "Done in"))]

    # then the first step is ticked while the second is under way
    until(lambda: any("✓ Read the thread" in text and "✓ Read the table" not in text for text in looks()), "one tick")

    # when the file comes
    rehearsal.release("bytes")
    rehearsal.wait_for(
        "bot_messages", channel=posted.channel, thread_ts=posted.ts, containing="Four rows.", timeout_seconds=30
    )

    # then the second is ticked too, in the same message, which nobody was notified of again
    until(lambda: "✓ Read the table" in looks()[-1] and looks()[-1].startswith("Done in"), "all is ticked")
    entries = [one for one in rehearsal.visible(posted.channel, posted.ts) if str(one["text"]) in looks()]
    assert len({one["ts"] for one in entries}) == 1
    assert [one["what"] for one in entries] == ["posted", *["updated"] * (len(entries) - 1)]
