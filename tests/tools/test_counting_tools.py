"""A worker that is killed between an effect and its record: the proof of a write makes the effect happen once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.given.counting_server import ACT, FOUND_WRITE, READ, WRITE, CountingServer, Moment, counting_server
from tests.given.distributions import install_counting_tools

ROOT = Path(__file__).parents[2]
CALL = """
import json, sys
from importlib.metadata import entry_points
from tests.given.tool_context import a_context
from tools.contract import FindProof
name, url, key = sys.argv[1:]
tool = entry_points(group="tagwork.tools")[name].load()
arguments, context = tool.arguments(what="words"), a_context(call_id=key, settings={"url": url}, seconds=20.0)
found = tool.proof.find(arguments, context) if isinstance(tool.proof, FindProof) else None
try:
    print(json.dumps({"text": (found or tool.call(arguments, context)).text}))
except Exception as fault:
    print(json.dumps({"fault": type(fault).__name__}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_counting_tools(tmp_path_factory.mktemp("counting_tools"))


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with counting_server() as running:
        yield running


def worker(installed: Path, server: CountingServer, tool: str, key: str = "call-1") -> "subprocess.Popen[str]":
    """Start a process that makes one call, asking a write's `find` first, as whoever repeats it must."""
    return subprocess.Popen(
        [sys.executable, "-c", CALL, tool, server.url, key],
        env={"PYTHONPATH": f"{installed}:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: "subprocess.Popen[str]") -> dict[str, str]:
    answer: dict[str, str] = json.loads(process.communicate(timeout=60)[0])
    return answer


@pytest.mark.failure_mode(45)
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("tool", [WRITE, FOUND_WRITE])
def test_a_write_whose_worker_was_killed_has_its_effect_once(
    tool: str, moment: Moment, installed: Path, server: CountingServer
) -> None:
    # given a worker that is killed inside its call; what it sent before the effect is lost with it
    held = server.hold(tool, moment)
    if moment is Moment.BEFORE:
        server.drop(tool, moment)
    first = worker(installed, server, tool)
    assert held.reached.wait(60)
    assert server.effects(tool) == (1 if moment is Moment.AFTER else 0)
    first.kill()
    first.communicate()
    held.release()

    # when another worker makes the same call again
    answer = said(worker(installed, server, tool))

    # then the effect is there once, and the answer tells of it
    assert server.effects(tool, "call-1") == 1
    assert answer["text"] == 'Kept "words" as number 1.'


def test_an_act_that_is_called_twice_happens_twice(installed: Path, server: CountingServer) -> None:
    # given an act whose worker was killed after the effect
    held = server.hold(ACT, Moment.AFTER)
    first = worker(installed, server, ACT)
    assert held.reached.wait(60)
    first.kill()
    first.communicate()
    held.release()

    # when somebody calls it again all the same
    said(worker(installed, server, ACT))

    # then it happened twice: this is what nobody may do
    assert server.effects(ACT, "call-1") == 2


@pytest.mark.parametrize(
    ("tool", "moment", "fault", "effects"),
    [
        (READ, Moment.AFTER, "Unavailable", 1),
        (WRITE, Moment.BEFORE, "RemoteDisconnected", 0),
        (WRITE, Moment.AFTER, "RemoteDisconnected", 1),
        (FOUND_WRITE, Moment.AFTER, "RemoteDisconnected", 1),
        (ACT, Moment.BEFORE, "RemoteDisconnected", 0),
        (ACT, Moment.AFTER, "RemoteDisconnected", 1),
    ],
)
def test_a_lost_answer_may_be_asked_for_again_only_where_nothing_can_have_happened(
    tool: str, moment: Moment, fault: str, effects: int, installed: Path, server: CountingServer
) -> None:
    # given a server that closes the connection without an answer
    server.drop(tool, moment)

    # when the tool is called
    answer = said(worker(installed, server, tool))

    # then a read says "again", and whatever has an effect says that nobody knows: its proof is asked before a second
    assert answer == {"fault": fault}
    assert server.effects(tool) == effects


@pytest.mark.parametrize(("status", "fault"), [(503, "Unavailable"), (429, "Unavailable"), (403, "ToolFailed")])
@pytest.mark.parametrize("tool", [READ, WRITE, FOUND_WRITE, ACT])
def test_a_server_that_says_no_has_done_nothing(
    tool: str, status: int, fault: str, installed: Path, server: CountingServer
) -> None:
    # given a server that refuses
    server.refuse(tool, status)

    # when the tool is called
    answer = said(worker(installed, server, tool))

    # then it says whether to come again, and nothing happened
    assert answer == {"fault": fault}
    assert server.effects(tool) == 0


def test_no_server_at_all_is_a_call_that_did_not_happen(installed: Path) -> None:
    # given a server that has gone
    with counting_server() as server:
        gone = server

    # when an act is called
    answer = said(worker(installed, gone, ACT))

    # then it may be tried again, because nothing was sent
    assert answer == {"fault": "Unavailable"}


def test_calls_are_counted_apart_by_key_and_by_tool(installed: Path, server: CountingServer) -> None:
    # given two calls of one write, one of them made twice, and a read
    for tool, key in ((WRITE, "a"), (WRITE, "a"), (WRITE, "b"), (READ, "a")):
        said(worker(installed, server, tool, key))

    # when the counts are read
    # then each is counted once per key, and requests apart from effects
    assert server.counts() == {WRITE: {"a": 1, "b": 1}, READ: {"a": 1}}
    assert server.asked(WRITE, "a") == 2
    assert server.keys(WRITE) == {"a", "b"}
