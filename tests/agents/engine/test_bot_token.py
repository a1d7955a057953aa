"""Every write goes out with the workspace's bot token, whichever process makes it and however late."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.engine.advance import advance
from agents.engine.pace import Pace
from agents.runs.life import State
from agents.surface import Place, Refused
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.streams import close, open_stream
from tests.given.engines import Engine, an_engine
from tests.given.rehearsal import Json, Posted
from tests.given.replies import says
from tests.given.waiting import at_once, until

ANN = "U0ANN000001"
LONG = " ".join(f"word{number:03}" for number in range(60))


@pytest.fixture
def one(engine: Engine) -> Engine:
    """A process whose model takes its time, and which shows at once what comes."""
    engine.rehearsal.control("PUT", "/claude/settings", {"speed_ms": 40})
    at_its_pace = replace(engine.room.conduct, pace=Pace(after=0.05, between=0.05))
    return replace(engine, room=replace(engine.room, conduct=at_its_pace))


@pytest.fixture
def other(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """Another process over the same journal and workspace."""
    made = an_engine(engine.journal, engine.rehearsal, tmp_path / "other")
    yield made
    made.close()


def calls_about(engine: Engine, posted: Posted) -> list[Json]:
    """Return every call that names the message's channel."""
    return [call for call in engine.rehearsal.calls() if _channel(call) == posted.channel]


@pytest.mark.failure_mode(26)
def test_an_answer_that_one_process_streams_is_finished_by_another_with_the_bots_token(
    one: Engine, other: Engine
) -> None:
    # given an answer that one process has streamed
    says(one.rehearsal, LONG)
    posted, run = one.asks("ann", "@tagwork tell me")
    advance(one.room)

    # when another process ends the stream and takes the signs away
    other.work()

    # then each of those calls carried the bot's token and was taken
    assert one.run(run.id).status is State.DONE
    _all_by_the_bot(calls_about(one, posted), {"chat.startStream", "chat.stopStream", "agents.sessions.setStatus"})


@pytest.mark.failure_mode(26)
def test_a_stream_that_another_process_stops_ends_with_the_bots_token(one: Engine, other: Engine) -> None:
    # given an answer that one process is streaming
    says(one.rehearsal, LONG)
    posted, _ = one.asks("ann", "@tagwork tell me")
    with at_once() as pool:
        working = pool.submit(advance, one.room)
        until(lambda: one.rehearsal.calls("chat.appendStream"), "the first words")

        # when another process takes a Stop in, and does what is left to do
        other.intake.stopped(one.rehearsal.app_id, one.rehearsal.team_id, posted.channel, posted.ts, ANN)
        working.result()

    def over() -> bool:
        other.work()
        return not any(said["streaming"] for said in one.messages(posted))

    until(over, "the stream's end", 20)

    # then people read who stopped it, and each call carried the bot's token and was taken
    assert any("Stopped by ann." in text for text in one.answers(posted))
    _all_by_the_bot(calls_about(one, posted), {"chat.startStream", "chat.stopStream", "chat.postMessage"})


@pytest.mark.failure_mode(26)
@pytest.mark.parametrize(("token", "code"), [("", "not_authed"), ("xoxb-1-2-of-elsewhere", "invalid_auth")])
def test_a_write_with_any_other_token_would_be_refused(one: Engine, token: str, code: str) -> None:
    # given a stream, and a client that is not bound to the workspace's token
    posted = one.rehearsal.post("ann", "sales", "hello")
    place = Place(one.rehearsal.team_id, posted.channel, posted.ts)
    at = open_stream(one.place.egress, place, ANN, Deadline(5))
    foreign = Egress(token, one.rehearsal.slack_api_url)

    # when it ends the stream, then Slack says no
    with pytest.raises(Refused, match=code):
        close(foreign, place, at, Deadline(5), works=False)
    foreign.close()
    close(one.place.egress, place, at, Deadline(5), works=False)


def _channel(call: Json) -> str:
    return str(call["args"].get("channel") or call["args"].get("channel_id"))


def _all_by_the_bot(calls: list[Json], expected: set[str]) -> None:
    assert expected <= {str(call["method"]) for call in calls}
    assert {str(call["token"]) for call in calls} == {"bot"}
    assert not [call for call in calls if call["outcome"] in {"not_authed", "invalid_auth", "not_allowed_token_type"}]
