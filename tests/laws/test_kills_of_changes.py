"""E18: every `write` of the house, killed between its effect and its record, has its effect once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.toolcalls.catalogue import find_tools
from tests.given.engines import Engine
from tests.given.lent_calls import a_call, a_caller, calls, finds
from tools.contract import Effect, FindProof, MayHaveHappened

SALES, GENERAL = "C0SALES0001", "C0GENERAL01"
IN_TEN_DAYS = 10 * 86_400


def soon(engine: Engine) -> str:
    """Return a time ten days ahead, as the model writes it."""
    from datetime import UTC, datetime

    now = engine.journal.read(lambda tx: tx.now()) // 1_000_000
    return datetime.fromtimestamp(now + IN_TEN_DAYS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def posts(engine: Engine) -> int:
    return len([one for one in engine.rehearsal.history(GENERAL) if one["by_app"]])


def scheduled(engine: Engine) -> int:
    egress = engine.place.egress
    return len(egress.call("chat.scheduledMessages.list", {}, seconds=5)["scheduled_messages"])


def sections(engine: Engine) -> int:
    return len(engine.rehearsal.control("GET", "/canvas", {"channel": "sales"})["sections"])


def topics(engine: Engine) -> int:
    return int(
        engine.place.egress.call("conversations.info", {"channel": SALES}, seconds=5)["channel"]["topic"]["value"]
        == "Q3"
    )


KILLED: dict[str, tuple[str, Callable[[Engine], dict[str, Any]], Callable[[Engine], int]]] = {
    "post_message": ("chat.postMessage", lambda engine: {"channel": GENERAL, "text": "done"}, posts),
    "schedule_message": (
        "chat.scheduleMessage",
        lambda engine: {"text": "remember", "at": soon(engine)},
        scheduled,
    ),
    "set_topic": ("conversations.setTopic", lambda engine: {"topic": "Q3"}, topics),
    "write_canvas": ("conversations.canvases.create", lambda engine: {"text": "first"}, sections),
}
"""Each tool with the call of Slack that is its effect, arguments, and how often the effect is there."""


def test_no_write_of_the_house_is_left_out() -> None:
    # given the house's tools, when those are picked that are found again, then each is killed below
    found = {name for name, tool in find_tools().tools.items() if isinstance(tool.proof, FindProof)}
    assert found == set(KILLED)
    assert all(find_tools().tools[name].effect is Effect.WRITE for name in found)


@pytest.mark.law("E18")
@pytest.mark.failure_mode(45)
@pytest.mark.parametrize("name", KILLED)
def test_a_worker_killed_between_the_effect_and_its_record_leaves_it_once(
    postgres_engine: Engine, tmp_path: Path, name: str
) -> None:
    # given a worker process that is killed when Slack has done it and has not answered yet
    engine = postgres_engine
    method, arguments, count = KILLED[name]
    given, call = arguments(engine), a_call(engine, name)
    engine.rehearsal.hold("answer", method, when="after")
    worker = a_caller(engine, call, tmp_path / "child", **given)
    engine.rehearsal.wait_for("hold", name="answer", at_least=1, timeout_seconds=60)
    worker.kill()
    worker.wait()
    engine.rehearsal.release("answer")
    assert count(engine) == 1

    # when whoever takes over asks for its proof
    found = finds(engine, call, **given)

    # then it is found, so that nobody repeats it, and another call of the same kind is not taken for it
    assert found is not None
    assert count(engine) == 1
    if name in {"post_message", "write_canvas"}:
        assert finds(engine, a_call(engine, name), **given) is None


@pytest.mark.law("E18")
@pytest.mark.parametrize("name", KILLED)
@pytest.mark.parametrize(("fault", "effects"), [("reset_before", 0), ("reset_after", 1), ("http_500_after", 1)])
def test_a_lost_answer_is_never_taken_for_a_no(postgres_engine: Engine, name: str, fault: str, effects: int) -> None:
    # given a connection that breaks before or after Slack does it; a call that may be repeated is, within itself
    engine = postgres_engine
    method, arguments, count = KILLED[name]
    given, call = arguments(engine), a_call(engine, name)
    engine.rehearsal.fault(fault, method, times=5)

    # when the call is made
    with pytest.raises(MayHaveHappened):
        calls(engine, call, **given)
    engine.rehearsal.clear_faults()

    # then its proof says which it was, and where nothing happened the same call has its effect once
    assert (finds(engine, call, **given) is not None) == bool(effects)
    if not effects:
        calls(engine, call, **given)
    assert count(engine) == 1


@pytest.mark.law("E18")
@pytest.mark.parametrize("name", KILLED)
def test_a_look_that_cannot_be_made_leaves_it_open(postgres_engine: Engine, name: str) -> None:
    # given a Slack that asks to wait, or refuses, when somebody looks for an effect
    engine = postgres_engine
    _, arguments, _ = KILLED[name]
    given, call = arguments(engine), a_call(engine, name)
    looks = ("conversations.history", "chat.scheduledMessages.list", "conversations.info")
    for method in looks:
        engine.rehearsal.fault("ratelimited", method, seconds=3)
    # when its proof is asked, then it is neither found nor absent: "try again" would make the call without looking
    with pytest.raises(MayHaveHappened):
        finds(engine, call, **given)
    engine.rehearsal.clear_faults()
    for method in looks:
        engine.rehearsal.fault("error", method, error="internal_error", times=5)
    with pytest.raises(MayHaveHappened):
        finds(engine, call, **given)
