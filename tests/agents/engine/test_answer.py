"""An answer as people get it: its parts, what vouches for it, and what was not done."""

import pytest

from agents.deliveries.life import Kind
from tests.given.engines import Engine
from tests.given.rehearsal import FileToPost, Json
from tests.given.replies import proposes, says
from tests.given.workers import deliveries_of, work_out


def test_an_answer_ends_with_its_number_model_cost_and_a_way_to_ask_why(engine: Engine) -> None:
    # given an answer, when it stands
    says(engine.rehearsal, "12 orders.")
    posted, run = engine.asks("ann", "how many orders?")
    engine.work()

    # then its last line says what made it, and its buttons what to do with it
    (message,) = engine.messages(posted)
    assert f"#{run.number} · {run.model} · $0.0" in message["text"]
    assert "why?" in str(message["blocks"])
    assert "feedback_buttons" in str(message["blocks"])


@pytest.mark.parity("Says what blocked it", "match")
def test_what_was_denied_is_said_with_its_reason_though_the_model_does_not(engine: Engine) -> None:
    # given a model that reads another channel, is denied, and does not say so
    proposes(engine.rehearsal, ("read_channel", {"channel": "C0FINANCE01"}))
    says(engine.rehearsal, "All done.")
    posted, run = engine.asks("ann", "what did finance say?")

    # when it answers
    engine.work()

    # then code says what was not done and why
    (answer,) = engine.answers(posted)
    (call,) = engine.calls(run.id)
    assert answer.startswith("All done.")
    assert "Not done:" in answer
    assert call.reason.split(".")[0] in answer


def test_a_call_that_the_model_got_wrong_is_nobodys_business(engine: Engine) -> None:
    # given a model that calls a tool that is not there
    proposes(engine.rehearsal, ("read_minds", {}))
    says(engine.rehearsal, "All done.")
    posted, _ = engine.asks("ann", "what do they think?")

    # when it answers, then that is the answer
    engine.work()
    assert engine.answers(posted) == ["All done."]


@pytest.mark.failure_mode(27)
def test_an_answer_too_long_for_three_posts_is_a_file_with_its_beginning(engine: Engine) -> None:
    # given an answer of forty thousand characters
    says(engine.rehearsal, "\n\n".join(f"Paragraph {number}. " + "word " * 400 for number in range(20)))
    posted, run = engine.asks("ann", "tell me everything")

    # when it stands
    engine.work()

    # then the whole is one file, and the post begins it and names it
    shown, answer = engine.messages(posted)
    assert [file["name"] for file in shown["files"]] == ["answer.md"]
    assert "Paragraph 0." in answer["text"]
    assert "answer.md" in answer["text"]
    assert [one.kind for one in deliveries_of(engine, run) if one.kind in {Kind.FILE, Kind.ANSWER}] == [
        Kind.FILE,
        Kind.ANSWER,
    ]


def test_charts_stand_in_the_answer_itself_and_their_data_before_it(engine: Engine) -> None:
    # given a model that draws
    chart = {
        "kind": "bar",
        "title": "Sales",
        "labels": ["North", "South"],
        "series": [{"name": "Sales", "values": [90, 120]}],
    }
    proposes(engine.rehearsal, ("draw_chart", chart))
    says(engine.rehearsal, "South leads.")
    posted, _ = engine.asks("ann", "chart the sales")

    # when it answers
    engine.work()

    # then the chart is a part of the answer, and its data a file
    *shown, answer = engine.messages(posted)
    assert "data_visualization" in [block["type"] for block in answer["blocks"]]
    names = [file["name"] for message in shown for file in message["files"]]
    assert [name.rsplit(".")[-1] for name in names] == ["csv"]


def test_what_the_model_says_before_its_call_is_shown_while_it_works_and_gone_at_the_end(engine: Engine) -> None:
    # given a model that says what it does before it looks
    proposes(engine.rehearsal, ("read_thread", {}), saying="I read the thread first.")
    says(engine.rehearsal, "Nothing was said.")
    posted, _ = engine.asks("ann", "what was said?")

    # when it works
    engine.work()

    # then it was shown as a passing status, and is no message
    shown = [str(call["args"]) for call in engine.rehearsal.calls("assistant.threads.setStatus")]
    assert any("I read the thread first." in one for one in shown)
    assert engine.answers(posted) == ["Nothing was said."]


def test_what_was_read_is_linked_to_where_people_find_it(engine: Engine) -> None:
    # given a thread with a file and a word of a colleague, which the model both reads
    sales = FileToPost("sales.csv", b"region,net\nNorth,90\n")
    posted = engine.rehearsal.post("ann", "sales", "sales of May", files=[sales])
    said = engine.rehearsal.post("ben", "sales", "North was ill.", thread_ts=posted.ts)
    request, run = engine.asks("ann", "@tagwork what of North?", thread=posted.ts)
    (shared,) = engine.rehearsal.thread(posted.channel, posted.ts)[0]["files"]
    proposes(engine.rehearsal, ("read_file", {"file_id": shared["id"]}), ("read_thread", {}))
    says(engine.rehearsal, "90, and it was ill.")

    # when it answers
    work_out(engine, run.id)

    # then the answer ends with links to them, as Slack itself gives them, and not to the request
    answer = engine.messages(request)[-1]
    links = [one["url"] for one in elements_of(answer) if one["type"] == "link"]
    client = engine.place.egress.client
    told = [client.chat_getPermalink(channel=posted.channel, message_ts=one.ts)["permalink"] for one in (posted, said)]
    assert links == [shared["permalink"], *told]


def elements_of(message: Json) -> list[Json]:
    """Every element within the rich text of a message."""
    sections = [part for block in message["blocks"] if block["type"] == "rich_text" for part in block["elements"]]
    return [element for section in sections for element in section["elements"]]
