"""What the tools that ask services say about themselves, before anything is sent."""

from typing import Any

import pytest
from pydantic import ValidationError

from agents.toolcalls.catalogue import effect_of
from tools import read_service, send_keyed_request, send_request
from tools.contract import Answered, Destination, Effect, KeyProof, Reach
from tools.guards.services import ROOM, told

URL = "https://api.example.com/v1/orders?x=1"
TOOLS = {one.TOOL.name: one.TOOL for one in (read_service, send_request, send_keyed_request)}


@pytest.mark.parametrize(
    ("name", "effect"),
    [("read_service", Effect.READ), ("send_request", Effect.ACT), ("send_keyed_request", Effect.WRITE)],
)
def test_each_reaches_outside_and_says_whether_it_may_be_repeated(name: str, effect: Effect) -> None:
    # given what it declares, when read, then only the keyed one may be repeated, for a day, by its key
    tool = TOOLS[name]
    assert (effect_of(tool), tool.reach, tool.quick) == (effect, Reach.OUTSIDE, False)
    assert tool.proof == (KeyProof(86_400) if effect is Effect.WRITE else None)


@pytest.mark.parametrize(
    ("name", "arguments", "destination"),
    [
        ("read_service", {}, Destination("request", URL, "GET")),
        ("send_request", {"method": "POST"}, Destination("request", URL, "POST")),
        ("send_keyed_request", {"method": "PATCH"}, Destination("request", URL, "PATCH")),
        ("send_request", {"method": "DELETE"}, Destination("request", URL, "DELETE", Reach.DESTRUCTIVE)),
    ],
)
def test_it_says_which_request_it_would_make(name: str, arguments: dict[str, Any], destination: Destination) -> None:
    # given arguments, when asked what they reach, then it is the address with the method; a deletion destroys
    tool = TOOLS[name]
    assert tool.touches is not None
    assert tool.touches(tool.arguments.model_validate({"grant": "orders", "url": URL, **arguments})) == destination


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("read_service", {"method": "POST"}),
        ("read_service", {"headers": {"Authorization": "x"}}),
        ("send_request", {"method": "GET"}),
        ("send_request", {"method": "POST", "body": "x" * 20_001}),
        ("send_request", {"method": "POST", "body_kind": "text/html"}),
        ("send_request", {"method": "POST", "grant": "Orders"}),
    ],
)
def test_what_it_does_not_take_is_refused(name: str, arguments: dict[str, Any]) -> None:
    # given headers, other methods, or too much, when checked, then they are refused
    with pytest.raises(ValidationError):
        TOOLS[name].arguments.model_validate({"grant": "orders", "url": URL, **arguments})


def test_an_answer_reads_with_its_status_first_and_its_query_nowhere() -> None:
    # given answers with and without text, when laid out, then the first line says what came
    assert told(URL, Answered(204, "", "", 0)).text == "HTTP 204, no kind told, 0 bytes"
    assert told(URL, Answered(200, "image/png", "", 9)).text.endswith("The body is no text, and is not shown.")
    result = told(URL, Answered(200, "text/plain", "x" * (ROOM + 1), ROOM + 1))
    assert result.text.splitlines()[-1] == f"Cut: {result.cut}"
    assert [source.id for source in result.sources] == ["api.example.com/v1/orders"]
