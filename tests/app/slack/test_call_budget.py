"""Calls of Slack keep to its limits over all processes, and decorations leave room for answers."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from prometheus_client import REGISTRY

from agents.clock import Clock
from agents.deliveries.life import Kind
from agents.surface import TryLater
from agents.urgency import calls_for
from app.budgets.shared import SharedBuckets
from app.slack.call_budget import CallBudget
from app.slack.egress import Egress
from tests.app.slack.wire_server import Reply, WireServer, wire_server
from tests.given.rehearsal import RehearsalProcess

POST = "chat.postMessage"
STATUS = "agents.sessions.setStatus"
EDIT = "chat.update"


@contextmanager
def processes(many: int, api: str, token: str, broker_url: str, times: float = 1.0) -> Iterator[list[Egress]]:
    """The egress of so many processes of one app, which share a budget."""
    prefix = f"call-budget-{uuid.uuid4().hex}:"
    made = []
    for _ in range(many):
        egress = Egress(token, api)
        egress.keep_to(CallBudget("A1:T1", SharedBuckets(broker_url, Clock(), prefix=prefix), times))
        made.append(egress)
    yield made
    for egress in made:
        egress.close()


def tells(call: Callable[[], object]) -> str:
    """Call, and return how it ended."""
    try:
        call()
    except TryLater as later:
        return later.cause
    return "ok"


def posts(egress: Egress, many: int, channel: str) -> list[str]:
    """Post so often; return how each ended."""
    said = {"channel": channel, "text": "hello"}
    return [tells(lambda: egress.call(POST, said, seconds=5)) for _ in range(many)]


@pytest.mark.failure_mode(24)
def test_two_processes_that_post_into_one_channel_meet_no_refusal_of_slack(
    shared_rehearsal: RehearsalProcess, broker_url: str
) -> None:
    # given Slack's own limits, and two processes of one app that post as fast as they can
    rehearsal = shared_rehearsal
    rehearsal.limits(1)
    token, api, channel = rehearsal.bot_token, rehearsal.slack_api_url, rehearsal.post("ann", "sales", "hi").channel

    # when they keep to a shared budget, then what there is no room for is not sent, and Slack refuses nothing
    with processes(2, api, token, broker_url) as two, ThreadPoolExecutor(2) as pool:
        told = [end for ends in pool.map(lambda one: posts(one, 8, channel), two) for end in ends]
    assert told.count("ok") >= 4
    assert told.count("budget") == len(told) - told.count("ok")

    # when they do not, then it does
    rehearsal.limits(1)
    alone = Egress(token, api)
    assert "ratelimited" in posts(alone, 8, channel)
    alone.close()
    rehearsal.limits(1_000)


def test_decorations_leave_room_for_answers_and_answers_use_all_of_it(broker_url: str) -> None:
    # given a card, a notice and an answer that want to be posted into one channel at once, many times each
    with wire_server() as wire, processes(1, wire.api, "xoxb-1-secret", broker_url) as (egress,):

        def post(kind: Kind) -> str:
            with calls_for(kind):
                return tells(lambda: egress.call(POST, {"channel": "C1"}, seconds=0.9))

        # when the less urgent ones come first, then each stops where the more urgent ones' room begins
        ends = {kind: [post(kind) for _ in range(4)].count("ok") for kind in (Kind.CARD, Kind.NOTICE, Kind.ANSWER)}
        assert ends == {Kind.CARD: 2, Kind.NOTICE: 1, Kind.ANSWER: 1}
        # when another channel is posted to, then it has room of its own
        assert tells(lambda: egress.call(POST, {"channel": "C2"}, seconds=0.9)) == "ok"


def test_signs_may_use_what_is_theirs_and_taking_them_away_comes_first(broker_url: str) -> None:
    # given many signs at once
    with wire_server() as wire, processes(1, wire.api, "xoxb-1-secret", broker_url) as (egress,):

        def sign() -> str:
            return tells(lambda: egress.call(STATUS, {"channel_id": "C1"}, seconds=0.9))

        shown = [sign() for _ in range(20)].count("ok")
        # when one is to be taken away, then there is room left
        with calls_for(Kind.SIGN_OFF):
            away = sign()
        assert (shown, away) == (9, "ok")


@pytest.mark.failure_mode(24)
def test_where_slack_says_when_to_come_again_no_process_calls_before(wire: WireServer, broker_url: str) -> None:
    # given two processes, of which one is told to wait
    with processes(2, wire.api, "xoxb-1-secret", broker_url) as (one, two):
        wire.answer(EDIT, Reply(429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "40"}))
        assert tells(lambda: one.call(EDIT, {"channel": "C1", "ts": "1.0"}, seconds=5)) == "ratelimited"

        # when both come again, then nothing is sent, and each is told the rest of the time
        seen = len(wire.seen)
        for egress in (one, two):
            with pytest.raises(TryLater) as later:
                egress.call(EDIT, {"channel": "C1", "ts": "1.0"}, seconds=5)
            assert 38 < later.value.retry_after < 60
        assert len(wire.seen) == seen
        # then other methods are not held
        assert tells(lambda: two.call("users.info", {"user": "U1"}, seconds=5)) == "ok"


def test_a_short_wait_is_waited_out_within_the_call(wire: WireServer, broker_url: str) -> None:
    # given a budget of ten posts a second and channel
    with processes(1, wire.api, "xoxb-1-secret", broker_url, times=10) as (egress,):
        # when more than its burst are posted, then those that wait a moment are sent, none fails
        assert set(posts(egress, 42, "C1")) == {"ok"}


def test_what_is_held_back_is_counted_by_method_and_urgency(broker_url: str) -> None:
    # given an empty budget
    labels = {"method": POST, "urgency": "answer"}
    before = REGISTRY.get_sample_value("tagwork_slack_calls_held_back_total", labels) or 0
    with wire_server() as wire, processes(1, wire.api, "xoxb-1-secret", broker_url) as (egress,):
        told = posts(egress, 6, "C1")
    # when it was asked, then each call that was put off is counted, and no label holds an id
    after = REGISTRY.get_sample_value("tagwork_slack_calls_held_back_total", labels) or 0
    assert after - before == told.count("budget") == 2


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server
