"""What the doctor says of tokens, scopes, subscriptions and the clock: what is wrong, and the one thing to do."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.doctor.bench import Bench
from app.doctor.checks import clock
from app.doctor.examining import Verdict, examine
from app.settings import load
from tests.app.doctor.examined import examined, only, settings_for
from tests.app.slack.wire_server import WireServer, says, wire_server
from tests.given.rehearsal import MANIFEST, RehearsalProcess

SECRET = "thisIsTheSecretPart"


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Callable[[Callable[[Any], object]], RehearsalProcess]]:
    """Makes a Rehearsal whose app was installed with a manifest that the test changes."""
    running: list[RehearsalProcess] = []

    def make(change: Callable[[Any], object]) -> RehearsalProcess:
        tree = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
        change(tree)
        file = tmp_path / "installed.yml"
        file.write_text(yaml.safe_dump(tree), encoding="utf-8")
        running.append(RehearsalProcess.start(manifest=file))
        return running[-1]

    yield make
    for one in running:
        one.stop()


def test_good_tokens_are_told_with_whom_they_stand_for(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given good tokens, when examined, then everything of Slack is well, but nothing has come yet
    found = examined(
        settings_for(shared_rehearsal, tmp_path / "home"), "bot token", "way in", "scopes", "clock", "events"
    )
    assert "tagwork in Rehearsal" in only(found["bot token"], Verdict.OK).says
    assert "takes the app token" in only(found["way in"], Verdict.OK).says
    only(found["scopes"], Verdict.OK)
    only(found["clock"], Verdict.OK)
    assert "Mention the bot" in only(found["events"], Verdict.WARN).fix


@pytest.mark.failure_mode(63)
@pytest.mark.parametrize(
    ("changes", "check", "words"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "bot token", ["SLACK_BOT_TOKEN is not set", "xoxb-"]),
        ({"SLACK_BOT_TOKEN": f"xoxp-{SECRET}"}, "bot token", ["begins with xoxp-", "OAuth & Permissions"]),
        ({"SLACK_BOT_TOKEN": f"xapp-1-A0-{SECRET}"}, "bot token", ["begins with xapp-"]),
        ({"SLACK_BOT_TOKEN": f"xoxb-{SECRET}"}, "bot token", ["invalid_auth", "Install the app again"]),
        ({"SLACK_APP_TOKEN": f"xoxb-{SECRET}"}, "way in", ["begins with xoxb-", "connections:write"]),
        ({"SLACK_APP_TOKEN": f"xapp-1-A0-{SECRET}"}, "way in", ["connections:write", "Socket Mode"]),
        ({"SLACK_APP_TOKEN": ""}, "way in", ["no way in", "SLACK_SIGNING_SECRET"]),
        ({"SLACK_SIGNING_SECRET": f"xapp-1-A0-{SECRET}"}, "way in", ["SLACK_SIGNING_SECRET", "Signing Secret"]),
    ],
)
def test_a_token_that_is_missing_wrong_or_in_anothers_place_is_told_with_where_to_find_the_right_one(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, changes: dict[str, str], check: str, words: list[str]
) -> None:
    # given such a token, when examined, then the check names it and where the right one is, and shows none of it
    finding = only(examined(settings_for(shared_rehearsal, tmp_path, **changes), check)[check], Verdict.FAIL)
    told = f"{finding.says} {finding.fix}"
    assert all(word in told for word in words), told
    assert SECRET not in told


def test_a_slack_that_cannot_be_reached_is_told_once(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given an address where nobody answers
    environ = settings_for(shared_rehearsal, tmp_path, SLACK_API_URL="http://127.0.0.1:9/api/")

    # when examined, then the token's check says so, and what builds on it is silent
    found = examined(environ, "bot token", "scopes", "clock", "events", "posting", deep=True, channel="C0SALES0001")
    assert "http://127.0.0.1:9/api/" in only(found["bot token"], Verdict.FAIL).fix
    assert not [one for name in ("scopes", "clock", "events", "posting") for one in found[name]]


def test_scopes_that_are_missing_or_too_many_are_named(
    installed: Callable[[Callable[[Any], object]], RehearsalProcess], tmp_path: Path
) -> None:
    # given an app that was installed without one scope of the manifest, and with one that is not in it
    def change(tree: Any) -> None:
        tree["oauth_config"]["scopes"]["bot"].remove("files:write")
        tree["oauth_config"]["scopes"]["bot"].append("channels:manage")

    rehearsal = installed(change)

    # when examined, then both are named, with the app's own page
    missing, more = examined(settings_for(rehearsal, tmp_path / "home"), "scopes")["scopes"]
    assert (missing.verdict, more.verdict) == (Verdict.FAIL, Verdict.WARN)
    assert "files:write" in missing.says
    assert f"https://api.slack.com/apps/{rehearsal.app_id}/app-manifest" in missing.fix
    assert "channels:manage" in more.says


def test_an_app_that_does_not_hear_stop_is_told_by_the_deep_look_which_leaves_nothing_behind(
    installed: Callable[[Callable[[Any], object]], RehearsalProcess], tmp_path: Path
) -> None:
    # given an app that is not subscribed to Stop
    rehearsal = installed(
        lambda tree: tree["settings"]["event_subscriptions"]["bot_events"].remove("agent_session_stopped")
    )

    # when it is looked at deeply in a channel
    environ = settings_for(rehearsal, tmp_path / "home")
    stop, posted = examined(environ, "posting", deep=True, channel="C0SALES0001")["posting"]

    # then that is told, and the channel is as it was
    assert stop.verdict is Verdict.FAIL
    assert "agent_session_stopped" in stop.says
    assert posted.verdict is Verdict.OK
    assert not [one for one in rehearsal.history("C0SALES0001") if one["by_app"] and not one["deleted"]]


def test_a_channel_that_the_bot_is_not_in_is_told_with_how_to_invite_it(
    shared_rehearsal: RehearsalProcess, tmp_path: Path
) -> None:
    # given a channel that there is not, when looked at deeply, then the fix is the invitation
    environ = settings_for(shared_rehearsal, tmp_path)
    finding = only(examined(environ, "posting", deep=True, channel="C0NOWHERE01")["posting"], Verdict.FAIL)
    assert "/invite @Tagwork" in finding.fix


def test_without_a_channel_nothing_is_posted_and_without_deep_nothing_is_said(
    shared_rehearsal: RehearsalProcess, tmp_path: Path
) -> None:
    # given no channel, when examined, then nothing is posted
    environ = settings_for(shared_rehearsal, tmp_path)
    before = len(shared_rehearsal.calls("chat.postMessage"))
    assert examined(environ, "posting")["posting"] == []
    assert "--channel" in only(examined(environ, "posting", deep=True)["posting"], Verdict.WARN).fix
    assert len(shared_rehearsal.calls("chat.postMessage")) == before


def test_the_deep_look_counts_who_else_takes_this_apps_events(
    shared_rehearsal: RehearsalProcess, tmp_path: Path
) -> None:
    # given nobody else, when looked at deeply, then the socket greets and there is no other
    environ = settings_for(shared_rehearsal, tmp_path)
    finding = only(examined(environ, "way in", deep=True)["way in"], Verdict.OK)
    assert "other connections of this app: 0" in finding.says


@pytest.fixture
def wire() -> Iterator[WireServer]:
    """A Slack whose answers are scripted."""
    with wire_server() as server:
        yield server


@pytest.mark.parametrize(("seconds", "verdict"), [(60, Verdict.WARN), (400, Verdict.FAIL)])
def test_a_clock_that_is_off_is_told_in_seconds(
    wire: WireServer, shared_rehearsal: RehearsalProcess, tmp_path: Path, seconds: int, verdict: Verdict
) -> None:
    # given a Slack whose clock is ahead of ours
    wire.answer("auth.test", says(bot_id="B0TAGWORK01"))
    bench = Bench(load(settings_for(shared_rehearsal, tmp_path, SLACK_API_URL=wire.api)))
    assert bench.told.data["bot_id"] == "B0TAGWORK01"
    bench.told_at -= seconds

    # when compared, then the difference is told, and is a fault where signatures would be refused
    [finding] = examine(bench, [clock.CHECK])
    bench.close()
    assert finding.verdict is verdict
    assert "timedatectl set-ntp true" in finding.fix
