"""Channel canvases: one a channel, changed a place at a time, and its sections found by their words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of, web_client
from tests.given.rehearsal import RehearsalProcess

SALES, FINANCE, ARCHIVED = "C0SALES0001", "C0FINANCE01", "C0OLDNEWS01"


def markdown(text: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": text}


def created(client: WebClient, text: str = "# Plan\n\nfirst\n\n- one\n- two") -> str:
    made = client.conversations_canvases_create(channel_id=SALES, document_content=markdown(text))
    return str(made["canvas_id"])


def texts(rehearsal: RehearsalProcess) -> list[str]:
    return [one["text"] for one in rehearsal.control("GET", "/canvas", {"channel": "sales"})["sections"]]


def found(client: WebClient, canvas: str, **criteria: Any) -> list[str]:
    sections = client.canvases_sections_lookup(canvas_id=canvas, criteria=criteria)["sections"]
    return [one["id"] for one in sections]


def test_a_channel_has_one_canvas_which_is_a_tab_of_it(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a channel without one
    assert "properties" not in client.conversations_info(channel=SALES)["channel"]
    # when it is made
    canvas = created(client)
    # then the channel names it, its sections are those of the Markdown, and a second is refused
    (tab,) = client.conversations_info(channel=SALES)["channel"]["properties"]["tabs"]
    assert (tab["type"], tab["data"]["file_id"]) == ("canvas", canvas)
    assert texts(rehearsal) == ["Plan", "first", "one", "two"]
    assert error_of(lambda: created(client))["error"] == "channel_canvas_already_exists"


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        ("insert_at_start", ["new", "Plan", "first"]),
        ("insert_at_end", ["Plan", "first", "new"]),
        ("insert_before", ["Plan", "new", "first"]),
        ("insert_after", ["Plan", "first", "new"]),
        ("replace", ["Plan", "new"]),
        ("delete", ["Plan"]),
    ],
)
def test_one_place_is_changed_at_a_time(
    rehearsal: RehearsalProcess, client: WebClient, operation: str, after: list[str]
) -> None:
    # given a canvas and the section that says "first"
    canvas = created(client, "# Plan\n\nfirst")
    (section,) = found(client, canvas, contains_text="first")
    change = {"operation": operation, "section_id": section, "document_content": markdown("new")}
    # when it is edited, then only that place is new
    client.canvases_edit(canvas_id=canvas, changes=[change])
    assert texts(rehearsal) == after


def test_sections_are_found_by_kind_and_words(client: WebClient) -> None:
    # given a canvas with headings and words, when looked up, then kinds and words narrow it
    canvas = created(client, "# Plan\n\n## Plan B\n\nthe plan\n\n```\nPlan\n```")
    assert len(found(client, canvas, contains_text="Plan")) == 3
    assert len(found(client, canvas, section_types=["h1"])) == 1
    assert len(found(client, canvas, section_types=["any_header"], contains_text="B")) == 1
    assert found(client, canvas, contains_text="nothing") == []


def test_what_slack_does_not_take_is_refused(client: WebClient) -> None:
    # given a canvas, when it is called wrongly, then each is refused with Slack's code
    canvas = created(client)
    at_end = {"operation": "insert_at_end", "document_content": markdown("x")}
    gone = {**at_end, "operation": "replace", "section_id": "temp:C:gone"}
    for changes in ([at_end, at_end], [], [gone], [{**at_end, "operation": "sing"}]):
        refused = error_of(lambda changes=changes: client.canvases_edit(canvas_id=canvas, changes=changes))  # type: ignore[misc]
        assert refused["error"] == "canvas_editing_failed"
    assert error_of(lambda: client.canvases_edit(canvas_id="F0NONE", changes=[at_end]))["error"] == "canvas_not_found"
    assert error_of(lambda: found(client, canvas))["error"] == "invalid_arguments"
    refused = error_of(
        lambda: client.conversations_canvases_create(channel_id=FINANCE, document_content={"type": "html"})
    )
    assert refused["error"] == "invalid_arguments"


def test_a_canvas_needs_its_scopes(manifest_with: Callable[..., Path]) -> None:
    # given an app that may not write canvases, when it tries, then it is told which scope it lacks
    with RehearsalProcess.start(manifest=manifest_with(("canvases:write", "canvases:read"))) as rehearsal:
        client = web_client(rehearsal)
        assert error_of(lambda: created(client))["needed"] == "canvases:write"
        assert error_of(lambda: found(client, "F1", contains_text="x"))["needed"] == "canvases:read"


def test_a_topic_is_set_once_and_shown(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a channel, when its topic is set, and set again to the same
    client.conversations_setTopic(channel=SALES, topic="Q3")
    shown = client.conversations_setTopic(channel=SALES, topic="Q3")["channel"]
    # then it is shown with who set it
    assert (shown["topic"]["value"], shown["topic"]["creator"]) == ("Q3", rehearsal.bot_user)
    assert client.conversations_info(channel=SALES)["channel"]["topic"]["value"] == "Q3"


@pytest.mark.parametrize(
    ("channel", "topic", "error"),
    [
        (SALES, "x" * 251, "too_long"),
        (ARCHIVED, "x", "is_archived"),
        ("C0RANDOM001", "x", "not_in_channel"),
        ("C0SECRET001", "x", "channel_not_found"),
        (FINANCE, "x", "missing_scope"),
    ],
)
def test_a_topic_that_may_not_be_set_is_refused(shared_client: WebClient, channel: str, topic: str, error: str) -> None:
    # given such a channel or topic (the manifest has no scope for private ones), when it is set, then it is refused
    assert error_of(lambda: shared_client.conversations_setTopic(channel=channel, topic=topic))["error"] == error
