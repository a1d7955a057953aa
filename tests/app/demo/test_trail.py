"""The trail in short: a line for what was decided, said and ended, Run by Run."""

from typing import Any

from app.demo.trail import in_short

ONE, TWO = (f"worker:host|boot|ns|{pid}|start" for pid in (11, 22))


def event(name: str, actor: str, run: str | None = "r1", **data: Any) -> dict[str, Any]:
    """One event as `audit show --json` prints it."""
    return {"event": name, "actor": actor, "run": run, "at": "2026-11-24T22:12:40.037641+00:00", "data": data}


def test_a_run_is_told_with_its_calls_their_rules_and_their_workers() -> None:
    # given the trail of a Run with two calls, one of them denied
    trail = [
        event("workspace:added", "app", None),
        event("run:queued", "person:U1", number=7),
        event("input:received", "person:U1", kind="follow_up"),
        event("tool_call:allowed", ONE, call="c1", tool="read_file", rule="read-in-place"),
        event("tool_call:denied", ONE, call="c2", tool="read_channel", rule="other-channel"),
        event("tool_call:running", TWO, call="c1", worker=TWO, tool="read_file"),
        event("tool_call:succeeded", TWO, call="c1", worker=TWO),
        event("delivery:planned", ONE),
        event("run:done", ONE),
    ]

    # when it is told in short
    lines = in_short(trail, {"U1": "Ann"})

    # then only what people would ask about is left
    assert lines == [
        "  #7",
        "    22:12:40.037  Ann is heard (follow-up)",
        "    22:12:40.037  read_file      allowed by read-in-place, succeeded in worker 22",
        "    22:12:40.037  read_channel   denied by other-channel",
        "    22:12:40.037  worker 11 ends it as done",
        "    its calls ran in worker 22",
    ]


def test_calls_that_were_under_way_at_the_same_time_are_named() -> None:
    # given two calls in two workers, the second of which began before the first had ended, and one after both
    trail = [
        event("tool_call:running", ONE, call="c1", worker=ONE, tool="fetch_page"),
        event("tool_call:running", TWO, call="c2", worker=TWO, tool="read_file"),
        event("tool_call:succeeded", TWO, call="c2"),
        event("tool_call:succeeded", ONE, call="c1"),
        event("tool_call:running", TWO, call="c3", worker=TWO, tool="query_tables"),
    ]

    # when they are told, then so it says; one after the other is not side by side
    assert (
        in_short(trail, {})[-1] == "    its calls ran in worker 11 and worker 22: fetch_page and read_file side by side"
    )
    assert in_short([trail[0], trail[3], trail[4]], {})[-1] == "    its calls ran in worker 11 and worker 22"


def test_a_call_that_asked_is_told_as_it_went_its_yes_and_what_came_of_it() -> None:
    # given the trail of a Run with a call that asked, someone's yes to it, and a call that a yes never came to
    trail = [
        event("run:queued", "person:U1", number=4),
        event("tool_call:asked", ONE, call="c1", tool="post_message", rule="change-inside"),
        event("tool_call:asked", ONE, call="c2", tool="set_topic", rule="change-inside"),
        event("approval:pending", ONE, call="c1", approval="a1"),
        event("vote:refused", "person:U1", approval="a1"),
        event("approval:granted", "person:U2", call="c1", approval="a1"),
        event("tool_call:allowed", "person:U2", call="c1", approval="a1", tool="post_message", rule="change-inside"),
        event("tool_call:running", TWO, call="c1", worker=TWO, tool="post_message"),
        event("tool_call:succeeded", TWO, call="c1", worker=TWO),
        event("approval:refused", "person:U2", call="c2", approval="a2"),
        event("tool_call:denied", "person:U2", call="c2", approval="a2", tool="set_topic", rule="change-inside"),
    ]

    # when it is told in short, then in three lines: asked, granted, succeeded; and what was refused did not run
    assert in_short(trail, {"U1": "Ann", "U2": "Adam"}) == [
        "  #4",
        "    22:12:40.037  post_message   asked by change-inside",
        "    22:12:40.037  set_topic      asked by change-inside",
        "    22:12:40.037  Adam says yes to it",
        "    22:12:40.037  post_message   succeeded in worker 22",
        "    22:12:40.037  Adam says no to it",
        "    its calls ran in worker 22",
    ]
