"""What the trail tells of a Run is held against the lives: whatever may not have happened is found."""

import pytest

from agents.audit.chain import GENESIS, AuditEvent, canonical, link
from agents.engine.told import wrong_in

ANN, ONE, TWO = "person:U1", "worker:one", "worker:two"
Event = tuple[str, str, dict[str, object]]

QUEUED: Event = ("run:queued", ANN, {})
WORKING: Event = ("run:working", ONE, {})
LOST: Event = ("run:lease_lost", TWO, {"worker": "one", "fence": 1})


def names(*events: Event, status: str = "working") -> list[str]:
    """Return the rules that these lines break, each line a moment later than the one before."""
    lines: list[AuditEvent] = []
    for seq, (event, actor, data) in enumerate(events, 1):
        before = lines[-1].hash if lines else GENESIS
        what = {"event": event, "run_id": "r1", "actor": actor, "data": canonical(data)}
        lines.append(link(workspace_id="w1", seq=seq, at=seq, prev_hash=before, **what))
    return [name for name, _, _ in wrong_in(lines, [], status)]


def turn(state: str, actor: str, number: str = "t1") -> Event:
    return f"turn:{state}", actor, {"turn": number}


def call(state: str, actor: str, **data: object) -> Event:
    return f"tool_call:{state}", actor, {"call": "c1", **data}


def delivery(state: str, actor: str, **data: object) -> Event:
    return f"delivery:{state}", actor, {"delivery": "d1", **data}


def test_what_may_happen_is_found_right() -> None:
    # given a Run that lost its worker in a Turn, and a call that ran again
    taken_over = (turn("started", ONE), LOST, turn("broken", TWO), turn("started", TWO, "t2"))
    again = (call("allowed", TWO), call("running", ONE), call("lease_lost", TWO, worker="one", fence=1))
    ended = (call("allowed", TWO), call("running", TWO), call("succeeded", TWO))

    # then nothing is wrong with it
    assert names(QUEUED, WORKING, *taken_over, turn("complete", TWO, "t2"), *again, *ended) == []


@pytest.mark.law("E3")
@pytest.mark.parametrize(
    ("rule", "events"),
    [
        ("two writers", (turn("started", ONE), LOST, turn("complete", ONE))),
        ("two writers", (turn("started", ONE), turn("started", TWO, "t2"))),
        ("two writers", (LOST, LOST)),
        ("impossible move", (call("denied", ONE), call("running", ONE))),
        ("begun before", (call("running", ONE),)),
        ("unknown untold", (call("allowed", ONE), call("running", ONE), call("unknown", TWO))),
        ("begun before", (delivery("sent", ONE),)),
        (
            "two writers",
            (
                delivery("planned", ONE),
                delivery("sending", ONE),
                delivery("lease_lost", TWO, worker="one", fence=1),
                delivery("planned", ONE, fence=1),
            ),
        ),
        ("told otherwise", (("run:done", ONE, {}),)),
    ],
)
def test_what_may_not_happen_is_found(rule: str, events: tuple[Event, ...]) -> None:
    # when the trail of a Run tells something that cannot be
    found = names(QUEUED, WORKING, *events)

    # then that is what is found
    assert set(found) == {rule}


@pytest.mark.law("E3")
def test_a_process_that_holds_a_message_again_is_no_second_writer() -> None:
    # given a message that was taken over and given back, so that its first sender took it up again, under a later fence
    first = (delivery("planned", ONE), delivery("sending", ONE), delivery("lease_lost", TWO, worker="one", fence=1))

    # when it is sent by the first
    # then nothing is wrong with it
    assert names(QUEUED, WORKING, *first, delivery("sent", ONE, fence=3)) == []


@pytest.mark.law("E3")
def test_a_process_that_takes_up_a_call_that_it_had_lost_is_no_second_writer() -> None:
    # given a call that was taken over and given back to wait until its first worker could not have its effect any more
    lost = (call("allowed", ONE), call("running", ONE), call("lease_lost", TWO, worker="one", fence=1))

    # when the first worker takes it up
    found = names(QUEUED, WORKING, *lost, call("allowed", ONE, rule="lease-lost"), call("running", ONE))

    # then nothing is wrong with it; and it is where it only goes on as if it had never been lost
    assert found == []
    assert names(QUEUED, WORKING, *lost, call("allowed", ONE, rule="retry-after")) == ["two writers"]


@pytest.mark.law("E19")
def test_a_late_workers_true_result_of_an_unknown_call_is_no_second_writer() -> None:
    # given an act whose worker was lost, of which people were told
    lost = (call("allowed", ONE), call("running", ONE), call("lease_lost", TWO, worker="one", fence=1))

    # when that worker says after all what came of it
    found = names(QUEUED, WORKING, *lost, call("unknown", TWO), call("succeeded", ONE))

    # then nothing is wrong but that this trail tells nobody of the unknown
    assert found == ["unknown untold"]
