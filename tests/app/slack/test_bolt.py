"""The Bolt App acknowledges only what is stored, calls Slack for nothing, and finds its listeners by itself."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from slack_bolt import BoltRequest

from agents.errors import BadSetting, JournalBusy
from app.slack import listeners
from app.slack.bolt import LAST
from tests.app.slack.bolt_given import Built, a_bolt
from tests.app.slack.events_given import US, a_message, an_event


@pytest.fixture
def built() -> Iterator[Built]:
    with a_bolt() as bolt:
        yield bolt


MENTION = an_event(a_message(type="app_mention", text=f"<@{US.bot_user_id}> go"))


@pytest.mark.failure_mode(9)
def test_building_and_hearing_call_slack_for_nothing(built: Built) -> None:
    # given an App, when it hears something that needs no sign
    assert built.dispatch(an_event({"type": "reaction_added", "user": "U1"})).status == 200
    # then Slack was never called
    assert built.calls() == []


@pytest.mark.failure_mode(8)
def test_what_could_not_be_stored_is_not_acknowledged_and_is_taken_when_it_comes_again(built: Built) -> None:
    # given a journal that does not answer
    built.intake.failing = JournalBusy("busy")
    # when a mention comes, again and again
    statuses = [built.dispatch(MENTION, retry=retry).status for retry in range(4)]
    # then it is refused each time; once the journal answers, it is stored
    assert statuses == [500] * 4
    built.intake.failing = None
    assert built.dispatch(MENTION, retry=3).status == 200
    assert [post.retry for post in built.intake.posts] == [3]
    assert built.rejected == []


def test_how_long_slack_waits_is_measured(built: Built) -> None:
    # given an App, when something is heard, then the time until its acknowledgement is counted
    before = REGISTRY.get_sample_value("tagwork_slack_acknowledgement_seconds_count") or 0
    assert built.dispatch(MENTION).status == 200
    assert REGISTRY.get_sample_value("tagwork_slack_acknowledgement_seconds_count") == before + 1


@pytest.mark.failure_mode(1)
def test_a_retry_that_was_never_seen_is_a_first_delivery(built: Built) -> None:
    # given a mention whose first delivery got lost, when its retry comes, then it is stored
    assert built.dispatch(MENTION, retry=1).status == 200
    assert len(built.intake.posts) == 1


def test_a_payload_that_raises_twice_is_kept_as_rejected_and_acknowledged(built: Built) -> None:
    # given a mention that cannot be read
    broken = an_event(a_message(type="app_mention", ts="not a ts"))
    # when it comes twice, then the first is refused, the second stored as rejected
    assert built.dispatch(broken).status == 500
    assert built.rejected == []
    assert built.dispatch(broken, retry=1).status == 200
    assert [body["event_id"] for body in built.rejected] == [broken["event_id"]]


def test_slacks_last_try_is_kept_even_by_a_process_that_saw_none_before(built: Built) -> None:
    # given a payload that other processes refused, when its last try comes here, then it is not lost
    broken = an_event(a_message(type="app_mention", ts="not a ts"))
    assert built.dispatch(broken, retry=3).status == 200
    assert len(built.rejected) == 1


def test_oauth_variables_of_other_apps_do_not_reach_bolt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # given variables that would turn Bolt to OAuth with a store of its own
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_VERIFICATION_TOKEN"):
        monkeypatch.setenv(name, "set-by-someone")
    # when built, then there is no OAuth, no store, and a mention is heard
    with a_bolt() as built:
        assert built.app.oauth_flow is None
        assert built.app.installation_store is None
        assert built.dispatch(MENTION).status == 200
        assert len(built.intake.posts) == 1
    assert list(tmp_path.iterdir()) == []


def test_over_http_nothing_is_heard_without_a_secret() -> None:
    # given an App without a signing secret
    with a_bolt(signing_secret="") as built:
        # when something unsigned comes over HTTP, then it is turned away
        assert built.app.dispatch(BoltRequest(body='{"type": "url_verification", "challenge": "x"}')).status == 401


def test_a_listener_file_without_register_stops_the_start(tmp_path: Path) -> None:
    # given a folder of listeners with a file that has no `register`
    (tmp_path / "zz_deaf.py").write_text('"""Listens to nothing."""\n', encoding="utf-8")
    listeners.__path__.append(str(tmp_path))
    # when built, then the error names the file and what is missing
    try:
        with pytest.raises(BadSetting, match=r"zz_deaf\.py has no function register"), a_bolt():
            pass
    finally:
        listeners.__path__.remove(str(tmp_path))
        sys.modules.pop("app.slack.listeners.zz_deaf", None)


def test_two_listeners_of_one_name_stop_the_start(tmp_path: Path) -> None:
    # given a second file with the name of one that is there
    (tmp_path / f"{LAST}.py").write_text('"""Another."""\n', encoding="utf-8")
    listeners.__path__.append(str(tmp_path))
    # when built, then it stops
    try:
        with pytest.raises(BadSetting, match="each name once"), a_bolt():
            pass
    finally:
        listeners.__path__.remove(str(tmp_path))
