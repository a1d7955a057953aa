"""Further inputs while a request is worked on, and after its answer."""

from typing import Any

import anthropic

from tests.app.rehearsal.claude.claude_server import ask
from tests.app.rehearsal.claude.offline_model.thread_tools import TOOLS, Course, Thread

SALES = "region,sales,target\nNorth,90,100\nSouth,120,110\n"


def says(words: str) -> dict[str, Any]:
    return {"type": "text", "text": f"Bob says:\n{words}"}


def test_an_input_that_comes_meanwhile_is_answered_too(claude: anthropic.Anthropic) -> None:
    # given a request whose first Turn was made
    thread = Thread({"sales.csv": SALES})
    course = Course(messages=[{"role": "user", "content": thread.opening("which region missed its target?")}])
    first = ask(claude, messages=course.messages, tools=TOOLS).to_dict(mode="json")["content"]
    course.messages.append({"role": "assistant", "content": first})
    call: Any = first[-1]  # type: ignore[index]

    # when someone adds a question beside the result
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": thread.read(call["input"])}
    course.messages.append({"role": "user", "content": [result, says("and the average sales?")]})
    thread.go_on(claude, course)

    # then both are queried together and answered together
    assert course.names() == [["query_tables", "query_tables"]]
    assert "North missed its target" in course.answer
    assert "Average sales: 105." in course.answer


def test_a_correction_takes_the_place_of_the_request(claude: anthropic.Anthropic) -> None:
    # given a request, corrected at once
    thread = Thread({"sales.csv": SALES})
    content = [*thread.opening("which region missed its target?"), says("actually, give me the total sales")]

    # when it is worked on
    course = thread.go_on(claude, Course(messages=[{"role": "user", "content": content}]))

    # then only the correction is answered
    assert "Total sales: 210." in course.answer
    assert "missed" not in course.answer


def test_what_was_read_before_an_answer_is_not_read_again(claude: anthropic.Anthropic) -> None:
    # given an answered request
    thread = Thread({"sales.csv": SALES})
    course = thread.work(claude, "which region missed its target?")

    # when another follows
    course.messages.append({"role": "user", "content": [says("what is the total target?")]})
    course.turns.clear()
    thread.go_on(claude, course)

    # then the file is known, and only the new request is answered
    assert course.names() == [["query_tables"]]
    assert course.answer == "Total target: 210.\nSource: sales.csv, table sales."


def test_an_answer_that_was_cut_goes_on_where_it_stopped(claude: anthropic.Anthropic) -> None:
    # given an answer that its length limit cut
    thread = Thread({"sales.csv": SALES})
    whole = thread.work(claude, "which region missed its target?")
    before = whole.messages[:-1]
    cut = ask(claude, messages=before, tools=TOOLS, max_tokens=18)
    content = [block.to_dict(mode="json") for block in cut.content]

    # when the host asks to go on, in words of nobody
    go_on = {
        "role": "user",
        "content": [{"type": "text", "text": "Your reply was cut. Continue exactly where it stopped."}],
    }
    rest = ask(claude, messages=[*before, {"role": "assistant", "content": content}, go_on], tools=TOOLS)

    # then the two parts are the whole
    assert cut.stop_reason == "max_tokens"
    assert str(content[-1]["text"]) + str(rest.content[-1].to_dict()["text"]) == whole.answer


def test_lines_that_a_person_quotes_are_not_their_request(claude: anthropic.Anthropic) -> None:
    # when someone quotes a line and asks something else
    course = Thread({"sales.csv": SALES}).work(claude, "> what is the total target?\nwhat is the total sales?")

    # then only their own words are answered
    assert "Total sales: 210." in course.answer
    assert "Total target" not in course.answer
