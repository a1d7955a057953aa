"""`tagwork serve` refuses to start with what cannot work: exit code 2, one clear line, no secret in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.given.rehearsal import RehearsalProcess
from tests.given.tagwork import TagworkProcesses

Change = Callable[[RehearsalProcess, Path], dict[str, str]]

SECRET = "1234567890-thisIsTheSecretPart"


def _two_forms(rehearsal: RehearsalProcess, home: Path) -> dict[str, str]:
    (home / "token").write_text(rehearsal.bot_token)
    return {"SLACK_BOT_TOKEN_FILE": str(home / "token")}


def _in_file_too(rehearsal: RehearsalProcess, home: Path) -> dict[str, str]:
    (home / "tagwork.toml").write_text(f'[slack]\nbot_token = "{rehearsal.bot_token}"\n')
    return {}


def _with(**changes: str) -> Change:
    return lambda rehearsal, home: changes


WRONG: dict[str, tuple[Change, list[str]]] = {
    "no bot token": (_with(SLACK_BOT_TOKEN=""), ["SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions"]),
    "a user's token as bot token": (
        _with(SLACK_BOT_TOKEN=f"xoxp-{SECRET}"),
        ["SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions"],
    ),
    "a bot token that Slack does not know": (
        _with(SLACK_BOT_TOKEN=f"xoxb-{SECRET}"),
        ["SLACK_BOT_TOKEN", "invalid_auth", "Install the app again"],
    ),
    "no way in": (_with(SLACK_APP_TOKEN=""), ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "Set one"]),
    "a bot token as app token": (
        _with(SLACK_APP_TOKEN=f"xoxb-{SECRET}"),
        ["SLACK_APP_TOKEN", "xapp-", "connections:write"],
    ),
    "an app token that Slack does not know": (
        _with(SLACK_APP_TOKEN=f"xapp-1-A0TAGWORK01-{SECRET}"),
        ["SLACK_APP_TOKEN", "xapp-", "connections:write"],
    ),
    "a signing secret of the wrong shape": (
        _with(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=f"xoxb-{SECRET}"),
        ["SLACK_SIGNING_SECRET", "32 hex digits", "Signing Secret"],
    ),
    "an API address without /api/": (_with(SLACK_API_URL="https://slack.com"), ["SLACK_API_URL", "/api/"]),
    "no model key": (_with(ANTHROPIC_API_KEY=""), ["ANTHROPIC_API_KEY", "sk-ant-"]),
    "a variable that is no setting": (
        _with(TAGWORK_MODLE="claude"),
        ["TAGWORK_MODLE", "no setting", "docs/reference/settings.md"],
    ),
    "a token in a variable and in a file": (_two_forms, ["SLACK_BOT_TOKEN", "Keep one of them"]),
    "a token in a variable and in the configuration": (_in_file_too, ["SLACK_BOT_TOKEN", "Keep one of them"]),
    "a database URL that is none": (
        _with(TAGWORK_DATABASE_URL="journal.db"),
        ["TAGWORK_DATABASE_URL", "sqlite:///", "postgresql://"],
    ),
    "a database of another kind": (
        _with(TAGWORK_DATABASE_URL="mysql://u:thisIsTheSecretPart@h/d"),
        ["TAGWORK_DATABASE_URL", "sqlite:///", "postgresql://"],
    ),
    "an effort that there is not": (_with(TAGWORK_EFFORT="huge"), ["TAGWORK_EFFORT", "low"]),
    "a number that is none": (
        _with(TAGWORK_ENGINE__THREADS="many"),
        ["TAGWORK_ENGINE__THREADS", "Threads of one worker process"],
    ),
}


@pytest.fixture
def whole(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> Iterator[TagworkProcesses]:
    """A whole `tagwork serve`, which would start a Valkey of its own."""
    made = TagworkProcesses(shared_rehearsal, tmp_path, broker_url="", settings={"LISTEN": "127.0.0.1:0"})
    yield made
    made.stop()


def _refused(tagwork: TagworkProcesses, words: list[str]) -> None:
    told = tagwork.command("serve")
    lines = [line for line in told.stderr.splitlines() if line.startswith("tagwork: ")]
    assert told.returncode == 2, told.stderr
    assert told.stdout == ""
    assert len(lines) == 1, told.stderr
    assert "Traceback" not in told.stderr
    for word in words:
        assert word in lines[0]
    assert "thisIsTheSecretPart" not in told.stderr
    assert tagwork.rehearsal.bot_token not in told.stderr


@pytest.mark.parametrize("wrong", list(WRONG))
@pytest.mark.failure_mode(63)
def test_what_cannot_work_stops_the_start_with_one_line_that_names_setting_shape_and_fix(
    whole: TagworkProcesses, wrong: str
) -> None:
    # given a setting that cannot work
    change, words = WRONG[wrong]
    for name, value in change(whole.rehearsal, whole.home).items():
        if value:
            whole.environ[name] = value
        else:
            del whole.environ[name]

    # when it is started / then it ends with code 2 and one line, which shows no secret
    _refused(whole, words)


@pytest.mark.parametrize("token", ["bot", "app"])
def test_a_token_that_was_revoked_stops_the_start(whole: TagworkProcesses, token: str) -> None:
    # given a token that Slack has withdrawn
    whole.rehearsal.revoke(token)

    # when it is started / then it ends with code 2 and names the token and the reason
    try:
        _refused(whole, [f"SLACK_{token.upper()}_TOKEN", "token_revoked"])
    finally:
        whole.rehearsal.revoke(token, "valid")


def test_one_part_alone_needs_a_broker(whole: TagworkProcesses) -> None:
    # given no broker
    # when only a worker is started
    told = whole.command("serve", "--only", "worker")

    # then it says which setting is missing
    assert told.returncode == 2
    assert "TAGWORK_BROKER_URL" in told.stderr
