"""A service is asked through a Grant that the policy names, and nobody but the service sees the credential."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from agents.grants.sealing import FILE, KeyFile, Secret
from agents.grants.sending import about
from agents.journal import audit, grants, policies
from agents.journal.tables import ALL
from agents.journal.transaction import Journal
from agents.policy.document import Document, Part, Rule
from agents.policy.settings import Settings
from agents.policy.verdicts import Verdict
from app.logs import configure
from tests.given.engines import Engine, an_engine
from tests.given.grants import SECRET, lend
from tests.given.lent_calls import a_call, calls
from tests.given.pages import its_address, serve, visits
from tests.given.policies_in_force import put_in_force
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import proposes, says, sent
from tools.contract import BadArguments, MayHaveHappened, ToolFailed, Trust, Unavailable


@pytest.fixture
def near(journal: Journal, shared_rehearsal: RehearsalProcess, tmp_path: Path) -> Iterator[Engine]:
    """An engine that may reach the services of Rehearsal."""
    made = an_engine(journal, shared_rehearsal, tmp_path / "home", WEB__REACHABLE=its_address(shared_rehearsal.url))
    yield made
    made.close()


def a_service(engine: Engine, **more: Any) -> str:
    """Serve orders, lend a Grant for them, and return their address."""
    url = serve(engine.rehearsal, "orders", '{"id": 1}', type="application/json")
    lent(engine, **more)
    return url


def lent(engine: Engine, **more: Any) -> None:
    workspace_id = a_call(engine, "send_request").workspace_id
    lend(engine.journal, workspace_id, engine.settings.folder, origin=engine.rehearsal.url, **more)


@pytest.mark.parity("Proxy", "match")
def test_a_service_is_asked_with_the_credential_which_the_model_never_sees(near: Engine) -> None:
    # given a service that echoes what it is sent
    lent(near)
    url = serve(near.rehearsal, "echo", f'{{"you sent": "Bearer {SECRET}"}}', type="application/json")
    call = a_call(near, "send_request")
    # when something is sent to it
    result = calls(near, call, grant="orders", method="POST", url=url, body='{"n": 2}')
    # then the credential was put in, and what the model reads has lost it; it is untrusted, and no link
    (seen,) = near.rehearsal.calls("pages")
    assert seen["args"]["headers"]["authorization"] == f"Bearer {SECRET}"
    assert (seen["args"]["http_method"], seen["args"]["body"]) == ("POST", '{"n": 2}')
    assert result.text.startswith("HTTP 200, application/json")
    assert SECRET not in result.text
    assert "[removed: credential]" in result.text
    assert result.trust is Trust.UNTRUSTED
    assert [source.url for source in result.sources] == [""]


@pytest.mark.parity("Agent identity", "match")
def test_whoever_asks_a_service_sees_tagworks_own_account_and_slack_its_own_name(near: Engine) -> None:
    # given a service to which one credential was lent, and two people who ask for the same
    url = a_service(near)
    put_in_force(
        near,
        "tagwork: policy/1\ndefault: {rules: [{id: all, verdict: allow, tools: [read_service]}], "
        "settings: {grants: [orders]}}",
    )
    posted = []
    for user in ("ann", "ben"):
        proposes(near.rehearsal, ("read_service", {"grant": "orders", "url": url}))
        says(near.rehearsal, "Order 1.")
        posted.append(near.asks(user, "how is order 1?")[0])
        near.work()

    # then both times the service saw that credential, and Slack the app's own token
    seen = [one["args"]["headers"]["authorization"] for one in near.rehearsal.calls("pages")]
    assert seen == [f"Bearer {SECRET}"] * 2
    assert {one["token"] for one in near.rehearsal.calls("chat.postMessage")} == {"bot"}
    assert {one["user"] for each in posted for one in near.messages(each)} == {near.rehearsal.bot_user}


@pytest.mark.parity("Reach of a new credential", "beat")
def test_a_grant_that_no_policy_names_here_is_not_there(near: Engine) -> None:
    # given a Grant that is lent, and a policy that names it in another channel
    url = a_service(near, policy=False)
    call = a_call(near, "send_request")
    document = Document(channels={"C0GENERAL01": Part(settings=Settings(grants=("orders",)))})
    near.journal.write(lambda tx: policies.add(tx, call.workspace_id, document, seen=0, actor="o", reason="x"))
    # when it is used in sales, then there is none, and nothing is sent; in general it is there
    with pytest.raises(BadArguments, match=r"There is no Grant orders here\. There are: none\."):
        calls(near, call, grant="orders", method="POST", url=url)
    assert visits(near.rehearsal) == []
    there = a_call(near, "send_request", channel="general")
    assert calls(near, there, grant="orders", method="POST", url=url).text.startswith("HTTP 200")


def test_the_model_is_told_which_grants_there_are_and_what_they_are_for(near: Engine) -> None:
    # given a Grant, when another name is tried, then the one that there is, is named with all it is good for
    url = a_service(near)
    with pytest.raises(BadArguments, match=rf"There are: orders: GET, POST on {near.rehearsal.url}/pages\."):
        calls(near, a_call(near, "read_service"), grant="any", url=url)


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("DELETE", "/pages/orders", "is not for DELETE"),
        ("POST", "/api/chat.postMessage", "not for that path"),
        ("POST", "/pages/../api/chat.postMessage", "not for that path"),
        ("POST", "/pages/%2e%2e/api", "not for that path"),
        ("POST", "/pages/a%2fb", "read in two ways"),
    ],
)
def test_a_grant_is_used_for_nothing_that_it_does_not_pin(near: Engine, method: str, path: str, words: str) -> None:
    # given a Grant for GET and POST under /pages, when used for more, then it is refused and nothing is sent
    a_service(near)
    with pytest.raises(BadArguments, match=words):
        calls(near, a_call(near, "send_request"), grant="orders", method=method, url=f"{near.rehearsal.url}{path}")
    with pytest.raises(BadArguments, match="and nothing else"):
        calls(near, a_call(near, "send_request"), grant="orders", method="POST", url="https://evil.example/pages")
    assert near.rehearsal.calls("pages") == []


def test_a_redirect_is_told_and_not_followed(near: Engine) -> None:
    # given a service that sends its reader on, when it is read, then the model is told where to, and nobody went
    a_service(near)
    url = serve(near.rehearsal, "moved", redirect="https://evil.example/take")
    result = calls(near, a_call(near, "read_service"), grant="orders", url=url)
    assert "It sends the reader on to evil.example, which was not followed." in result.text
    assert visits(near.rehearsal) == ["moved"]


@pytest.mark.parametrize(
    ("tool", "keyed"), [("send_request", True), ("send_keyed_request", True), ("send_request", False)]
)
def test_a_service_that_knows_keys_is_sent_the_calls_own(near: Engine, tool: str, keyed: bool) -> None:
    # given a Grant with a header for keys, and one without
    url = a_service(near, key_header="Idempotency-Key" if keyed else "")
    call = a_call(near, tool)
    # when the same call is made twice, as after a lost worker
    for _ in range(2):
        calls(near, call, grant="orders", method="POST", url=url)
    # then both carry the call's id, by which the service knows the second; without a header neither does
    keys = [one["args"]["headers"].get("idempotency-key") for one in near.rehearsal.calls("pages")]
    assert keys == [call.id if keyed else None] * 2


def test_a_request_is_not_keyed_where_the_service_knows_no_key(near: Engine) -> None:
    # given a Grant without a header for keys, when a keyed request is made, then nothing is sent
    url = a_service(near)
    with pytest.raises(BadArguments, match="use send_request"):
        calls(near, a_call(near, "send_keyed_request"), grant="orders", method="POST", url=url)
    assert near.rehearsal.calls("pages") == []


@pytest.mark.law("E18")
def test_a_lost_answer_and_a_fault_of_the_service_leave_open_what_happened(near: Engine) -> None:
    # given a service that breaks off, and one that answers 500
    a_service(near)
    for url in (serve(near.rehearsal, "cut", cuts=True), serve(near.rehearsal, "fault", "oops", status=500)):
        # when something is sent, then it may have happened; where it was only read, it may be read again or is told
        with pytest.raises(MayHaveHappened):
            calls(near, a_call(near, "send_request"), grant="orders", method="POST", url=url)
    with pytest.raises(Unavailable):
        calls(near, a_call(near, "read_service"), grant="orders", url=f"{near.rehearsal.url}/pages/cut")
    read = calls(near, a_call(near, "read_service"), grant="orders", url=f"{near.rehearsal.url}/pages/fault")
    assert read.text.startswith("HTTP 500")


def test_a_no_of_the_service_is_an_answer(near: Engine) -> None:
    # given a service that refuses, when something is sent, then the model reads what it said
    a_service(near)
    url = serve(near.rehearsal, "no", '{"error": "no such order"}', type="application/json", status=422)
    result = calls(near, a_call(near, "send_request"), grant="orders", method="POST", url=url)
    assert "HTTP 422" in result.text
    assert "no such order" in result.text


def test_a_long_answer_ends_with_how_to_ask_for_less_and_with_no_half_of_a_credential(near: Engine) -> None:
    # given an answer whose credential stands where it is cut
    a_service(near)
    filling = "x" * (200_000 - 10)
    url = serve(near.rehearsal, "long", f"{filling}{SECRET} and more", type="text/plain")
    result = calls(near, a_call(near, "read_service"), grant="orders", url=url)
    assert result.text.splitlines()[-1] == f"Cut: {result.cut}"
    assert SECRET[:8] not in result.text
    # and bytes that are no text are not shown
    picture = serve(near.rehearsal, "picture", "x", type="image/png")
    assert "not shown" in calls(near, a_call(near, "read_service"), grant="orders", url=picture).text


def test_each_use_stands_on_the_trail_before_it_goes_out(near: Engine) -> None:
    # given a Grant, when it is used and nobody is there to answer
    a_service(near)
    call, url = a_call(near, "send_request"), serve(near.rehearsal, "cut", cuts=True)
    with pytest.raises(MayHaveHappened):
        calls(near, call, grant="orders", method="POST", url=url)
    # then the trail of the Run has it, and the Grant was last used now
    lines = near.journal.read(lambda tx: audit.of_run(tx.connection, call.workspace_id, call.run_id))
    assert [line.event for line in lines][-1] == "grant:used"
    assert near.journal.read(lambda tx: grants.named(tx, call.workspace_id, "orders")).last_used_at is not None


def test_a_machine_without_the_key_says_so_and_sends_nothing(near: Engine) -> None:
    # given a worker on a machine that lacks the key file
    url = a_service(near)
    (near.settings.folder / FILE).unlink()
    with pytest.raises(ToolFailed, match="cannot be opened here"):
        calls(near, a_call(near, "send_request"), grant="orders", method="POST", url=url)
    assert near.rehearsal.calls("pages") == []


def test_a_rotated_credential_is_used_from_the_next_request_on(near: Engine) -> None:
    # given a Grant that is rotated between two requests
    url = a_service(near)
    call = a_call(near, "send_request")
    calls(near, call, grant="orders", method="POST", url=url)
    made = near.journal.read(lambda tx: grants.named(tx, call.workspace_id, "orders"))
    sealed = KeyFile(near.settings.folder / FILE).seal(Secret("another-one"), about(call.workspace_id, made.id))
    near.journal.write(lambda tx: grants.rotate(tx, made, sealed, actor="operator:ops", reason="x"))
    # when the second goes out, then it carries the new one
    calls(near, call, grant="orders", method="POST", url=url)
    carried = [one["args"]["headers"]["authorization"] for one in near.rehearsal.calls("pages")]
    assert carried == [f"Bearer {SECRET}", "Bearer another-one"]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as an operator reads it, down to what is only for those who look for faults."""
    root, taken = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", taken)
    configure("json", level=logging.DEBUG)
    yield taken
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def test_through_a_whole_run_the_credential_stands_nowhere(near: Engine, written: io.StringIO) -> None:
    # given a policy that allows asking a service which echoes the credential, and everything that is logged
    lent(near, policy=False)
    workspace_id = a_call(near, "send_request").workspace_id
    rule = Rule(id="orders", verdict=Verdict.ALLOW, tools=("read_service",))
    part = Part(settings=Settings(grants=("orders",)), rules=(rule,))
    near.journal.write(lambda tx: policies.add(tx, workspace_id, Document(default=part), seen=0, actor="o", reason="x"))
    echo = serve(near.rehearsal, "echo", f"you sent {SECRET}", type="text/plain")
    cut = serve(near.rehearsal, "cut", cuts=True)
    # when a Run asks it, once with an answer and once without, and is answered
    proposes(near.rehearsal, ("read_service", {"grant": "orders", "url": echo}))
    proposes(near.rehearsal, ("read_service", {"grant": "orders", "url": cut}))
    says(near.rehearsal, "It echoes.")
    _, run = near.asks("ann", "what does the service say?", channel="general")
    near.work()
    # then the service was asked with it
    assert near.rehearsal.calls("pages")[0]["args"]["headers"]["authorization"] == f"Bearer {SECRET}", [
        (call.status.value, call.reason) for call in near.calls(run.id)
    ]
    # and nothing else ever held it: no row, no request to the model, no message, no poke, no line of a log
    assert SECRET.encode() not in _rows(near.journal)
    assert SECRET not in str(sent(near.rehearsal))
    assert "[removed: credential]" in str(sent(near.rehearsal))
    assert SECRET not in str(near.rehearsal.visible())
    assert SECRET not in str(vars(near.pokes))
    assert SECRET not in written.getvalue()
    assert "a service did not answer" in written.getvalue()


def _rows(journal: Journal) -> bytes:
    """Return everything that stands in the journal."""
    with journal.database.reading() as connection:
        return b"\n".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in ALL
            for row in connection.execute(select(table))
            for value in row
        )
