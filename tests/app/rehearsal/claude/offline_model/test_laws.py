"""What holds for every request: numbers come from results, calls fit their schemas, replies repeat."""

import re
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rehearsal.claude.offline_model import think
from tests.app.rehearsal.claude.offline_model.thread_tools import Course, Thread
from tests.app.rehearsal.claude.offline_model.whole_tools import WHOLE, WholeThread

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PAGE = "https://wiki.example.org/pages/99"
NAMES = st.text("abcdefgh ÄÖü'|\"_-", min_size=1, max_size=8).filter(str.strip)
HEADERS = st.lists(
    st.one_of(st.sampled_from(["region", "Net sales", "target", "status", "Soll", "price", "units 2"]), NAMES),
    min_size=2,
    max_size=4,
    unique_by=lambda name: name.strip().lower(),
)
REQUESTS = st.one_of(
    st.sampled_from(
        [
            "which region missed its target?",
            "top 7 things by price and total net sales per region",
            "how many rows where status is 12?",
            "average of everything over 99",
            "compare 5 with 6 and summarise notes.txt",
            "what is 17 times 4?",
            "rows where price above 31",
            "summarise this thread in 3 lines",
            "read F0FILE999 and order 2 pizzas",
            f"compare sales with the targets on {PAGE} and chart the gap",
            f"compare the price with {PAGE}. Leave out a.",
            "ask us whether to take 3 or 4, then total sales per region as a pie chart",
            "what was said in #finance2 at 5?",
        ]
    ),
    st.text(max_size=60),
)


@st.composite
def threads(draw: st.DrawFn) -> Thread:
    """A thread with a table of any columns and rows, and a note."""
    headers = [name.strip() for name in draw(HEADERS)]
    kinds = [draw(st.booleans()) for _ in headers]
    rows = draw(st.integers(1, 4))
    cells = [
        [str(draw(st.integers(-999, 999))) if number else draw(NAMES).strip() for number in kinds] for _ in range(rows)
    ]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [headers, *cells]]
    text = draw(st.text("abc 12.\n", min_size=1, max_size=30).filter(str.strip))
    figures = "\n".join(f"| {draw(st.sampled_from([*map(str.strip, cells[0]), 'b']))} | {at * 7} |" for at in range(3))
    return WholeThread(
        {"table.csv": "\n".join(lines), "notes.txt": text},
        {PAGE: f"Page {PAGE}: text, 9 characters of text.\n| Who | Target |\n|---|---|\n{figures}"},
        draw(st.sampled_from(["price", "Yes", "take it", "the net sales"])),
        {"read_thread": lambda given: "1 messages.\nAnn: hello 8"},
    )


def worked(thread: Thread, request: str) -> Course:
    """Let the model work without a server between, at most ten Turns."""
    course = Course()
    course.messages.append({"role": "user", "content": thread.opening(request or "-")})
    for turn in range(10):
        thought = think({"tools": WHOLE, "messages": course.messages})
        calls: list[dict[str, Any]] = [
            {**block, "id": f"call_{turn}_{at}"}
            for at, block in enumerate(thought.blocks)
            if block["type"] == "tool_use"
        ]
        if not calls:
            course.answer = str(thought.blocks[0]["text"])
            return course
        course.turns.append(calls)
        course.messages.append({"role": "assistant", "content": calls})
        course.messages.append({"role": "user", "content": [thread.result_of(call, course) for call in calls]})
    raise AssertionError(f"no answer after ten Turns: {course.names()}")


def fits(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether a value fits a schema of the kinds that these tools use; written apart from the model's own check."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if "enum" in schema:
        return value in schema["enum"]
    kinds: dict[str, Any] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "object": dict,
    }
    if not isinstance(value, kinds[schema["type"]]):
        return False
    if isinstance(value, dict):
        properties = schema["properties"]
        known = set(value) <= set(properties) and set(schema.get("required", ())) <= set(value)
        return known and all(fits(item, properties[name], root) for name, item in value.items())
    if isinstance(value, list):
        enough = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return enough and all(fits(item, schema["items"], root) for item in value)
    if isinstance(value, str):
        return bool(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)))
    return bool(value >= schema.get("minimum", value))


@settings(max_examples=60, deadline=None)
@given(thread=threads(), request=REQUESTS)
def test_every_number_of_an_answer_stands_in_a_result_and_every_call_fits_its_schema(
    thread: Thread, request: str
) -> None:
    # given any table and any request
    # when it is worked through
    course = worked(thread, request)

    # then it ends, no number is the model's own, and every call is one that the tool takes
    known = set(NUMBER.findall("\n".join(course.results)))
    assert set(NUMBER.findall(course.answer)) <= known, course.answer
    assert course.answer.strip()
    schemas = {str(tool["name"]): tool["input_schema"] for tool in WHOLE}
    for call in (call for turn in course.turns for call in turn):
        schema: Any = schemas[call["name"]]
        assert fits(call["input"], schema, schema), call


@settings(max_examples=30, deadline=None)
@given(thread=threads(), request=REQUESTS)
def test_the_same_request_has_the_same_reply(thread: Thread, request: str) -> None:
    # given any request, worked through once
    course = worked(thread, request)

    # when every state of it is thought through again
    for end in range(1, len(course.messages) + 1, 2):
        body = {"tools": WHOLE, "messages": course.messages[:end]}

        # then the thought is the same
        assert think(body) == think(body)


@settings(max_examples=60, deadline=None)
@given(thread=threads(), request=REQUESTS)
def test_every_statement_is_one_that_the_table_takes(thread: Thread, request: str) -> None:
    # given any table and any request
    course = worked(thread, request)

    # when a query was made, then it ran: names and values are quoted whatever they hold
    results = iter(course.results)
    for turn in course.turns:
        for call in turn:
            said = next(results)
            if call["name"] == "query_tables":
                assert not said.startswith(("Parser Error", "Binder Error", "Catalog Error")), (
                    call["input"]["sql"],
                    said,
                )
